"""Codes that are typed: eight characters from another device, sixteen from paper.

Rules:

1. A code of eight characters works once and for ten minutes; a new one ends the one before.
2. Codes on paper work once each, as long as the paper lies there; new ones end all before.
3. Only digests are kept. Sixteen characters have 78 bits, so that nobody who has a copy of the file
   finds them by trying; the eight are over before anybody could.
4. Capital or small, with or without blanks and dashes is the same. There are no characters that
   look alike.
5. Wrong entries slow down (`slowing`); they never lock anybody out.

>>> plain("k7fq-2m9x"), plain(" K7FQ 2M9X "), spaced("K7FQ2M9X")
('K7FQ2M9X', 'K7FQ2M9X', 'K7FQ-2M9X')
"""

from typing import NamedTuple

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.ways import tables
from node.features.ways.types import Code, Shown
from node.people.persons import persons
from node.store.core import Core
from node.store.disk_reserve import essential

CHARACTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I and L, and U, which looks like V in writing."""

TYPED, PAPER = 8, 16
"""Characters."""

CODE_SECONDS = 600
"""From one device to the other, or over the telephone."""

PAPERS = 8
"""Codes on one sheet."""

GROUP = 4
LONGEST = 100
"""Characters that are looked at; more is a paste of something else."""

_RANDOM_BYTES = 32
"""Far more than a code has: what is left over when it is divided favours none."""


class Used(NamedTuple):
    """Whom a code lets in. `how`: `code`, `paper` or `readmission`."""

    person: str
    how: str


def plain(text: str) -> str:
    """A code as it was meant, from how it was typed."""
    return "".join(one for one in text[:LONGEST].upper() if one.isalnum())


def spaced(code: str) -> str:
    """As it is read out and written down."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def is_code(text: str) -> bool:
    """Whether it has the shape of one: what has not is a slip, and no guess."""
    code = plain(text)
    return len(code) in (TYPED, PAPER) and set(code) <= set(CHARACTERS)


def new_code(core: Core, person: str, by: str | None, readmits: bool = False) -> Shown:
    """A code of eight characters for somebody, which `by` reads out; None is the keeper.

    Who may is the caller's to ask (`actions.code_for`).
    """
    code, now = _drawn(core, TYPED), core.clock()
    with core.transaction():
        kept = Code(person, now, by, now + CODE_SECONDS, readmits)
        tables.put_code(core, _digest(code), kept)
        what = "readmission" if readmits else "own-code" if by == person else "code"
        tables.log(core, person, f"{what}-made", by)
    return Shown(spaced(code), now + CODE_SECONDS)


def new_papers(core: Core, person: str) -> list[str]:
    """Codes to print; those before are void."""
    codes = [_drawn(core, PAPER) for _one in range(PAPERS)]
    with core.transaction():
        tables.put_paper(core, person, [_digest(one) for one in codes], core.clock())
        tables.log(core, person, "paper-made", person)
    return [spaced(one) for one in codes]


@essential
def use_code(core: Core, text: str) -> Used:
    """Whom this lets in; it is used up. `Problem` if nobody."""
    code = plain(text)
    if not is_code(text):
        raise Problem("code-wrong")
    with core.transaction():
        used = _take(core, code)
        if used is not None:
            tables.log(core, used.person, f"{used.how}-used", used.person)
    if used is None:
        raise Problem("code-wrong")
    return used


def _take(core: Core, code: str) -> Used | None:
    if len(code) == PAPER:
        person = tables.take_paper(core, _digest(code))
        used = Used(person, "paper") if person else None
    else:
        kept, now = tables.take_code(core, _digest(code)), core.clock()
        # one from the future was made while the clock was wrong
        good = kept is not None and now < kept.until <= now + CODE_SECONDS
        used = Used(kept.person, "readmission" if kept.readmits else "code") if good else None  # type: ignore[union-attr]
    return used if used is not None and persons(core).get(used.person) is not None else None


def _drawn(core: Core, length: int) -> str:
    number = int.from_bytes(core.entropy(_RANDOM_BYTES), "big")
    found = ""
    for _one in range(length):
        number, place = divmod(number, len(CHARACTERS))
        found += CHARACTERS[place]
    return found


def _digest(code: str) -> bytes:
    return digest(b"code " + code.encode())
