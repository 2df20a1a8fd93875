"""Everything a person reads, in German and English (node/texts/de/*.toml, node/texts/en/*.toml).

Keys are `file.section.key`; a text may have `{placeholders}`. Where a number decides, the key is a
table with `one` and `other`, and the number is passed as `n`. Both languages must have the same
keys and placeholders (`tests/node/test_texts.py`). TOML and no gettext: nothing to compile, and a
translator sees both files side by side.

>>> Texts("en")("common.yes")
'yes'
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

_COMMAND = re.compile(r"(?<![\w/.~-])verbund(?= )")
"""The command in a text. `~verbund` is for another group's machine: it is not called as ours is."""

LANGUAGES = ("de", "en")
"""The first one is for whoever did not say."""


@cache
def _catalogue(language: str, name: str) -> dict[str, Any]:
    """One file, read when the first of its texts is wanted: commands need no pages' texts."""
    try:
        file = resources.files(__name__) / language / f"{name}.toml"
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise KeyError(name) from error


class Texts:
    """The texts of one language: `texts("web.directory.title")`."""

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
            shown = self.command.replace("{", "{{").replace("}", "}}")
            text = _COMMAND.sub(lambda _found: shown, text)
        text = text.replace("~verbund ", "verbund ")
        return text.format(**values) if values else text

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
