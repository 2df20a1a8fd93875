"""Words on pages: those of people, in both languages, with no word of the machinery."""

import re
from pathlib import Path

import pytest

from node.texts import LANGUAGES, Texts
from node.web import render
from tests.node.web.html import MACHINE_WORDS

TEMPLATES = [
    *Path(render.FOLDER).glob("*.html"),
    *Path(render.NOUNS).glob("*/templates/*.html"),
]

SAID = re.compile(r"""\bt\(["']([a-z_.-]+)["'](\s*~)?""")

ERRORS = "bundles.error.bundle-"
"""Problems that a page shows: of handing in a file."""


def said(texts: Texts) -> dict[str, object]:
    """The texts that templates name; where the end of a key is a value, all that begin so."""
    named = {found for path in TEMPLATES for found in SAID.findall(path.read_text("utf-8"))}
    found = dict[str, object]()
    for key, more in named | {(ERRORS, "~")}:
        table, _, name = key.rpartition(".")
        for one, text in texts.table(table).items():
            if one == name or (more and one.startswith(name)):
                found[f"{table}.{one}"] = text
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_names_the_machinery(language: str) -> None:
    found = said(Texts(language))
    assert len(found) > 200
    assert {key: text for key, text in found.items() if MACHINE_WORDS.search(str(text))} == {}
