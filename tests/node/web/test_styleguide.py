"""Every part in every state, in development only; and that it is every part."""

import re

import pytest

from node.web.assets import FOLDER
from node.web.render import FOLDER as TEMPLATES
from tests.node.web.conftest import Site


async def test_there_is_none_outside_development(
    new_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("", "0", "yes"):
        monkeypatch.setenv("VERBUND_DEVELOPMENT", value)
        assert (await new_site.get("/styleguide")).status == 404


async def test_every_kind_of_field_is_shown(
    new_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERBUND_DEVELOPMENT", "1")
    answer = await new_site.get("/styleguide")
    text = await answer.text()
    assert answer.status == 200
    types = ("email", "tel", "file", "radio", "checkbox", "password")
    for part in ("textarea", "<select", "aria-describedby", *(f'type="{one}"' for one in types)):
        assert part in text, part


PARTS = frozenset(
    {
        *("todo", "done", "errors", "error", "hint", "who", "note", "warning", "good", "soft"),
        *("alert", "tag", "chips", "points", "steps", "ways", "entries", "card", "facts", "event"),
        *("leaf", "number", "motto", "actions", "quiet", "go", "narrow-form"),
    }
)


def test_parts_are_those_of_the_stylesheet() -> None:
    """What is shown exists, so that none is renamed without its picture."""
    style = (FOLDER / "style.css").read_text("utf-8")
    assert set(re.findall(r"\.([a-z][a-z-]+)", style)) >= PARTS
    files = ("styleguide.html", "forms.html", "parts.html")
    shown = "".join((TEMPLATES / one).read_text("utf-8") for one in files)
    used = {name for found in re.findall(r'class="([^"]*)"', shown) for name in found.split()}
    assert used >= PARTS
