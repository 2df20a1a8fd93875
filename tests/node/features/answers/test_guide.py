"""What the guides repeat of the limits is so."""

import re
from pathlib import Path

import pytest

from node.features.answers.types import FAST_OF_MEETING, KEPT_DAYS, MOST_OF_MEETING, SPAN

DOCS = Path(__file__).parents[4] / "docs"

SAID = {
    "guide-answers.md": (r"(\d+) new answers", r"than (\d+) of them", r"erased (\d+) days after"),
    "guide-answers.de.md": (r"(\d+) neue Antworten", r"als (\d+) im Ganzen", r"wird (\d+) Tage"),
}


@pytest.mark.parametrize("name", SAID)
def test_guide_repeats_limits_as_they_are(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    found = [int(one) for pattern in SAID[name] for one in re.findall(pattern, text)]
    assert found == [FAST_OF_MEETING, MOST_OF_MEETING, KEPT_DAYS]
    assert SPAN == 600
    assert "ten minutes" in text or "zehn Minuten" in text
