"""How far a large transfer is, for people: `verbund status` says it.

A first exchange with a large network takes seconds to minutes. What takes no time is not mentioned.
"""

MENTIONED = 1_000
"""Records: fewer are here before anybody looks."""


class TransferProgress:
    """Records expected and received, by linked peer."""

    def __init__(self) -> None:
        self._peers: dict[bytes, tuple[int, int]] = {}

    def expect(self, peer: bytes, count: int) -> None:
        """Count records that were asked for."""
        taken, of = self._peers.get(peer, (0, 0))
        self._peers[peer] = taken, of + count

    def took(self, peer: bytes, count: int) -> None:
        """Count records that came in."""
        if peer in self._peers:
            taken, of = self._peers[peer]
            self._peers[peer] = taken + count, of
            if taken + count >= of:
                self.over(peer)

    def over(self, peer: bytes) -> None:
        """Everything came, or the link broke; what is missing is asked for in the next session."""
        self._peers.pop(peer, None)

    def large(self) -> dict[bytes, tuple[int, int]]:
        """By peer: records taken in, and records asked for."""
        return {peer: one for peer, one in self._peers.items() if one[1] >= MENTIONED}
