"""Who may see a meeting or an offer is said in either language."""

import pytest

from tests.node.cli.people import Person

MEETING = ("meeting", "new", "--title", "Fair", "--starts", "in 3 weeks 19:00", "--place", "x")


@pytest.mark.parametrize(
    ("said", "audience"),
    [
        ("public", "public"),
        ("öffentlich", "public"),
        ("O\u0308FFENTLICH", "public"),
        ("alle", "public"),
        ("private", "private"),
        ("Privat", "private"),
    ],
)
def test_words_for_who_may_see_it(alpha: Person, said: str, audience: str) -> None:
    assert alpha.gets(*MEETING, "--to", said)["audience"] == audience
    if audience == "public":
        made = alpha.gets("exchange", "offer", "--title", "Bread", "--to", said)
        assert made["audience"] == "public"
