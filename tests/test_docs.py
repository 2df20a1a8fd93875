"""What README and guides show is real: commands, targets of make, links, words of refusals."""

import re
import shlex
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from node.app import COMMANDS, PROGRAM
from node.base.dates import Spoken
from node.cli.parser import UsageError, build
from node.texts import Texts, nouns

ROOT = Path(__file__).parent.parent
GUIDES = {"en": ROOT / "docs/guide.md", "de": ROOT / "docs/guide.de.md"}
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]) + sorted(
    (ROOT / "docs").glob("*.md")
)
REACHING = {"en": ROOT / "docs/guide-reaching.md", "de": ROOT / "docs/guide-reaching.de.md"}
ALL = [
    {"en": one, "de": one.with_suffix(".de.md")}
    for one in sorted((ROOT / "docs").glob("guide*.md"))
    if not one.name.endswith(".de.md")
]
SHOWN = [ROOT / "README.md", *(page for guide in ALL for page in guide.values())]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SHOWN_AS = re.compile(r"(?:\S*/)?verbund (?!…)(.+)")
PARSER = build(PROGRAM, Texts("en"))


def lines(text: str) -> list[str]:
    """Lines of code, and code within lines."""
    indented = re.findall(r"^ {4}(.+)$", FENCE.sub("", text), re.MULTILINE)
    fenced = [line for block in FENCE.findall(text) for line in block.splitlines()[1:-1]]
    return [*indented, *fenced, *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))]


def commands(text: str) -> list[list[str]]:
    """The arguments of every `verbund …` that is shown."""
    found = [SHOWN_AS.fullmatch(line.strip().removeprefix("ExecStart=")) for line in lines(text)]
    return [shlex.split(one[1], comments=True) for one in found if one]


def names(text: str) -> set[str]:
    """Which commands are shown."""
    parsed = [PARSER.parse_args(one) for one in commands(text) if "--help" not in one]
    return {one.command.name for one in parsed}


def headings(text: str) -> list[int]:
    """The levels of the headings, in order."""
    return [len(found) for found in re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE)]


def anchor(heading: str) -> str:
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_every_command_that_is_shown_is_understood(page: Path) -> None:
    wrong = []
    for one in commands(page.read_text(encoding="utf-8")):
        try:
            PARSER.parse_args(one)
        except UsageError as error:
            wrong.append(f"{shlex.join(one)}: {error.message}")
        except SystemExit:
            assert "--help" in one
    assert wrong == []


def days_said(texts: list[str]) -> list[Spoken]:
    """The days and times in all commands that are shown."""
    shown = [one for text in texts for one in commands(text) if "--help" not in one]
    values = [value for one in shown for value in vars(PARSER.parse_args(one)).values()]
    return [value for value in values if isinstance(value, Spoken)]


def too_early_or_late(said: list[Spoken], now: datetime) -> list[str]:
    """Which of them are past at a time, or so far off that they would be refused."""
    until = now + timedelta(days=367)
    return [
        one.text
        for one in said
        if not now < datetime.combine(one.on(now.date()), one.at or time.max) < until
    ]


# Noon of each day of four years, one of them with a 29 February; and of today.
NOONS = [datetime.fromisoformat("2027-01-01T12:00") + timedelta(days=n) for n in range(4 * 365 + 1)]


@pytest.mark.parametrize(
    ("page", "least"),
    [
        pytest.param(page, least, id=page.name)
        for page, least in ((SHOWN[0], 1), (GUIDES["en"], 5), (GUIDES["de"], 5))
    ],
)
def test_days_that_are_shown_are_still_to_come_whenever_it_is_read(page: Path, least: int) -> None:
    said = days_said([page.read_text(encoding="utf-8")])
    assert len(said) >= least
    for now in (*NOONS, datetime.now(UTC).replace(tzinfo=None)):
        assert too_early_or_late(said, now) == [], now


@pytest.mark.parametrize("language", ["de", "en"])
def test_days_in_the_help_are_still_to_come_whenever_it_is_read(language: str) -> None:
    texts = Texts(language)
    examples = [texts(f"{one.noun}.command.{one.name}.example") for one in COMMANDS]
    said = days_said(["\n".join(f"    {line}" for one in examples for line in one.splitlines())])
    assert len(said) >= 3
    for now in (*NOONS, datetime.now(UTC).replace(hour=12, tzinfo=None)):
        assert too_early_or_late(said, now) == [], now


def test_a_day_that_is_past_one_year_would_be_found() -> None:
    text = '    verbund meeting new --title X --starts "2027-06-05 19:00"\n'
    past = too_early_or_late(days_said([text]), datetime.fromisoformat("2028-01-01T00:00"))
    assert past == ["2027-06-05 19:00"]


def test_a_wrong_command_would_be_found() -> None:
    text = "`verbund peer invent` and\n\n    .venv/bin/verbund status --jso\n"
    assert commands(text) == [["status", "--jso"], ["peer", "invent"]]
    for one in commands(text):
        with pytest.raises(UsageError):
            PARSER.parse_args(one)


@pytest.mark.parametrize("language", GUIDES)
def test_guide_shows_every_command(language: str) -> None:
    shown = names(GUIDES[language].read_text(encoding="utf-8"))
    assert sorted({one.name for one in COMMANDS} - shown) == []


@pytest.mark.parametrize("guide", ALL, ids=lambda guide: guide["en"].stem)
def test_guides_have_the_same_sections(guide: dict[str, Path]) -> None:
    english, german = (headings(page.read_text(encoding="utf-8")) for page in guide.values())
    assert english == german


@pytest.mark.parametrize("guide", ALL, ids=lambda guide: guide["en"].stem)
def test_guides_show_the_same_commands(guide: dict[str, Path]) -> None:
    shown = [
        [PARSER.parse_args(one).command.name for one in commands(text) if "--help" not in one]
        for text in (page.read_text(encoding="utf-8") for page in guide.values())
    ]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("language", GUIDES)
@pytest.mark.parametrize(("guide", "least"), [(GUIDES, 11), (REACHING, 4)])
def test_refusals_in_the_guide_are_what_people_read(
    language: str, guide: dict[str, Path], least: int
) -> None:
    texts = Texts(language)
    errors = [texts.table("errors"), *(texts.table(one).get("error", {}) for one in nouns())]
    said = [
        form
        for table in errors
        for text in table.values()
        for form in ((text,) if isinstance(text, str) else text.values())
    ]
    text = guide[language].read_text(encoding="utf-8")
    quoted = re.findall(r"^\| [“„]([^|]+)[”“] \|", text, re.MULTILINE)
    patterns = {one: ".*".join(map(re.escape, re.split(" ?… ?", one))) for one in quoted}
    assert len(quoted) >= least
    assert [one for one, p in patterns.items() if not any(re.search(p, s) for s in said)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, part = link.partition("#")
        if "://" in link:
            continue
        target = (page.parent / path) if path else page
        if not target.exists():
            broken.append(link)
        elif part:
            found = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            if part not in map(anchor, found):
                broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_targets_of_make_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    shown = {
        word for line in lines(text) for word in re.findall(r"(?:^|&& )make ([a-z]+)\b(?!-)", line)
    }
    assert shown - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_speak_of_the_project_alone(page: Path) -> None:
    # A stranger has no folder beside the checkout, and no numbered issues of ours.
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"\.\./shared|/wor[k]/|\bissue \d+", text) == []
