"""Adding and changing a person: what may stand in a field.

Rules: values are trimmed and in NFC; control characters and what turns the direction of writing go;
a name is needed, everything else is not; the name that is shown follows given and family name
unless somebody wrote another one.
"""

import re
import unicodedata
from collections.abc import Mapping

from node.base.errors import Problem
from node.features.members.changes.tables import begin, changes, latest, settle
from node.features.members.tables import members
from node.features.members.types import Field, Member, Values
from node.store.core import Core

LONGEST = 200
"""Characters of a line: an address with a mind of its own."""

LONGEST_TEXT = 5_000
"""Characters of notes: two pages."""

MOST_VALUES = 10
"""Of one field: more mail addresses nobody has."""

MOST_OWN = 40
"""Columns of the group's own: a table with more is read by nobody."""

TWICE_SECONDS = 60
"""So soon after one another nobody adds two people of whom everything is the same."""

_UNSEEN = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
"""What turns the direction of writing, and what a file begins with."""


def clean(text: str, field: Field) -> Values:
    """The values that somebody wrote into a field, several of them one a line."""
    long = field.kind == "long text"
    plain = _UNSEEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))
    lines = ["".join(map(_printable, line)).strip() for line in plain.split("\n")]
    if long:
        whole = "\n".join(lines).strip()
        return (whole[:LONGEST_TEXT],) if whole else ()
    some = [line[:LONGEST] for line in lines if line]
    if not field.many:
        some = [" ".join(some)[:LONGEST]] if some else []
    return tuple(dict.fromkeys(some))[:MOST_VALUES]


def _printable(letter: str) -> str:
    return " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Cs") else letter


def shown_name(given: str, family: str) -> str:
    """The name that is shown where nobody wrote another one."""
    return " ".join(one for one in (given, family) if one)


def add(
    core: Core, values: Mapping[str, Values], name: str = "", since: str = "", *, who: str = ""
) -> str:
    """Add a member; gives the id. `Problem` if there is no name at all."""
    first = {key: some[0] for key, some in values.items() if some}
    name = name or shown_name(first.get("given", ""), first.get("family", ""))
    if not name:
        raise Problem("member-nameless")
    with core.transaction():
        again = _just_added(core, who, name, values)
        return again or begin(core, "add", who).add(name, values, since=since)


def _just_added(core: Core, who: str, name: str, values: Mapping[str, Values]) -> str | None:
    """Whom the same form added a moment ago: it was sent twice, by a finger or a bad line."""
    last = latest(core, "add")
    if last is None or last.who != who or last.at < core.clock() - TWICE_SECONDS:
        return None
    id = next((one.person for one in changes(core, last.no)), "")
    there = members(core).get(id)
    wanted = {key: some for key, some in values.items() if some}
    same = there is not None and (there.name, dict(there.values)) == (name, wanted)
    return id if same else None


def edit(
    core: Core,
    id: str,
    values: Mapping[str, Values],
    name: str | None = None,
    *,
    who: str = "",
) -> tuple[int, list[str]]:
    """Change fields of a person; gives the batch, and which parts are otherwise now."""
    settle(core)
    with core.transaction():
        old = members(core).get(id)
        if old is None:
            raise Problem("member-gone")
        if name is None:
            name = _follows(old, values)
        elif not name:
            raise Problem("member-nameless")
        batch = begin(core, "edit", who)
        return batch.no, batch.write(id, values, name)


def _follows(old: Member, values: Mapping[str, Values]) -> str | None:
    """The name that is shown after given or family name changed, if it followed them before."""
    before = shown_name(old.first("given"), old.first("family"))
    parts = [
        next(iter(values.get(one, old.values.get(one, ()))), "") for one in ("given", "family")
    ]
    now = shown_name(*parts)
    return now if now and before == old.name else None
