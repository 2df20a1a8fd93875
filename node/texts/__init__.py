"""Everything a person reads, in German and English.

Keys are `file.section.key`. The file is one of the platform's (`node/texts/en/web.toml` has
`web.…`), or a noun's (`node/features/meetings/texts/en.toml` has `meetings.…`). It is read when the
first of its texts is wanted. The sections of a noun:

- `label`: what a value is called; `argument`, `metavar`, `command`: the help of its commands;
- `web`: its pages; `cli`: what its commands say; `error`: its problems, by their code; `refused`:
  the same where it is said otherwise on a page, which names no commands;
- `erased`: how a list of what was erased calls things of its kinds;
- others by the thing whose words they are: `meetings.answer.accept`.

A text may have `{placeholders}`. Where a number decides, the key is a table with `one` and `other`,
and the number is passed as `n`. Both languages must have the same keys and placeholders
(`tests/node/test_texts.py`). TOML and no gettext: nothing to compile, and a translator sees both
files side by side.

>>> Texts("en")("common.yes"), Texts("en")("meetings.label.capacity")
('yes', 'Seats')
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_COMMAND = re.compile(r"(?<![\w/.~-])verbund(?= )")
"""The command in a text. `~verbund` is for another group's machine: it is not called as ours is."""

LANGUAGES = ("de", "en")
"""The first one is for whoever did not say."""


NOUNS = Path(__file__).parents[1] / "features"
"""The folders of the nouns. They are found by their names; none is imported."""


@cache
def _catalogue(language: str, name: str) -> dict[str, Any]:
    """One file, read when the first of its texts is wanted: commands need no pages' texts."""
    ours = Path(__file__).parent / language / f"{name}.toml"
    for file in (ours, NOUNS / name / "texts" / f"{language}.toml"):
        if file.is_file():
            return tomllib.loads(file.read_text("utf-8"))
    raise KeyError(name)


@cache
def nouns() -> tuple[str, ...]:
    """Those that bring texts."""
    return tuple(sorted(one.name for one in NOUNS.iterdir() if (one / "texts").is_dir()))


class Texts:
    """The texts of one language: `texts("directory.web.title")`."""

    def __init__(self, language: str, command: str = "verbund") -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no texts in {language}")
        self.language = language
        self.command = command
        """What a text shows for the command `verbund`, so that it works where it is pasted."""

    def __call__(self, key: str, **values: Any) -> str:
        """The text of `key`; KeyError if there is none, so that tests notice."""
        name, *parts = key.split(".")
        found: Any = _catalogue(self.language, name)
        for part in parts:
            found = found[part]
        if isinstance(found, dict):
            found = found["one" if values.get("n") == 1 else "other"]
        text = str(found)
        if self.command != "verbund" and "verbund " in text:
            shown = self.command
            if values:  # else braces stay as they are
                shown = shown.replace("{", "{{").replace("}", "}}")
            text = _COMMAND.sub(lambda _found: shown, text)
        text = text.replace("~verbund ", "verbund ")
        return text.format(**values) if values else text

    def own(self, noun: str, key: str) -> str:
        """The noun's own text of `key`; the platform's (`common.…`) if it has none."""
        own = f"{noun}.{key}"
        return self(own if self.has(own) else f"common.{key}")

    def label(self, noun: str, name: str) -> str:
        """What a value of a noun is called.

        >>> Texts("en").label("meetings", "title"), Texts("en").label("meetings", "id")
        ('Title', 'Id')
        """
        return self.own(noun, f"label.{name}")

    def error(self, code: str, /, **values: Any) -> str:
        """The text of a problem: the platform's, or that of the noun that raises it."""
        own = f"errors.{code}"
        return self(own, **values) if self.has(own) else self.anywhere("error", code, **values)

    def refusal(self, code: str, /, **values: Any) -> str:
        """The same on a page: the words that a noun has for pages (`refused`), if it has some."""
        try:
            return self.anywhere("refused", code, **values)
        except StopIteration:
            return self.error(code, **values)

    def anywhere(self, section: str, name: str, /, **values: Any) -> str:
        """The text of the noun that has one: `anywhere("erased", "meeting")`; else StopIteration.

        For what pages and commands show of things of any noun, also of those that come after them.
        """
        keys = (f"{noun}.{section}.{name}" for noun in nouns())
        return next(self(key, **values) for key in keys if self.has(key))

    def table(self, key: str) -> dict[str, Any]:
        """All texts below a key."""
        name, *parts = key.split(".")
        found: Any = _catalogue(self.language, name)
        for part in parts:
            found = found[part]
        return dict(found)

    def has(self, key: str) -> bool:
        """Whether there is a text of this key."""
        try:
            self(key)
        except (KeyError, TypeError):
            return False
        return True


def choose_language(wanted: str | None) -> str:
    """The language for an `Accept-Language` header, or a locale such as `de_DE.UTF-8`.

    >>> choose_language("fr;q=0.9, en;q=0.8"), choose_language("de_DE.UTF-8"), choose_language("C")
    ('en', 'de', 'en')
    """
    ranked = []
    for place, part in enumerate((wanted or "").replace("_", "-").split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, name.lower()[:2]))
        except ValueError:
            continue
    for _weight, _place, name in sorted(ranked):
        if name in LANGUAGES:
            return name
    return "en" if (wanted or "").strip() else LANGUAGES[0]
