"""What an act is that waits for another key person: for the page and for the command line."""

from typing import Any

import pytest

from node.features.rules.tables import Request
from node.features.rules.wording import act_words, told
from node.texts import Texts

CHANGE = {
    "field": {"text": "networks.charter.admission"},
    "old": {"text": "networks.admission.open"},
    "new": "„x“",
}

SAID: dict[str, tuple[str, dict[str, Any], str]] = {
    "no name": ("leave", {"network": "00"}, "Einen Verbund verlassen"),
    "name": ("leave", {"shown": "Nord"}, "Nord verlassen"),
    "own words": ("admit", {"shown": "Ufer", "said": "networks.asks.decline"},
                  "Die Bewerbung von Ufer ablehnen"),
    "words that are none": ("admit", {"shown": "Ufer", "said": "no.such.text"}, "Ufer aufnehmen"),
    "fewer people": ("less", {"act": "leave"},
                     "Von zwei Schlüsselpersonen auf eine: Einen Verbund verlassen"),
}  # fmt: skip


def request(act: str, what: dict[str, Any]) -> Request:
    return Request("x", act, what, None, 0, 0, "waiting", None, None)


@pytest.mark.parametrize("name", SAID)
def test_act_says_whom_it_is_about(name: str) -> None:
    act, what, said = SAID[name]
    assert act_words(request(act, what), Texts("de")) == said


def test_each_reads_the_particulars_in_their_own_language() -> None:
    one = request("amend", {"told": [["networks.asks.change", CHANGE], ["no.such.text", {}]]})
    assert told(one, Texts("de")) == (
        "Wie man dazukommt: offen: wer der Grundstruktur zustimmt, ist dabei → „x“",
    )
    (english,) = told(one, Texts("en"))
    assert english.startswith("How one joins: open")
    assert told(request("amend", {}), Texts("de")) == ()
