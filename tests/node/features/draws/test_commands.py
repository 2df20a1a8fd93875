"""`verbund draw …` as a volunteer uses it: the tables of the guide, and what goes wrong."""

import json
import lzma
import re
from pathlib import Path
from typing import Any

import pytest

from node.app import main
from node.texts import LANGUAGES, Texts
from protocol.draw_check.verifier import verify
from protocol.draw_format.lists import read_list

ROOT = Path(__file__).parents[4]
GUIDES = {"en": ROOT / "docs/guide-draw.md", "de": ROOT / "docs/guide-draw.de.md"}
SEED = "07" * 32


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


MEETINGS = "name;min;max;day\nChoir;2;3;Tue\nGarden;1;2;Sat\nTalk;1;2;Sun\n"
PEOPLE = (
    "name;group;wishes;day;only with;not with;confirmed\n"
    "Ada;North;Choir, Garden;;;;\n"
    "Ben;North;Garden;Sat;Cem;;yes\n"
    "Cem;South;Garden;;Ben;;\n"
    "Dea;South;Choir;;;Ada;\n"
    "Eva;South;Choir;Tue;;;\n"
    "=Fin;;Talk;;;;\n"
)


@pytest.fixture
def tables(folder: Path) -> Path:
    (folder / "meetings.csv").write_text(MEETINGS, encoding="utf-8")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return folder


def draw(*more: str) -> int:
    return main(["draw", "run", "people.csv", "--meetings", "meetings.csv", "--seed", SEED, *more])


def refused(capsys: pytest.CaptureFixture[str], *words: str, status: int = 1) -> str:
    capsys.readouterr()
    assert main(["draw", *words]) == status
    return " ".join(capsys.readouterr().err.split())


def transcript(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "people.draw.json").read_text(encoding="utf-8"))


def test_tables_become_list_transcript_and_table(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw() == 0
    out, err = capsys.readouterr()
    assert "The draw is done." in out
    assert "Drawing lots for 6 people." in err
    names = {"people.csv", "meetings.csv", "people.draw.json"}
    assert {path.name for path in tables.iterdir()} == names | {
        "people.list.json",
        "people.result.csv",
    }
    source = read_list((tables / "people.list.json").read_bytes())
    assert not verify((tables / "people.draw.json").read_bytes(), source).doubts
    rows = (tables / "people.result.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == PEOPLE.splitlines()[0] + ";Lot;Meeting;Why"
    assert rows[1].startswith("Ada;North;Choir, Garden;;;;;")
    assert rows[6].startswith("'=Fin;;Talk;;;;;")
    assert all("You have" in row for row in rows[1:])
    seats = {row["id"]: row.get("seat") for row in transcript(tables)["people"]}
    assert seats["Ben"] == seats["Cem"] == "Garden"
    assert seats["=Fin"] == "Talk"
    assert seats["Ada"] != seats["Dea"]


def test_same_tables_and_seed_give_the_same_bytes(tables: Path) -> None:
    draw()
    before = {path.name: path.read_bytes() for path in tables.iterdir()}
    assert draw("--replace") == 0
    assert {path.name: path.read_bytes() for path in tables.iterdir()} == before


def test_nothing_is_overwritten_unasked(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tables / "people.result.csv").write_text("mine", encoding="utf-8")
    assert draw() == 1
    assert not (tables / "people.draw.json").exists()
    assert (tables / "people.result.csv").read_text(encoding="utf-8") == "mine"


def test_json_is_the_transcript(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draw("--json") == 0
    printed = capsys.readouterr().out
    assert {path.name for path in tables.iterdir()} == {"people.csv", "meetings.csv"}
    draw()
    assert json.loads(printed) == transcript(tables)
    (tables / "printed.json").write_text(printed, encoding="utf-8")
    assert main(["draw", "check", "printed.json", "people.list.json", "--again"]) == 0


def test_check_says_what_holds(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw()
    capsys.readouterr()
    words = ["draw", "check", "people.draw.json", "people.list.json"]
    assert main([*words, "--again", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "holds": True,
        "doubts": [],
        "people": 6,
        "seated": 6,
        "unexplained": 0,
        "again": True,
    }
    assert main(words) == 0
    assert "All of it holds." in capsys.readouterr().out


def test_check_with_the_files_exchanged_says_so(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw() == 0
    said = refused(capsys, "check", "people.list.json", "people.draw.json", status=2)
    assert "first the transcript, then the list" in said
    assert "verbund draw check people.draw.json people.list.json" in said


def test_check_says_what_does_not(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw()
    document = transcript(tables)
    document["people"][0]["lot"] += 1
    (tables / "people.draw.json").write_text(json.dumps(document), encoding="utf-8")
    capsys.readouterr()
    assert main(["draw", "check", "people.draw.json", "people.list.json"]) == 1
    out = capsys.readouterr().out
    assert "Something does not hold." in out
    assert "A lot does not follow from list and seed. (Ada; 1 in all)" in out
    assert main(["draw", "explain", "people.draw.json", "Ada"]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_explain_says_it_in_both_languages(
    tables: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    draw()
    capsys.readouterr()
    words = ["draw", "explain", "people.draw.json", "ben", "--lang", language]
    assert main([*words, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["person"] == "Ben"
    assert "Garden, your wish number 1." in said["en"]
    assert "Garden, deinem 1. Wunsch." in said["de"]
    assert main(words) == 0
    out = " ".join(capsys.readouterr().out.split())
    other = next(one for one in LANGUAGES if one != language)
    assert out.index(said[language]) < out.index(said[other])


def test_last_lot_is_said_with_numbers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = [{"id": f"p{n:02}"} for n in range(31)]
    meetings = [{"id": "a", "max": 10}, {"id": "b", "max": 20}]
    document = {"mode": "intro", "meetings": meetings, "participants": people}
    Path("l.json").write_text(json.dumps(document), encoding="utf-8")
    assert main(["draw", "run", "l.json"]) == 0
    found = json.loads(Path("l.draw.json").read_text(encoding="utf-8"))
    name = next(row["id"] for row in found["people"] if "why" in row)
    capsys.readouterr()
    assert main(["draw", "explain", "l.draw.json", name]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert (
        "31 people could come only to a and b, and these have 30 seats; yours was the last" in out
    )


def test_sheets_and_picture(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw()
    assert main(["draw", "sheet", "people.draw.json"]) == 0
    assert main(["draw", "sheet", "meetings.csv", "--signup", "--lang", "de"]) == 0
    assert main(["draw", "sheet", "people.list.json", "--signup", "--to", "s.html"]) == 0
    assert main(["draw", "picture", "people.draw.json"]) == 0
    page = (tables / "people.html").read_text(encoding="utf-8")
    assert "@page { size: A4" in page
    assert all(name in page for name in ("Ada", "Ben", "=Fin", "Choir", SEED))
    signup = (tables / "meetings.signup.html").read_text(encoding="utf-8")
    assert "<li>Choir – 3 Plätze</li>" in signup
    picture = (tables / "people.svg").read_text(encoding="utf-8")
    assert picture.startswith("<svg ")
    assert "<title id=" in picture and "Ada" in picture  # noqa: PT018


def test_names_are_no_markup(folder: Path) -> None:
    meetings = [{"id": "<b>&", "max": 2}]
    document = {"meetings": meetings, "participants": [{"id": "<script>", "prefs": ["<b>&"]}]}
    Path("l.json").write_text(json.dumps(document), encoding="utf-8")
    assert main(["draw", "run", "l.json"]) == 0
    for words in (["sheet", "l.draw.json"], ["picture", "l.draw.json"]):
        assert main(["draw", *words]) == 0
    for name in ("l.html", "l.svg"):
        text = Path(name).read_text(encoding="utf-8")
        assert "<script>" not in text
        assert "&lt;script&gt;" in text


def test_earlier_draws_count(tables: Path) -> None:
    (tables / "meetings.csv").write_text("name;max\nTalk;2\n", encoding="utf-8")
    names = [f"p{n}" for n in range(4)]
    (tables / "people.csv").write_text("name\n" + "\n".join(names) + "\n", encoding="utf-8")
    assert draw("--random", "--to", "one.draw.json") == 0
    first = json.loads(Path("one.draw.json").read_text(encoding="utf-8"))
    assert draw("--random", "--before", "one.draw.json", "--to", "two.draw.json") == 0
    second = json.loads(Path("two.draw.json").read_text(encoding="utf-8"))
    seated = [{row["id"] for row in one["people"] if "seat" in row} for one in (first, second)]
    assert seated[0] | seated[1] == set(names)


@pytest.mark.parametrize("language", GUIDES)
def test_tables_of_the_guide_can_be_drawn(language: str, folder: Path) -> None:
    text = GUIDES[language].read_text(encoding="utf-8")
    found = re.findall(r"^    name.*\n(?:    .+\n)+", text, re.MULTILINE | re.IGNORECASE)
    meetings, people = ("".join(line.strip() + "\n" for line in one.splitlines()) for one in found)
    (folder / "meetings.csv").write_text(meetings.replace(";4;", ";1;"), encoding="utf-8")
    (folder / "people.csv").write_text(people, encoding="cp1252")
    assert draw("--lang", language) == 0
    assert transcript(folder)["totals"]["seated"] == 3


CELLS = "draw-table-cells"


@pytest.mark.parametrize(
    ("people", "meetings", "code", "said"),
    [
        ("name;colour\nAda;red\n", MEETINGS, "draw-table-columns", "not known here: colour"),
        ("person\n", "max\n3\n", "draw-table-nameless", "meetings.csv has no column “name”"),
        (
            "name;wishes\nAda;Chor\n",
            MEETINGS,
            CELLS,
            "Row 2, column “wishes”: “Chor” is not known. What may be meant: Choir.",
        ),
        ("name;day\nAda;Mon\n", MEETINGS, CELLS, "Row 2, column “day”: “Mon” is not known."),
        ("name;left out\nAda;often\n", MEETINGS, CELLS, "column “left out”: “often” is no number."),
        ("name\nAda;Ben\n", MEETINGS, "draw-table-broken", "Row 2 of people.csv has more cells"),
        ('name\n"Ada\n', MEETINGS, "draw-table-broken", "Row 2 of people.csv has more cells"),
        ("name;Name\nAda;Ben\n", MEETINGS, "draw-table-twice", "or mean the same: name, Name"),
        ("", MEETINGS, "draw-table-empty", "people.csv is empty"),
        ("name\n", MEETINGS, "draw-list", "There is nobody in the list."),
        ("name\nAda\nAda\n", MEETINGS, CELLS, "Row 3, column “name”: “Ada” is there twice."),
        ("Person\n\n;\n", MEETINGS, "draw-list", "There is nobody in the list."),
        ("Name;Wünsche\n;Choir\n", MEETINGS, CELLS, "Row 2, column “Name”: the name is missing."),
        ("Name;Wünsche\nAda;x\n", MEETINGS, CELLS, "Row 2, column “Wünsche”: “x” is not known."),
        ("name\nAda\n", "name;max\na;3\na;3\n", CELLS, "Row 3, column “name”: “a” is there"),
        ("name\nAda\n", "name;max\n" + "a;3\n" * 5_001, "draw-table-long", "more than 5000 rows"),
        ("name;only with\nAda;Ben\nBen;\n", MEETINGS, "draw-list", "name each other. (Ada)"),
        ("name\nAda\n", "name;min;max\na;3;2\n", "draw-list", "more people than it has seats. (a)"),
        ("name\nAda\n", "name;max\na;0\n", "draw-list", "A meeting has no seats. (a)"),
    ],
)
def test_bad_tables(
    people: str,
    meetings: str,
    code: str,
    said: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is written."""
    (folder / "people.csv").write_text(people, encoding="utf-8")
    (folder / "meetings.csv").write_text(meetings, encoding="utf-8")
    assert draw("--json") == 1
    assert json.loads(capsys.readouterr().out)["error"] == code
    assert draw() == 1
    assert said in " ".join(capsys.readouterr().err.split())
    assert {path.name for path in folder.iterdir()} == {"people.csv", "meetings.csv"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_that_are_said_to_be_known_are(
    language: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "meetings.csv").write_text(MEETINGS, encoding="utf-8")
    (folder / "people.csv").write_text("name;colour\nAda;red\n", encoding="utf-8")
    assert draw("--lang", language) == 1
    told = " ".join(capsys.readouterr().err.split())
    listed = re.search(r"(?:Known are|Bekannt sind) (.+?),? (?:and|und) ", told)
    assert listed
    columns = [one.strip() for one in listed[1].split(",")]
    assert len(columns) == 8
    row = ";".join(["Ada", *[""] * 7])
    (folder / "people.csv").write_text(f"{';'.join(columns)}\n{row}\n", encoding="utf-8")
    assert draw("--lang", language) == 0


def test_every_wrong_cell_is_named_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = "name;wishes;day;left out\nAda;Chior, Garden;Mon;\nBen;Tlak;;often\nAda;;;\n"
    (folder / "people.csv").write_text(people, encoding="utf-8")
    (folder / "meetings.csv").write_text(MEETINGS, encoding="utf-8")
    assert draw() == 1
    assert capsys.readouterr().err.splitlines() == [
        "5 cells of people.csv are wrong; nothing was drawn. Mend them and draw again.",
        "– Row 2, column “wishes”: “Chior” is not known. What may be meant: Choir.",
        "– Row 2, column “day”: “Mon” is not known. What may be meant: Sat, Sun, Tue.",
        "– Row 3, column “wishes”: “Tlak” is not known. What may be meant: Talk.",
        "– Row 3, column “left out”: “often” is no number.",
        "– Row 4, column “name”: “Ada” is there twice. Add something that tells the two apart.",
    ]


def test_large_file_is_refused_before_it_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("large.json").open("wb") as file:
        file.truncate(1 << 30)  # nothing of it is on the disk
    assert "is larger than 256 MB" in refused(capsys, "run", "large.json")
    assert main(["draw", "run", "large.json", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "draw-too-large"
    with lzma.open("packed.json.xz", "wb", preset=0) as file:
        for _ in range(300):
            file.write(bytes(1 << 20))
    assert "is larger than 256 MB" in refused(capsys, "run", "packed.json.xz")


def test_files_that_are_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("l.json").write_text("{}", encoding="utf-8")
    Path("bad.json.xz").write_bytes(b"\xfd7zXZ\0nothing")
    before = {path.name for path in folder.iterdir()}
    for words, code in (
        (("run", "bad.json.xz"), "draw-unpackable"),
        (("run", "l.json"), "draw-list"),
        (("explain", "l.json", "Ada"), "draw-transcript"),
        (("picture", "l.json"), "draw-transcript"),
    ):
        capsys.readouterr()
        assert main(["draw", *words, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["error"] == code
    assert {path.name for path in folder.iterdir()} == before
    assert "there is no such thing" in refused(capsys, "run", "missing.json")
    assert "Meetings or people are missing" in refused(capsys, "run", "l.json")
    assert "can’t be unpacked" in refused(capsys, "run", "bad.json.xz")
    assert "is no transcript of a draw" in refused(capsys, "explain", "l.json", "Ada")
    assert "Nobody called" not in refused(capsys, "picture", "l.json")


def test_what_does_not_go_together(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "the meetings are needed too" in refused(capsys, "run", "people.csv", status=2)
    draw()
    one = refused(capsys, "run", "people.list.json", "--random", status=2)
    assert "belong to a table" in one
    assert "A seed is 64 digits" in refused(
        capsys, "run", "people.list.json", "--seed", "12", status=2
    )
    assert "Nobody called “Zoe”" in refused(capsys, "explain", "people.draw.json", "Zoe")
    assert main(["draw", "explain", "people.draw.json", "Zoe", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "draw-nobody"


def test_every_fault_and_doubt_has_words() -> None:
    """Whatever the core can say against a list or a transcript is said in both languages."""
    texts = [Texts(language) for language in LANGUAGES]
    for package, kind, pattern in (
        ("draw_format", "fault", r'(?:Fault\(|append\(\()"([a-z0-9-]+)"'),
        ("draw_check", "doubt", r'(?:add|expect)\((?:[^"]*?, )?"([a-z-]+)"'),
    ):
        source = "".join(
            path.read_text(encoding="utf-8")
            for path in sorted((ROOT / "protocol" / package).glob("*.py"))
        )
        codes = set(re.findall(pattern, source))
        assert len(codes) > 15
        for code in codes:
            key = f"draws.{kind}.{code.replace('-', '_')}"
            assert [one.has(key) for one in texts] == [True, True], key
