r"""Names that can be taken for one another (UTS 39). Pure; the table is read when first needed.

Rules: where a name could be taken for another one, the beginning of the id is shown beside it. It
could if it has characters that can't be seen; if letters of another alphabet in it look like Latin
ones, and all others are Latin or look so too; and if somebody else known here has a name that looks
the same (`node.store.directory`). A name in Cyrillic or Greek that can't be read as a Latin one is
as good as any.

>>> looks("\u0410lpha") == looks("A1pha"), deceives("\u0410lpha"), deceives("Möwe")
(True, True, False)
>>> name = marked("\u0410lpha", "abcdefghijkl")
>>> name == "\u0410lpha", f"{name}", shown(name), shown(marked("Alpha", "abcdefghijkl"))
(True, '\u0410lpha (abcdefgh)', '\u0410lpha (abcdefgh)', 'Alpha')
"""

import unicodedata
from functools import cache
from pathlib import Path

from node.base.naming import fold
from protocol.fields import INVISIBLE

_SMALL = (('"', "''"), ("|", "l"), ("1", "l"), ("i", "l"), ("0", "o"), ("m", "rn"))
"""What is like what in Latin letters, when case has gone already."""

_HARMLESS = "\ufe0e\ufe0f"
"""Whether a sign is drawn as a picture: in many names, and no letter."""


SHORT_ID = 8
"""Characters of an id beside a name: 40 bits, so that nobody makes another one like it by trying a
few million."""


def short(id: str) -> str:
    """The beginning of an id, or of the name at the end of an address: enough to name it by."""
    return id.rpartition("/")[2][:SHORT_ID]


class Mistakable(str):
    """A name that can be taken for another one. In a text it stands with the beginning of its id;
    compared, kept and given to programs it is the bare name."""

    __slots__ = ("shown",)

    shown: str

    def __format__(self, spec: str) -> str:
        return format(self.shown, spec)


def marked(name: str, id: str, twin: bool = False) -> str:
    """A name as it is to be shown: `Mistakable` if it deceives, or somebody else is its `twin`."""
    if not twin and not deceives(name):
        return name
    made = Mistakable(name)
    made.shown = f"{name} ({id[:SHORT_ID]})"
    return made


def shown(name: str) -> str:
    """A name for people."""
    return name.shown if isinstance(name, Mistakable) else name


def looks(name: str) -> str:
    """The same for all names that look the same, or differ only as look-ups don't notice."""
    if not name.isascii():
        text = unicodedata.normalize("NFKC", INVISIBLE.sub("", name))
        name = unicodedata.normalize("NFD", text).translate(_table())
    name = fold(name)
    for one, other in _SMALL:
        name = name.replace(one, other)
    return name


def deceives(name: str) -> bool:
    """Whether a name could be taken for another one whatever else is known here."""
    if name.isascii():
        return False
    if INVISIBLE.search(name.translate(dict.fromkeys(map(ord, _HARMLESS)))):
        return True
    letters = [one for one in unicodedata.normalize("NFKC", name) if one.isalpha()]
    foreign = [one for one in letters if not _is_latin(one)]
    return any(map(_looks_latin, foreign)) and (
        len(foreign) < len(letters) or all(map(_looks_latin, foreign))
    )


def _is_latin(letter: str) -> bool:
    return letter.isascii() or "LATIN" in unicodedata.name(letter, "")


def _looks_latin(letter: str) -> bool:
    looks = _table().get(ord(letter))
    return looks is not None and looks.isascii()


HEAD = 2
"""Lines that say where the table comes from."""


@cache
def _table() -> dict[int, str]:
    """By character, what it looks like."""
    text = Path(__file__).with_name("lookalikes.txt").read_text("utf-8")
    found: dict[int, str] = {}
    for line in text.split("\n")[HEAD:]:
        looks, _, ones = line.partition("\t")
        found.update((ord(one), looks) for one in ones)
    return found
