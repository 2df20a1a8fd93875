"""What ways back are made of."""

from typing import NamedTuple


class Passkey(NamedTuple):
    """A key that a device made for one person, and for one name of the group's machine."""

    id: bytes
    person: str
    host: str
    """The name for which it was made: at no other does a browser offer it."""
    key: bytes
    """COSE public key."""
    uses: int
    """How often it was used, as its device says; those of Apple and many others always say 0."""
    name: str
    """The device, as its browser called itself."""
    made: int
    used: int | None


class Code(NamedTuple):
    """A typed code, as it is kept. `made_by`: a person's id, None for the machine's keeper."""

    person: str
    made: int
    made_by: str | None
    until: int
    readmits: bool
    """Whoever uses it lost everything: all other ways and sessions of the person end by it."""


class Shown(NamedTuple):
    """A typed code, as it is read out: known now and never again."""

    text: str
    until: int


class Entry(NamedTuple):
    """A line of what happened to a person's ways."""

    at: int
    what: str
    by: str | None
    """A person's id; None for the machine's keeper."""
    detail: str
