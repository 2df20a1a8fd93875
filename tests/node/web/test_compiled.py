"""Templates are kept as Jinja compiled them, and made anew where that does not fit."""

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader
from jinja2.environment import Environment as Made

from node.web.compiled import Compiled, kept_at

TEMPLATE = "Guten Tag, {{ name }}."


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was compiled."""
    found: list[str] = []
    compile_ = Made.compile

    def noting(self: Made, source: str, *more: str) -> object:
        found.append(source)
        return compile_(self, source, *more)

    monkeypatch.setattr(Made, "compile", noting)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return found


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    path = tmp_path / "page.html"
    path.write_text(TEMPLATE)
    return path


def shown(page: Path, trim: bool = False) -> str:
    """By a process that has just started."""
    made = Environment(
        loader=FileSystemLoader(page.parent),
        autoescape=True,
        trim_blocks=trim,
        bytecode_cache=Compiled(),
    )
    return made.get_template(page.name).render(name="<Ada>")


def test_it_is_compiled_once(page: Path, compilations: list[str]) -> None:
    assert shown(page) == shown(page) == "Guten Tag, &lt;Ada&gt;."
    assert compilations == [TEMPLATE]
    assert kept_at(str(page)).parent == page.parent / "__pycache__"
    assert [one.name for one in kept_at(str(page)).parent.iterdir()] == [kept_at(str(page)).name]


def test_what_does_not_fit_is_made_anew(page: Path, compilations: list[str]) -> None:
    shown(page)
    page.write_text("Moin, {{ name }}.")
    assert shown(page) == "Moin, &lt;Ada&gt;."
    shown(page, True)
    kept = kept_at(str(page))
    whole = kept.read_bytes()
    for cut in (0, 5, 40, len(whole) // 2):
        kept.write_bytes(whole[:cut])
        assert shown(page, True) == "Moin, &lt;Ada&gt;."
    assert len(compilations) == 7
    assert kept.read_bytes() == whole


def test_where_nothing_can_be_kept(
    page: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (page.parent / "__pycache__").write_text("in the way")
    assert shown(page) == shown(page) == "Guten Tag, &lt;Ada&gt;."
    (page.parent / "__pycache__").unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert shown(page) == "Guten Tag, &lt;Ada&gt;."
    assert not (page.parent / "__pycache__").exists()
    assert len(compilations) == 3


def test_a_template_without_a_file(compilations: list[str]) -> None:
    made = Environment(
        loader=DictLoader({"a": TEMPLATE}), autoescape=True, bytecode_cache=Compiled()
    )
    assert made.get_template("a").render(name="Ada") == "Guten Tag, Ada."
    assert compilations == [TEMPLATE]
