"""Erasing all that is stored about a person.

Rules:

1. One transaction: what went out is taken back by tombstones, each noun erases what it holds and
   says what it has to keep, and the person is gone. Either all of it happened or nothing.
2. The last key person first names another one: nobody locks the group out.
3. Whoever erased everything gets an address that only they know. It shows, until a receipt can't
   come any more, which groups confirmed; nothing in it says who it was.
4. A restored backup does not bring it back: what was erased is listed by its key.

An export that runs meanwhile has read everything before, or nothing.
"""

import secrets
from dataclasses import dataclass

from crypto.hashing import digest
from node.base.errors import Problem
from node.base.events import Event
from node.features.mine.tables import consents, deletions, disclosures
from node.people.last_key import require_another
from node.people.personal import Kept
from node.people.persons import persons
from node.store.core import Core
from node.store.disk_reserve import essential
from node.store.erased_rows import row_key, tables_with
from node.upkeep.wiping import settle
from protocol.kind import LIFETIME

TOKEN_BYTES = 32

PERSON = "person"
"""The column by which nouns say whose a row is."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left: the secret part of the address that shows the receipts, and what is kept."""

    token: str
    tombstones: int
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Deletion:
    """An erasure as its address shows it."""

    at: int
    until: int
    tombstones: tuple[bytes, ...]


def may_erase(core: Core, person: str) -> None:
    """`Problem` if the group would be left without anybody who acts for it."""
    if persons(core).get(person) is None:
        raise Problem("mine-no-such-member")
    require_another(core, person)


def erase_person(core: Core, person: str) -> Erased:
    """Erase everything of a person; `Problem` for the last key person, or if there is none."""
    erased = _erase(core, person)
    settle(core)
    return erased


@essential
def _erase(core: Core, person: str) -> Erased:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with core.transaction():
        may_erase(core, person)
        kept: list[Kept] = []
        for forget in core.followers(Event.FORGOTTEN):
            kept += forget(core, person) or ()
        went = [one.tombstone for one in disclosures(core).of(person) if one.tombstone]
        forget_person(core, person)
        persons(core).remove(person)
        _never_again(core, "persons", "id", person)
        for table in tables_with(core.db, PERSON):  # whichever noun has it
            _never_again(core, table, PERSON, person)
        now = core.clock()
        deletions(core).add(_key(token), now, now + LIFETIME, dict.fromkeys(went))
    return Erased(token, len(set(went)), tuple(kept))


def forget_person(core: Core, person: str) -> None:
    """Our own tables. In a transaction."""
    disclosures(core).erase(person)
    consents(core).erase(person)


def _never_again(core: Core, table: str, column: str, value: str) -> None:
    core.erasures.add_here(row_key(table, column, value), core.clock())


def deletion(core: Core, token: str) -> Deletion | None:
    """What the address of an erasure shows; None if there is none, or none any more."""
    found = deletions(core).get(_key(token))
    if found is None or found[1] <= core.clock():
        return None
    at, until, tombstones = found
    return Deletion(at, until, tuple(tombstones))


def tidy(core: Core) -> None:
    """Addresses that show nothing any more go."""
    with core.transaction():
        deletions(core).forget(core.clock())


def _key(token: str) -> bytes:
    return digest(token.encode("utf-8", "replace"))
