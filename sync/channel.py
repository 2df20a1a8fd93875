"""The result of a handshake: the peer's identities, and the channel to it (§8.2, §8.3)."""

from crypto.channel import Receiver, Sender
from crypto.errors import CannotOpen
from sync.errors import SessionError
from sync.events import Introduced


class Secure:
    """A finished handshake: who is there, and the channel to them. Goes into a `Session`."""

    __slots__ = (
        "_receiver",
        "_sender",
        "dialled",
        "envelopes",
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
        self.replaced = introduced.replaced

    def encrypt(self, frame: bytes) -> bytes:
        """The next message to send."""
        return self._sender.encrypt(frame)

    def decrypt(self, data: bytes) -> bytes:
        """The frame in the next message; `SessionError` if it is not the next one."""
        try:
            return self._receiver.decrypt(data)
        except CannotOpen as error:
            raise SessionError("protocol") from error
