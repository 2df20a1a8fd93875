"""One-time links (§9.3). Cases by rule: `peer_links.json`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import Malformed
from protocol.fields import origin
from protocol.peering import LINK_CHARACTERS, PeerLink
from tests.protocol.making.cast import NOW, made

LINK = PeerLink(made("host"), "https://verbund.example:8480", made("tls"), made("code", 16), NOW)
TEXT = str(LINK)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_round_trip() -> None:
    assert PeerLink.parse(TEXT) == LINK


@pytest.mark.parametrize("at", range(len(TEXT)))
def test_every_truncation_is_malformed(at: int) -> None:
    with pytest.raises(Malformed):
        PeerLink.parse(TEXT[:at])


@pytest.mark.parametrize("at", range(len(TEXT)))
def test_every_character_changed_is_malformed_or_another_link(at: int) -> None:
    for new in ALPHABET[::7] + "#/:. é\n\x00+=":
        changed = TEXT[:at] + new + TEXT[at + 1 :]
        if changed.strip() == TEXT:
            continue
        try:
            found = PeerLink.parse(changed)
        except Malformed:
            continue
        assert found != LINK
        assert str(found) == changed.strip()


@settings(max_examples=300)
@given(st.text() | st.text(ALPHABET).map(lambda end: "https://a.example/peer#" + end))
def test_any_text_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        PeerLink.parse(text)


@pytest.mark.parametrize(
    "raw", ["\ud800", "https://a/peer#\ud800", "https://a/peer#" + "A" * 10_000]
)
def test_odd_texts(raw: str) -> None:
    with pytest.raises(Malformed):
        PeerLink.parse(raw)


def test_longest_link_fits() -> None:
    """Whatever address an endpoint may have (§7)."""
    longest = PeerLink(LINK.id, "https://" + "x" * 492, LINK.tls, LINK.code, 253_402_300_799)
    assert origin(longest.url)
    assert not origin(longest.url + "x")
    assert len(str(longest)) < LINK_CHARACTERS
    assert PeerLink.parse(str(longest)) == longest
