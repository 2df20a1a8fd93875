"""Who looks at which node, and by which names this viewer knows others.

Rules: whoever is outside sees records of audience public of the home group and of whom a person
released (`node.lookup.showing`), ties whose sides want to be named, and nothing else: no other
memberships or peers, no invitations, no answers, nothing of one's own list, and no name that is
known from other records only. Whoever is
inside sees all that the node holds, but for what others wrote while this folder may be an old copy
(names stay: a person must see who is waited for). Reading never writes.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from node.base.lookalikes import SHORT_ID, marked
from node.lookup.showing import shown_outside
from node.lookup.types import Name, Viewer
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.ids import ID_BYTES, PREFIX_CHARACTERS, to_text

T = TypeVar("T")

ID_CHARACTERS = len(to_text(bytes(ID_BYTES)))

_DIGITS = {letter: value for value, letter in enumerate("abcdefghijklmnopqrstuvwxyz234567")}


def _never(_peer: bytes) -> bool:
    return False


class Sight:
    """One look: `now` and the names stay the same while it lasts."""

    def __init__(
        self,
        core: Core,
        viewer: Viewer,
        me: bytes,
        connected: Callable[[bytes], bool] = _never,
    ) -> None:
        self.core = core
        self.connected = connected
        self.viewer = viewer
        self.inside = viewer is Viewer.INSIDE
        self.me = me
        self.now = core.clock()
        self._names: dict[bytes, Name] = {}
        self._looked_up: dict[str, Any] = {}
        self.authors: frozenset[bytes] | None = self._authors()
        """Whose content this viewer sees; None: everybody's."""

    def _authors(self) -> frozenset[bytes] | None:
        if not self.inside:
            return shown_outside(self.core, self.now)
        return None if self.core.is_reconciled else self.core.own

    def once(self, what: str, look_up: Callable[[], T]) -> T:
        """What several parts of a page need, looked up when the first asks."""
        if what not in self._looked_up:
            self._looked_up[what] = look_up()
        found: T = self._looked_up[what]
        return found

    def sees(self, author: bytes) -> bool:
        """Whether this viewer sees what `author` wrote (`node.lookup.showing`)."""
        return self.authors is None or author in self.authors

    @property
    def home_name(self) -> str:
        """The name of the group whose node this is; the beginning of its id if it is not seen."""
        name = self.name(self.core.home_id)
        return name.name or name.id[:SHORT_ID]

    @property
    def public(self) -> int:
        """The number of the public audience; nothing stands under 0."""
        return self.core.records.audiences.known(PUBLIC) or 0

    def name(self, identity: bytes) -> Name:
        """An identity as this viewer knows it."""
        found = self._names.get(identity)
        if found is None:
            found = self._names[identity] = Name(to_text(identity), self._read_name(identity))
        return found

    def named(self, identities: Iterable[bytes]) -> tuple[Name, ...]:
        """Several, by name."""
        return tuple(sorted(map(self.name, identities), key=name_order))

    def _read_name(self, identity: bytes) -> str | None:
        if not (self.inside or self.sees(identity)):
            return None
        return self._entry_name(identity, everything=self.inside)

    def public_name(self, identity: bytes) -> Name:
        """An identity as it calls itself to everybody: of whoever wants to be named."""
        return Name(to_text(identity), self._entry_name(identity, everything=False))

    def _entry_name(self, identity: bytes, *, everything: bool) -> str | None:
        for scope, no in self.records_of(identity):
            if scope == "public" or everything:
                name = self.core.known_names.entry(no)
                if name is not None:
                    return self.marked(name, identity)
        return None

    def marked(self, name: str, identity: bytes) -> str:
        """A name with the beginning of its id if it can be taken for another one.

        Whom else this node knows is not for outside to find out.
        """
        twin = self.inside and self.core.directory.has_twin(name, identity, self.now)
        return marked(name, to_text(identity), twin)

    def records_of(self, identity: bytes) -> list[tuple[str, int]]:
        """(scope, number) of the live directory records of an identity, the best one first.

        What it says to fewer counts before what it says to everybody (`Filters.best_of`), and a
        network's charter before all.
        """
        records = self.core.records
        author = records.identities.known(identity)
        rows = self.core.known_names.entries_by(author, self.now)
        found = [(records.audiences.thing(audience).scope, form, no) for no, audience, form in rows]
        found.sort(key=lambda row: (row[1] != "network", row[0] == "public", -row[2]))
        return [(scope, no) for scope, _form, no in found]

    def ids_from(self, text: str) -> list[bytes]:
        """The identities whose id begins with `text`; a few at most, for one is wanted.

        Outside only those that are shown: how many others there are is not for everybody.
        """
        if not self.inside and self.authors is not None:
            enough = len(text) >= PREFIX_CHARACTERS
            return [one for one in self.authors if enough and to_text(one).startswith(text)]
        span = _span(text)
        if span is None:
            return []
        found = self.core.known_names.ids_between(*span, most=3)
        return [one for one in found if to_text(one).startswith(text)]


def name_order(name: Name) -> tuple[bool, str, str]:
    """By name; the nameless last."""
    return name.name is None, (name.name or "").casefold(), name.id


def _span(text: str) -> tuple[bytes, bytes] | None:
    """The first and the last id that begins with `text`, so that an index finds them."""
    if not PREFIX_CHARACTERS <= len(text) <= ID_CHARACTERS or not set(text) <= _DIGITS.keys():
        return None
    value = 0
    for letter in text:
        value = value * 32 + _DIGITS[letter]
    missing = 5 * (ID_CHARACTERS - len(text))
    spare = 5 * ID_CHARACTERS - 8 * ID_BYTES
    first = (value << missing) >> spare
    last = (((value + 1) << missing) - 1) >> spare
    return first.to_bytes(ID_BYTES, "big"), last.to_bytes(ID_BYTES, "big")
