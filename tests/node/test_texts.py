"""Both languages say the same, every text that is asked for exists, and none is left over."""

import ast
import re
import string
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from node.app import PROGRAM
from node.cli.parser import build
from node.features import FEATURES
from node.texts import LANGUAGES, Texts, choose_language
from protocol.kinds import KINDS

NODE = Path(__file__).parents[2] / "node"
PLURAL = {"one", "other"}
IN_TEMPLATE = re.compile(r"""\bt\(\s*(["'])(?P<key>[^"']+)\1(?P<more>\s*~)?""")
LABEL_IN_TEMPLATE = re.compile(r"""\bt\.label\(["']([a-z]+)["'], ["']([a-z_]+)["']\)""")
QUOTED = re.compile(r"""(["'])(?P<key>[a-z_]+(?:\.[a-z0-9_-]+)+\.?)\1""")


def leaves(table: dict[str, Any], prefix: str) -> dict[str, str]:
    """Every text by its key; one that depends on a number is one text."""
    found = {}
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, str):
            found[key] = value
        elif set(value) == PLURAL:
            found[key] = value["one"] + "\0" + value["other"]
        else:
            found |= leaves(value, key)
    return found


def catalogue(language: str) -> dict[str, str]:
    found = {}
    files = {path.stem: path for path in (NODE / "texts" / language).glob("*.toml")}
    for path in (NODE / "features").glob(f"*/texts/{language}.toml"):
        noun = path.parents[1].name
        assert noun not in files, "the first part of a key means one file"
        files[noun] = path
    for name in sorted(files):
        found |= leaves(tomllib.loads(files[name].read_text(encoding="utf-8")), name)
    return found


def placeholders(text: str) -> list[set[str]]:
    """The names in braces, for each form of a text."""
    return [
        {name for _, name, _, _ in string.Formatter().parse(form) if name is not None}
        for form in text.split("\0")
    ]


CATALOGUES = {language: catalogue(language) for language in LANGUAGES}
KEYS = CATALOGUES[LANGUAGES[0]]
FILES = {key.partition(".")[0] for key in KEYS}
ORDER = [one.name for one in FEATURES]


KEY_OF_A_NOUN = re.compile(rf"""["'](?P<key>(?:{"|".join(ORDER)})\.[a-z]+\.[a-z_.-]+)["']""")


class Recording(Texts):
    """Texts that remember which of them were asked for."""

    def __init__(self) -> None:
        super().__init__("en")
        self.asked: set[str] = set()

    def __call__(self, key: str, **values: Any) -> str:
        text = super().__call__(key, **values)
        self.asked.add(key)
        return text


def help_keys() -> set[str]:
    """Texts of the help of all commands: their keys follow from commands and arguments."""
    texts = Recording()
    build(PROGRAM, texts)
    return texts.asked


def mentions() -> tuple[set[str], set[str], dict[str, str]]:
    """Keys named in full, beginnings that something is added to, and what is asked for, where."""
    full: set[str] = set()
    beginnings: set[str] = set()
    asked: dict[str, str] = {}
    for path in sorted(NODE.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        full |= {match["key"] for match in QUOTED.finditer(text)}
        full |= {label(*found) for found in LABEL_IN_TEMPLATE.findall(text)}
        for match in IN_TEMPLATE.finditer(text):
            if match["more"]:
                beginnings.add(match["key"])
            else:
                asked[match["key"]] = path.name
    for path in sorted(NODE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(value)):
                    full.add(value)
                case ast.JoinedStr(values=[ast.Constant(value=str(value)), *_]):
                    beginnings.add(value)
                case _:
                    pass
            if isinstance(node, ast.Call) and node.args:
                full |= labels(node)
            if isinstance(node, ast.Call) and node.args and _says(node.func):
                match node.args[0]:
                    case ast.Constant(value=str(value)):
                        asked[value] = path.name
                    case _:
                        pass
    # A beginning names a file and a section; less would pass for everything.
    return full, {start for start in beginnings if start.count(".") > 1}, asked


def _says(function: ast.expr) -> bool:
    """Whether this calls a `Texts`."""
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return name in ("t", "texts", "_texts")


def labels(call: ast.Call) -> set[str]:
    """The labels that `Texts.label(noun, name)` and `Context.titles(noun, *names)` ask for."""
    if getattr(call.func, "attr", "") not in ("label", "titles"):
        return set()
    noun, *names = (one.value if isinstance(one, ast.Constant) else None for one in call.args)
    if noun and names == [None]:  # whichever of its fields is meant
        names = [*KINDS[str(noun).removesuffix("s")].fields.names]
    return {label(str(noun), str(name)) for name in names}


def label(noun: str, name: str) -> str:
    """The key of a label."""
    own = f"{noun}.label.{name}"
    return own if own in KEYS else f"common.label.{name}"


def choices() -> set[str]:
    """What the choices of the fields are called, where it is said (node.cli.described)."""
    return {
        f"{name}s.{field}.{choice}"
        for name, kind in KINDS.items()
        for field, type_ in kind.fields.types.items()
        for choice in type_.choices
    }


FULL, BEGINNINGS, ASKED = mentions()


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_keys(language: str) -> None:
    assert sorted(CATALOGUES[language]) == sorted(KEYS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_placeholders(language: str) -> None:
    different = {
        key: (text, CATALOGUES[language][key])
        for key, text in KEYS.items()
        if set().union(*placeholders(text))
        != set().union(*placeholders(CATALOGUES[language].get(key, "")))
    }
    assert different == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert [key for key, text in CATALOGUES[language].items() if not text.strip("\0 \n")] == []


def test_every_text_that_is_asked_for_exists() -> None:
    assert {key: where for key, where in ASKED.items() if key not in KEYS} == {}


def test_every_beginning_of_a_key_leads_somewhere() -> None:
    ours = {start for start in BEGINNINGS if start.partition(".")[0] in FILES and start[-1] in "._"}
    assert [start for start in sorted(ours) if not any(key.startswith(start) for key in KEYS)] == []


def test_no_text_is_unused() -> None:
    of_the_help = help_keys() | choices()
    unused = [
        key
        for key in KEYS
        if key not in FULL
        and key.rpartition(".")[0] not in FULL  # a section is named, and asked for its texts
        and not any(key.startswith(start) for start in BEGINNINGS)
        and not key.startswith("errors.")  # codes of problems: tests/node/cli/test_problems.py
        and key.split(".")[1] not in ("error", "refused", "erased")  # codes, kinds of records
        and key not in of_the_help
    ]
    assert unused == []


def test_every_kind_that_people_write_has_words_for_when_it_is_erased() -> None:
    by_people = {name for name, kind in KINDS.items() if kind.by_people}
    said = [key.split(".")[2] for key in KEYS if key.split(".")[1] == "erased"]
    assert sorted(said) == sorted(by_people | {"other"})


@pytest.mark.parametrize(
    "place", ["node/cli", "node/web", *(f"node/features/{one}" for one in ORDER)]
)
def test_words_are_those_of_the_platform_or_of_a_noun_before(place: str) -> None:
    """As with imports: nothing knows a noun that comes after it, and the platform knows none."""
    name = place.rpartition("/")[2]
    known = ORDER[: ORDER.index(name) + 1] if name in ORDER else []
    wrong = {
        (path.name, key)
        for path in sorted((NODE.parent / place).rglob("*"))
        if path.suffix in (".py", ".html")
        for key in KEY_OF_A_NOUN.findall(path.read_text(encoding="utf-8"))
        if key.partition(".")[0] not in known
    }
    assert sorted(wrong) == []


def test_a_number_decides_between_one_and_other() -> None:
    texts = Texts("en")
    assert [texts("dates.days", n=n) for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


def test_a_missing_text_is_noticed() -> None:
    texts = Texts("de")
    with pytest.raises(KeyError):
        texts("web.no.such.text")
    assert [texts.has(key) for key in ("web.brand", "web.nothing", "web.brand.more")] == [
        True,
        False,
        False,
    ]


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(ValueError, match="no texts in xx"):
        Texts("xx")


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("de", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.3,en;q=0.2", "de"),
        ("de;q=x, en;q=0.1", "en"),
        ("fr", "en"),
        ("de_AT.UTF-8", "de"),
        ("C", "en"),
        ("\0;;q=,,", "en"),
    ],
)
def test_the_language_that_somebody_wants(wanted: str | None, language: str) -> None:
    assert choose_language(wanted) == language


def test_command_reads_its_own_words_and_the_platform_s(tmp_path: Path) -> None:
    run = f"""
import sys
from node.app import main
files = []
sys.addaudithook(lambda event, args: event == "open" and files.append(str(args[0])))
status = main([*sys.argv[1:], "--home", {str(tmp_path)!r}, "--lang", "en", "--json"])
print(status, *sorted(one for one in files if one.endswith(".toml")), sep="\\n", file=sys.stderr)
"""
    nouns_read = {}
    for words in ("init --name A", "meeting list", "network list", "meeting show x"):
        command = [sys.executable, "-c", run, *words.split()]
        said = subprocess.run(command, capture_output=True, text=True, cwd=NODE.parent, check=True)
        paths = [Path(one) for one in said.stderr.splitlines() if one.endswith(".toml")]
        nouns_read[words] = {one.parents[1].name for one in paths} - {"texts"}
    assert {"bundles", "meetings"} < nouns_read.pop("meeting show x")  # whose refusal is it?
    assert nouns_read == {
        "init --name A": {"start", "groups"},  # what is said of a group
        "meeting list": {"meetings"},
        "network list": {"networks"},
    }
