"""Answers as people type them, and as pages send them.

`7=new` is about row 7, `7:PLZ=offer` about a cell of it, `postcode=keep` about all of a sort.
"""

from collections.abc import Iterable, Mapping, Sequence

from node.base.errors import Problem
from node.features.imports.types import ANSWERS, CELLS, WHO, Column
from node.spreadsheets.gathering import letters

OF_WHO, OF_CELLS = ("new", "out", "offer"), ("offer", "keep", "blank")


def read_answers(said: Iterable[str], columns: Sequence[Column]) -> dict[str, str]:
    """Answers by the key of their question; `Problem` `import-answer` names one that is none."""
    found = {}
    for text in said:
        about, sign, answer = text.rpartition("=")
        key = _key(about.strip(), columns)
        if not sign or not key or not _fits(key, answer.strip()):
            raise Problem("import-answer", text=text, answers=", ".join(ANSWERS))
        found[key] = answer.strip()
    return found


def _key(about: str, columns: Sequence[Column]) -> str:
    if about in WHO or about in CELLS or (about.isascii() and about.isdigit()):
        return about
    line, sign, name = about.partition(":")
    at = [one.at for one in columns if name in (one.header, letters(one.at + 1))]
    return f"{line}:{at[0]}" if sign and line.isascii() and line.isdigit() and at else ""


def _fits(key: str, answer: str) -> bool:
    """Whether this may be an answer; whose id is known, the plan tells."""
    if key in CELLS or ":" in key:
        return answer in OF_CELLS
    return bool(answer) and (key not in WHO or answer in OF_WHO)


def read_page_answers(posted: Mapping[str, object]) -> dict[str, str]:
    """Answers of a page: fields called `q:` and the key of the question."""
    found = {}
    for name, value in posted.items():
        key, answer = name.removeprefix("q:"), str(value)
        if name.startswith("q:") and answer and _is_key(key) and _fits(key, answer):
            found[key] = answer
    return found


def _is_key(text: str) -> bool:
    line, _sign, column = text.partition(":")
    return text in (*WHO, *CELLS) or (_is_number(line) and (not column or _is_number(column)))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8
