"""A limit stands once, in the code: where words for people repeat one, they say the same."""

import re
from pathlib import Path

import pytest

from crypto.words import WORD_COUNT as WORDS
from node.features.bundles.pages import LARGEST
from node.features.circles.limits import FILE_BYTES
from node.features.exchange.feature import USUAL_DAYS
from node.features.rules.actions import KEPT_SECONDS
from node.serving import DEFAULT_LISTEN
from node.store.timekeeper import DAY, STEP
from node.texts import LANGUAGES
from node.upkeep.backups import KEPT_DAYS
from protocol.certificates import LATE_SECONDS
from protocol.decisions import OPEN_SECONDS
from protocol.draw_format import lists
from protocol.exchange import STANDING_DAYS
from protocol.known_chains import OLD_KEY_SECONDS
from tests.node.guides import GUIDES
from tests.node.test_texts import CATALOGUES

DOCS = Path(__file__).parents[2] / "docs"

REPEATED: dict[str, tuple[object, ...]] = {
    "errors.words-checksum": (WORDS,),
    "errors.words-slip": (WORDS,),
    "errors.words-unknown": (WORDS,),
    "draws.fault.list_too_large": (lists.LIST_BYTES >> 20,),
    "draws.fault.meeting_too_large": (lists.SEATS,),
    "draws.fault.too_many_companions": (lists.TOGETHER,),
    "draws.fault.too_many_meetings": (lists.MEETINGS,),
    "draws.fault.too_many_people": (lists.PEOPLE,),
    "draws.fault.too_many_wishes": (lists.WISHES,),
    "exchange.command.exchange.about": (STANDING_DAYS,),
    "circles.hint.file": (FILE_BYTES >> 20,),
    "mine.web.stays": (KEPT_DAYS,),
    "rules.personal.kept_why": (KEPT_SECONDS // DAY,),
    "recovery.argument.compromised": (OLD_KEY_SECONDS // DAY,),
    "start.argument.listen": (DEFAULT_LISTEN,),
}
"""Texts that repeat a limit: others take it as a value, or from the field (`Argument.usual`)."""

NO_LIMITS = (
    r"\.example$",
    r"^cli\.usage\.(date_|not_a_)",  # how a date, a day, a place to listen at is written
    r"^networks\.(argument|charter_hint|charter_wrong)\.(majority|term)$",  # how they are written
    r"^(meetings|pacts)\.argument\.(starts|until)$",
    r"^errors\.(bad-|can-not-|port-)",  # the address of an example
    r"^web\.form\.(date_unknown|date_day_missing|moment_[a-z_]*|no_phone|title_errors)$",
    r"^(meetings\.web\.(form\.(starts|ends)_hint|wrong\.no_seats)|pacts\.web\.propose\.until_hint)$",
    r"^(members\.membership\.day_hint|ways\.web\.no_code)$",  # the same; letters and digits
    r"(proxy|onion)",  # usual ports of Tor
    r"^arrival\.web\.(address\.(to_do_text|look\.silent)|phones\.name\.not_one)$",  # of the web
    r"^cli\.command\.verbund\.about$",  # exit statuses
    r"^demo\.help\.exit$",
    r"^imports\.(argument|error\.import-answer$|web\.heading_hint$)",  # rows and cells, for example
    r"^(directory\.web\.bad_page|cli\.ask\.no_such_number)$",  # counting from 1
    r"^draws\.(command|usage|argument|error|fault\.share)",  # file names, digits, what was measured
)
"""Numbers that are none of ours, by the key."""

GUIDE: dict[str, tuple[tuple[str, str], int]] = {
    "exchange, usual": ((r"stands for (\d+) days", r"steht (\d+) Tage, wenn"), USUAL_DAYS),
    "exchange, at most": ((r"for (\d+) at most", r"höchstens (\d+)\. Dann"), STANDING_DAYS),
    "bundle": ((r"up to (\d+) MiB", r"bis (\d+) MiB"), LARGEST >> 20),
    "backups": ((r"run for (\d+) days", r"danach (\d+) Tage gelaufen"), KEPT_DAYS),
    "backups beside": ((r"up to (\d+) more days", r"bis zu (\d+) Tage, in"), KEPT_DAYS),
    "old keys": ((r"another (\d+) days", r"Schlüssel noch (\d+) Tage"), OLD_KEY_SECONDS // DAY),
    "late": ((r"more than (\d+) days after", r"als (\d+) Tage nach"), LATE_SECONDS // DAY),
    "proposals": ((r"open for (\d+) days", r"steht (\d+) Tage offen"), OPEN_SECONDS // DAY),
    "clock": ((r"up to (\d+) days at a time", r"bis zu (\d+) Tagen, und"), STEP // DAY),
}
"""What the guides repeat, in English and German."""


OF_WORDS = re.compile(rf"\b{WORDS} (?:[\w-]+ )?\w*(?:words|[wW]örter)")
"""How many recovery words there are: said often, and the right number is no finding."""


def numbers(text: str) -> set[str]:
    """The numbers in a text, and addresses with a port; `1,000` and `1.000` are 1000."""
    found = re.findall(r"[\d.]+:\d+|\d+(?:[.,]\d{3})+|\d+", text)
    return {one if ":" in one else re.sub("[.,]", "", one) for one in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_repeat_limits_as_they_are(language: str) -> None:
    texts = CATALOGUES[language]
    said = {key: numbers(texts[key]) for key in REPEATED}
    wanted = {key: {str(one) for one in limits} for key, limits in REPEATED.items()}
    assert said == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_with_a_number_is_in_the_table(language: str) -> None:
    """A new one takes its number as a value; where that can't be, it gets a row."""
    found = {
        key
        for key, text in CATALOGUES[language].items()
        if re.search(
            r"(?<![\w{:-])\d", OF_WORDS.sub("", re.sub(r"\{[^}]*\}|UTF-8|SHA-256", "", text))
        )
        and key not in REPEATED
        and not any(re.search(one, key) for one in NO_LIMITS)
    }
    assert found == set()


@pytest.mark.parametrize(("patterns", "limit"), GUIDE.values(), ids=GUIDE)
def test_guides_repeat_limits_as_they_are(patterns: tuple[str, str], limit: int) -> None:
    for language, pattern in zip(("en", "de"), patterns, strict=True):
        text = " ".join((DOCS / GUIDES[language]).read_text("utf-8").split())
        said = re.findall(pattern, text)
        assert said, f"the guide ({language}) does not say {pattern!r} any more"
        assert set(said) == {str(limit)}, (language, pattern)
