"""Chains by identity, of which a part lies elsewhere (docs/protocol.md §6.5).

Anybody can make identities. A node keeps those that nothing refers to on its disk, and not in
memory: `Aside` brings one in when somebody looks it up. Who counts or iterates sees only what is in
memory.

>>> aside = Aside()
>>> near = Chains(aside.bring)
>>> aside.kept = lambda one: [(one.upper(), 0)] if one == b"b" else []
>>> aside.introduce = lambda chain, issued: near.__setitem__(b"b", chain)
>>> near[b"a"] = b"A"
>>> near.get(b"c"), list(near), b"b" in near, near[b"b"], aside.brought
(None, [b'a'], True, b'B', {b'b'})
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

V = TypeVar("V")


class Chains(dict[bytes, V]):
    """By identity. `bring` puts what is elsewhere into memory, and says whether it did."""

    __slots__ = ("_bring",)

    def __init__(self, bring: Callable[[bytes], bool] = lambda _one: False) -> None:
        super().__init__()
        self._bring = bring

    def get(self, one: bytes, default: Any = None) -> Any:
        """The one of an identity, wherever it is, else `default`."""
        found = super().get(one)
        if found is None and self._bring(one):
            found = super().get(one)
        return default if found is None else found

    def __missing__(self, one: bytes) -> V:
        """Called by `[]` for what is not in memory."""
        if self._bring(one) and self.is_near(one):
            return super().__getitem__(one)
        raise KeyError(one)

    def __contains__(self, one: object) -> bool:
        """Whether it is known, wherever it is."""
        return super().__contains__(one) or (isinstance(one, bytes) and self._bring(one))

    def is_near(self, one: bytes) -> bool:
        """Whether it is in memory."""
        return super().__contains__(one)


class Aside:
    """What is kept elsewhere. The store sets `kept`, `Ties` sets `introduce`."""

    def __init__(self) -> None:
        self.kept: Callable[[bytes], Iterable[tuple[Any, int]]] = lambda _one: ()
        """The chains of an identity, each with when it was issued."""
        self.introduce: Callable[[Any, int], None] = lambda _chain, _issued: None
        self.brought: set[bytes] = set()
        """Identities whose chains were brought into memory since somebody looked."""
        self._asked: set[bytes] = set()

    def bring(self, one: bytes) -> bool:
        """Have the chains of an identity introduced; whether there are any."""
        if one in self._asked:  # it is being introduced
            return False
        self._asked.add(one)
        try:
            found = list(self.kept(one))
            for chain, issued in found:
                self.introduce(chain, issued)
        finally:
            self._asked.discard(one)
        if found:
            self.brought.add(one)
        return bool(found)
