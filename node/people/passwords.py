"""Signing in with a name and a password.

Who comes with a phone knows two names of theirs: how they are called in the group, and their mail
address. Both are taken, so that nothing has to be invented or remembered. Names are folded – case,
blanks, ä and ae – because phones write capitals by themselves. Two people may have one name, or
share an address: then the password tells who it is, and if even that fits both, they are asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from node.people.hashing import Hashing
from node.people.names import folded
from node.people.persons import Person, Persons
from node.people.slowing import ALL, Slowing
from node.people.tables import PasswordTable
from node.store.core import Core

SHORTEST = 10
"""Characters. Three words are more, and easier to remember."""

LONGEST = 500
"""Characters: a page of a book, so that nobody makes the node hash megabytes."""

NAMESAKES = 4
"""People of one name whose password is looked at: each costs as much as all."""


def set_password(core: Core, person: str, hash_: str) -> None:
    """A person's password from now on. Inside `Core.transaction`."""
    PasswordTable(core.db).set(person, hash_, core.clock())


def set_names(core: Core, person: str, source: str, *names: str) -> None:
    """Under which names somebody signs in, as far as `source` says: those before are gone.

    `source`: `mail`, `phone`, … Inside `Core.transaction`.
    """
    known = dict.fromkeys(folded(one) for one in names if one.strip())
    PasswordTable(core.db).set_names(person, source, tuple(known))


def has_password(core: Core, person: str) -> bool:
    """Whether somebody can sign in with one."""
    return PasswordTable(core.db).get(person) is not None


def remove_password(core: Core, person: str) -> None:
    """Inside `Core.transaction`."""
    PasswordTable(core.db).remove(person)


def move_password(core: Core, gone: str, kept: str) -> dict[str, Any]:
    """Two people are one: who stays has the other's password, unless they have one of their own.

    Before the one who goes is removed; gives what `bring_back_password` needs. Inside
    `Core.transaction`.
    """
    table = PasswordTable(core.db)
    hash_, names = table.get(gone), [*map(list, table.names(gone))]
    moves = hash_ is not None and table.get(kept) is None
    if moves and hash_ is not None:
        table.set(kept, hash_, core.clock())
    return {"hash": hash_, "names": names, "moved": moves}


def bring_back_password(core: Core, kept: str, gone: str, moved: Mapping[str, Any]) -> None:
    """They are two again, and each has their own. Inside `Core.transaction`."""
    table = PasswordTable(core.db)
    hash_ = moved.get("hash")
    if hash_ is None:
        return
    if moved["moved"] and table.get(kept) == hash_:
        table.remove(kept)
    table.set(gone, hash_, core.clock())
    sources: dict[str, tuple[str, ...]] = {}
    for name, source in moved["names"]:
        sources[source] = (*sources.get(source, ()), name)
    for source, names in sources.items():
        table.set_names(gone, source, names)


def too_weak(password: str, *names: str) -> str:
    """Why a password would be guessed at once: short, name, plain; empty if it would not."""
    if len(password) < SHORTEST:
        return "short"
    plain = folded(password).replace(" ", "")
    parts = {part for name in names for part in (*folded(name).split(), folded(name))}
    rest = plain
    for part in sorted((one.replace(" ", "") for one in parts if len(one) > 2), key=len)[::-1]:
        rest = rest.replace(part, "")
    if len(rest.strip("0123456789!.?-_")) < 4 and rest != plain:
        return "name"
    steps = {ord(two) - ord(one) for one, two in pairwise(plain)}
    if len(set(plain)) < 4 or len(steps) == 1 or any(one in plain for one in _COMMON):
        return "plain"
    return ""


_COMMON = (
    "passwor",
    "passwort",
    "123456",
    "qwertz",
    "qwerty",
    "hallohallo",
    "geheim123",
    "iloveyou",
)
"""What stands first in every list of guesses."""


@dataclass
class SigningIn:
    """Looks at names and passwords, for one node."""

    core: Core
    hashing: Hashing
    slowing: Slowing

    async def who(self, name: str, password: str, known: str = "") -> list[Person]:
        """Those whom name and password fit: nobody, one, or several who share both.

        `known`: the id of a person who was signed in in this browser before, and so is not slowed
        by what strangers enter. `TurnedAwayError`, `BusyError` if it has to wait too long.
        """
        called = PasswordTable(self.core.db).called(folded(name))[:NAMESAKES]
        own = known if known in called else ""
        keys = (f"known {own}",) if own else (f"name {folded(name)}", ALL)
        async with self.slowing.entering(*keys):
            fitting = [one for one in called if await self._fits(one, password)]
            if not called:
                await self.hashing.fits(None, password)
            if not fitting:
                self.slowing.wrong(*keys)
                return []
            self.slowing.right(keys[0])
        found = (Persons(self.core.db).get(one) for one in fitting)
        return [one for one in found if one is not None]

    async def is_of(self, person: Person, password: str) -> bool:
        """Whether it is this person's password, who is signed in."""
        key = f"known {person.id}"
        async with self.slowing.entering(key):
            good = await self._fits(person.id, password)
            if good:
                self.slowing.right(key)
            else:
                self.slowing.wrong(key)
            return good

    async def _fits(self, person: str, password: str) -> bool:
        return await self.hashing.fits(PasswordTable(self.core.db).get(person), password)
