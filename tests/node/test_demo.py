"""The demo succeeds, fails when something is not as expected, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psutil
import pytest

from node.demo import __main__ as demo
from node.demo import pages, story
from node.demo.nodes import DemoNode, stop_all
from node.demo.observing import BY_NAME, Cell, Difference, Expected
from node.demo.story import Step, Story

ROOT = Path(__file__).parents[2]


def command(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "node.demo", "--lang", "en", *options],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def left_behind(folder: Path) -> list[object]:
    """Files, and processes of nodes in the folder."""
    running = [
        one.info["cmdline"]
        for one in psutil.process_iter(["cmdline"])
        if any(str(folder) in word for word in one.info["cmdline"] or ())
    ]
    return [*running, *folder.iterdir()]


@pytest.mark.timeout(180)  # half a minute, unless both cores do something else
def test_every_step_is_seen_where_it_should_be(tmp_path: Path) -> None:
    process = command(tmp_path, "--exit")
    out, _ = process.communicate()
    assert (process.returncode, out.splitlines()[-1][:12]) == (0, "All 18 steps"), out
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_it_leaves_nothing_behind(tmp_path: Path, number: int) -> None:
    process = command(tmp_path)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("  E $ verbund serve"):
            break
    assert left_behind(tmp_path) != []
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == demo.STOPPED
    end = time.monotonic() + 5
    while left_behind(tmp_path) and time.monotonic() < end:
        time.sleep(0.05)  # a process that was told to end is not gone at once
    assert left_behind(tmp_path) == []


def false_start(told: Story) -> None:
    """Does the first step, and expects what is not so."""
    story.start(told)
    told.expected.now("directory", B="BD")
    told.expected.now("own_list", A="")
    # Stands in the list that A read in; as a meeting nobody was to know it.
    told.marks.meetings["x/y"] = ("7", "Netzwerk Inklusion")


def press(link: str) -> tuple[str, str]:
    """Open a link in a browser of one's own and press its button: where one is, and what stands
    there."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    form = browser.open(link).read().decode()
    fields = dict(re.findall(r'<input type="hidden" name="(token|to)" value="([^"]*)"', form))
    root, _, rest = link.partition("/enter/")
    address = f"{root}/enter/{rest.partition('?')[0]}"
    sent = Request(address, urlencode(fields).encode(), {"Origin": root})
    with browser.open(sent) as answer:
        return answer.url.removeprefix(root), answer.read().decode()


def test_each_step_says_on_which_page_to_look(tmp_path: Path) -> None:
    """Every step has one; its link signs in there, once; and a person can take the node over."""
    assert pages.LOOKS.keys() == {step.name for step in demo.STEPS}
    told = Story(tmp_path, "de", lambda *_: None)
    try:
        for step in demo.STEPS[:2]:
            step.act(told)
        (found,) = pages.looks("found", told.nodes, told.marks)
        where, html = press(found.link)
        assert (found.node, where) == (told["A"], found.path)
        assert f"<bdi>{story.OLD}</bdi>" in html
        assert "Abmelden" in html
        with pytest.raises(HTTPError, match="403"):
            press(found.link)
        for node in told.nodes.values():
            assert person(node, pages.PASSWORD).endswith("/")
            assert not person(node, "falsch, und lang genug").endswith("/")
        told["A"].stop()
        assert [*pages.looks("found", told.nodes, told.marks)] == []
    finally:
        stop_all(list(told.nodes.values()))


def person(node: DemoNode, password: str) -> str:
    """Sign in with name and password; where one is then."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    form = browser.open(f"{node.address}/sign-in").read().decode()
    token = re.search(r'name="token" value="([^"]*)"', form)
    assert token is not None
    said = {"token": token[1], "who": pages.PERSON, "password": password}
    sent = Request(f"{node.address}/sign-in", urlencode(said).encode(), {"Origin": node.address})
    try:
        return str(browser.open(sent).url)
    except HTTPError as error:
        return error.url


def test_what_is_not_as_expected_is_named_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(story, "PATIENCE", 1.0)
    monkeypatch.setattr(demo, "STEPS", (Step("start", false_start),))
    assert demo.main(["--exit", "--lang", "en"]) == demo.FAILED
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "1. A (Die Mitläufer), list: 8 does not belong there",
        "1. B (Bürger für Bürger Duisburg e.V.), groups: D is missing",
        "1. A (Die Mitläufer): the title of meeting 7 lies in its files and does not belong there",
    ]


def test_a_command_that_fails_is_named_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = Step("found", lambda told: told.found("A", "RKSLP", "R"))
    monkeypatch.setattr(demo, "STEPS", (step,))
    assert demo.main(["--exit", "--lang", "en"]) == demo.FAILED
    out = capsys.readouterr().out
    assert "1. A $ verbund network found --name RKSLP" in out
    assert "There is no node in" in out


def test_a_folder_in_use_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").touch()
    assert demo.main(["--exit", "--lang", "en", "--home", str(tmp_path)]) == demo.USAGE
    assert capsys.readouterr().err == (
        f"{tmp_path} is not empty. Name a folder that does not exist yet.\n"
    )


def nodes(folder: Path) -> list[DemoNode]:
    return [
        DemoNode(letter, letter, folder / letter, reachable=False, lang="en", show=lambda *_: None)
        for letter in "AB"
    ]


def test_a_leak_stays_a_leak_when_it_is_gone(tmp_path: Path) -> None:
    a, b = nodes(tmp_path)
    expected = Expected([a, b])
    expected.now("meetings", A="12")
    expected.now("meetings", A="1")
    nothing = dict.fromkeys(BY_NAME, Cell())
    seen = {
        "A": {**nothing, "meetings": Cell("12")},
        "B": {**nothing, "meetings": Cell("1")},
    }
    column = BY_NAME["meetings"]
    surplus = Difference(b, column, Cell(), Cell("1"))
    assert expected.differences(seen) == [Difference(a, column, Cell(), Cell("2")), surplus]
    assert expected.leaks(seen) == [surplus]  # A was meant to know 2 once
