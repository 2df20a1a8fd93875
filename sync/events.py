"""Events that a handshake or a session gives to the shell around it, in order."""

from typing import NamedTuple

from sync.about import About


class Introduced(NamedTuple):
    """The other side proved `ids`; `code` is a link's, and used for `guest`, one of them.

    To whoever dialled it is the identity that it wanted; to whoever answers it is home first what
    concerns the identity dialled. Who else is there comes with `Secure`.
    `envelopes` show their chains and those of the members who signed them (§5.4).

    The shell decides: `accept()` or `refuse()` (docs/protocol.md §8.2).
    """

    ids: tuple[bytes, ...]
    envelopes: tuple[bytes, ...]
    code: bytes | None
    replaced: tuple[bytes, ...] = ()
    """Networks that the other side held once, and whose keys are others by now (§8.2)."""
    guest: bytes | None = None
    about: About = About()
    keys: tuple[bytes, ...] = ()
    """With which it proved `ids`. The chain shown may go on: where two contradict each other it is
    the key before them that counts (§5.3)."""


class Behind(NamedTuple):
    """The other side knows newer chains of identities that we hold, and showed their `envelopes`.

    The handshake ends; the shell takes in those that are of its own identities.
    """

    envelopes: tuple[bytes, ...]


class Received(NamedTuple):
    """Envelopes to be taken in; the shell answers with `Session.stored` after its COMMIT."""

    envelopes: tuple[bytes, ...]


class Announced(NamedTuple):
    """The other side just stored these records; the shell answers with `Session.get` for those
    that it wants from here (ids, 32 bytes each)."""

    ids: tuple[bytes, ...]


class Expected(NamedTuple):
    """Number of records that are to come, as far as it is known."""

    records: int


class RoundDone(NamedTuple):
    """Both sides went through all sets."""

    round: int


class Refused(NamedTuple):
    """The other side did not take records of ours; codes of docs/protocol.md §4.1."""

    codes: tuple[str, ...]


class Ended(NamedTuple):
    """The last event. What `outgoing` still holds should be sent, then the link be closed."""

    code: str
    by_peer: bool


Event = Introduced | Expected | Received | Announced | RoundDone | Refused | Ended
