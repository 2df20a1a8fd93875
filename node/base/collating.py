r"""In which order names stand in a list, and whether a name has what somebody looks for. Pure.

Order, DIN 5007 part 1: ä is a, ß is ss, other accents and upper case don't count; a blank comes
before every letter, and hyphens and apostrophes don't count. Only where two names are otherwise
the same, the one without accents comes first, then the one in small letters.

Search: ä, ae and a are the same, likewise ö and ü; ß is ss; composed and decomposed letters, upper
and lower case, kinds of dashes and quotation marks make no difference (`node.base.naming`).

>>> sorted(["Zabel", "Ärger", "Arger", "Aßmann", "Assmann", "Argel"], key=sort_key)
['Argel', 'Arger', 'Ärger', 'Assmann', 'Aßmann', 'Zabel']
>>> [finds("Muller", searchable(one)) for one in ("Müller", "Mueller", "MÜLLER", "Miller")]
[True, True, True, False]
"""

import re
import unicodedata

from node.base.naming import fold

_UNSEEN = str.maketrans({"'": None, "-": None})
_NOT_LETTERS = re.compile(r"[^\w ]+|_")
_SPELLED = re.compile("([aou])e")
_DIGITS = re.compile(r"\D+")
BETWEEN = "\x00"
"""Between the parts of a key: sorts before everything that is in one."""


def sort_key(*names: str) -> str:
    """What to sort by; of several names (family, given) the first counts most."""
    whole = BETWEEN.join(map(_first_level, names))
    return f"{whole}{BETWEEN}{BETWEEN}{BETWEEN.join(map(_second_level, names))}"


def _first_level(name: str) -> str:
    plain = _NOT_LETTERS.sub(" ", fold(name).translate(_UNSEEN))
    return " ".join(plain.split())


def _second_level(name: str) -> str:
    """Accents after their letters, then small letters before large ones."""
    apart = unicodedata.normalize("NFD", " ".join(name.split()))
    return apart.lower() + BETWEEN + "".join("01"[one.isupper()] for one in apart)


def searchable(*texts: str) -> str:
    """What is looked through, of one or several texts: each folded, and with ae as a."""
    found: dict[str, None] = {}
    for text in texts:
        plain = fold(text)
        found |= {plain: None, _spelled_away(plain): None}
    return "\n".join(one for one in found if one)


def wanted(text: str) -> tuple[str, str]:
    """What to look for in what `searchable` gave: either of these two. Empty if nothing is."""
    plain = fold(text)
    return plain, _spelled_away(plain)


def finds(text: str, among: str) -> bool:
    """Whether `text` occurs in what `searchable` gave."""
    return any(one in among for one in wanted(text) if one)


def digits(text: str) -> str:
    """Of a telephone number what counts."""
    return _DIGITS.sub("", text)


def _spelled_away(plain: str) -> str:
    return _SPELLED.sub(r"\1", plain)
