"""The result of a handshake: the peer's identities, and the channel to it (§8.2, §8.3)."""

from crypto.channel import Receiver, Sender
from crypto.errors import CannotOpen
from sync.errors import SessionError
from sync.events import Introduced

REKEY_BYTES = 2**30
"""After so many bytes of frames in a direction it gets a new key (§8.3) …"""

REKEY_SECONDS = 3_600
"""… and after so long: who takes the key from a machine's memory reads nothing older with it."""


class Secure:
    """A finished handshake: who is there, and the channel to them. Goes into a `Session`."""

    __slots__ = (
        "_received",
        "_receiver",
        "_sender",
        "_sent",
        "_since",
        "about",
        "dialled",
        "envelopes",
        "keys",
        "own",
        "peer",
        "replaced",
        "tag_key",
    )

    def __init__(
        self,
        sender: Sender,
        receiver: Receiver,
        tag_key: bytes,
        dialled: bool,
        own: tuple[bytes, ...],
        introduced: Introduced,
    ) -> None:
        self._sender, self._receiver = sender, receiver
        self.tag_key, self.dialled, self.own = tag_key, dialled, own
        self.peer, self.envelopes = introduced.ids, introduced.envelopes
        self.replaced, self.about = introduced.replaced, introduced.about
        self.keys = dict(zip(introduced.ids, introduced.keys, strict=False))
        self._sent = self._received = 0
        self._since: int | None = None

    def encrypt(self, frame: bytes, now: int = 0) -> bytes:
        """The next message to send, at the time `now`."""
        since = self._since = now if self._since is None else min(self._since, now)
        self._sent += len(frame)
        rekey = self._sent >= REKEY_BYTES or now - since >= REKEY_SECONDS
        if rekey:
            self._sent, self._since = 0, now
        return self._sender.encrypt(frame, rekey)

    def decrypt(self, data: bytes) -> bytes:
        """The frame in the next message; `SessionError` if it is not the next one.

        The other side may change its key at any time, and must after `REKEY_BYTES`.
        """
        try:
            frame, rekeyed = self._receiver.open(data)
        except CannotOpen as error:
            raise SessionError("protocol") from error
        self._received += len(frame)
        if not rekeyed and self._received >= REKEY_BYTES:
            raise SessionError("protocol")
        if rekeyed:
            self._received = 0
        return frame
