"""Attacks by names and lists: unseen, look-alike, formulas; numbers and tables without end."""

import csv
import io
import json
from pathlib import Path

import pytest

from node.app import main
from node.base.errors import Problem
from node.features.lists.actions import directory_entries
from node.features.lists.csv import write_csv
from node.lookup.names import find_identity
from protocol.ids import to_text
from protocol.record import verify
from tests.hostile.stage import PEER, Stage, attack, outcome
from tests.hostile.test_doors import pages
from tests.node.entering import code_for, enter

LIAR = "\u0391lpha"
"""With a Greek Alpha."""


async def test_names_that_nobody_can_see(stage: Stage) -> None:
    """In a directory and as the title of a meeting: nothing to read, to type or to complain of."""
    group = verify(PEER.group()).content or {}
    meeting = verify(PEER.meeting("fest")).content or {}
    async with attack(stage.alpha) as one:
        before = stage.count()
        for name in ("\u200b", "\u3164\u3164", "\u2800 \u00a0", "\u2060\ufe0f", "\U000e0041"):
            for kind, content, place in (
                ("group", {**group, "name": name}, ""),
                ("meeting", {**meeting, "title": name}, "fest"),
                ("meeting", {**meeting, "place": name}, "fest"),
            ):
                assert await outcome(one, PEER.say(kind, content, name=place)) == "malformed"
        for name in ("Alph\u202ea", "\u2066Alpha"):
            said = PEER.say("group", {**group, "name": name})
            assert await outcome(one, said) == "malformed"
        assert stage.count() == before
    await stage.serves()


@pytest.mark.parametrize("name", [LIAR, "Alph\u0430", "Al\u200bpha", "A1pha", "Alpha"])
async def test_names_like_ours_stand_with_their_ids(name: str, stage: Stage) -> None:
    """A peer calls itself like the own group: on the page, on the command line, and when meant."""
    core = stage.alpha.core
    fields = {**(verify(PEER.group()).content or {}), "name": name}
    async with attack(stage.alpha) as one:
        assert await outcome(one, PEER.say("group", fields)) is None
    ids = {to_text(one)[:8] for one in (core.home_id, PEER.id)}
    async with pages(stage) as (url, browser):
        await enter(browser, url, code_for(core))
        for path in ("/directory", "/ties", f"/groups/{to_text(PEER.id)}"):
            text = await (await browser.get(url + path)).text()
            assert f"{name} ({to_text(PEER.id)[:8]})" in text, path
    if name == "Alpha":
        with pytest.raises(Problem) as caught:
            find_identity(core, "alpha")
        assert caught.value.code == "several-found"
        assert all(one in caught.value.values["found"] for one in ids)
    else:
        assert find_identity(core, "Alpha") == core.home_id


async def test_names_are_no_formulas(stage: Stage) -> None:
    """A spreadsheet that separates by something else must not run what a peer wrote."""
    name = "Chor,=cmd|' /C calc'!A0,x"
    text = 'y",=1+1\n=2+2\t=3+3;@SUM(1)'.replace("\t", " ")
    fields = {**(verify(PEER.group()).content or {}), "name": name, "purpose": text}
    async with attack(stage.alpha) as one:
        assert await outcome(one, PEER.say("group", fields)) is None
    written = write_csv(directory_entries(stage.alpha.core))
    assert "Chor" in written
    for mark in ";,\t|":
        rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=mark))
        rows += [line.split(mark) for line in written.splitlines()]
        for cell in (cell.strip(' "') for row in rows for cell in row):
            assert not cell.startswith(("=", "+", "-", "@")), cell


ENDLESS = [
    ("digits.json", '[{"name": %s}]' % ("9" * 5_000), "list-json-number"),
    ("deep.json", "[" * 100_000, "list-json"),
    ("wide.json", json.dumps([{str(n): n for n in range(20_000)}]), "list-too-wide"),
    ("wide.csv", "name;" + ";".join(map(str, range(20_000))), "list-too-wide"),
    ("unknown.csv", ";".join(f"regoin{n}" for n in range(20_000)), "list-columns-near"),
    ("cell.csv", 'name;purpose\nA;"' + "x" * 200_000, "list-cell-too-long"),
]


@pytest.mark.parametrize(("name", "text", "code"), ENDLESS)
@pytest.mark.timeout(30)
def test_lists_without_end_are_refused_in_words(
    name: str, text: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, home = tmp_path / name, str(tmp_path / "node")
    path.write_text(text, "utf-8")
    assert main(["init", "--name", "Alpha", "--home", home]) == 0
    capsys.readouterr()
    assert main(["import", str(path), "--json", "--home", home]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == code


@pytest.mark.parametrize(
    "words",
    [("serve", "--listen", "0" * 5_000), ("group", "list", "--page", "0" * 19 + "1" * 5_000)],
)
def test_numbers_without_end_are_refused_in_words(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(tmp_path / "node")
    assert main(["init", "--name", "Alpha", "--home", home]) == 0
    capsys.readouterr()
    assert main([*words, "--json", "--home", home]) == 2
    assert json.loads(capsys.readouterr().out)["error"] == "usage"
