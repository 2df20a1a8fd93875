"""Field types (§7). Values at their bounds come from the tables of the text: test_docs.py."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import fields as f
from protocol.audience import PUBLIC, Audience
from protocol.encoding import FORBIDDEN_TEXT
from protocol.errors import Malformed
from protocol.ids import from_name, from_text, is_name, to_name, to_text
from protocol.kinds import KINDS
from tests.protocol.making.cast import made
from tests.protocol.test_encoding import loose

BLANKS = "\n \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
BLANKS += "\u2028\u2029\u202f\u205f\u3000"


def test_blanks_are_those_of_the_text() -> None:
    """§7 lists them; a library that counts others would disagree on records."""
    found = [chr(code) for code in range(0x110000) if chr(code).isspace()]
    assert "".join(one for one in found if not FORBIDDEN_TEXT.search(one)) == BLANKS


@pytest.mark.parametrize("blank", BLANKS, ids=lambda one: f"U+{ord(one):04X}")
def test_no_blank_in_an_address_and_no_text_of_blanks(blank: str) -> None:
    assert not f.url(f"https://a.example/{blank}")
    assert not f.url(f"https://a{blank}.example/")
    assert not f.text(10)(blank * 2)
    assert f.text(10)(f"a{blank}b") is (blank not in "\u2000\u2001")  # those are not NFC
    assert f.line(10)(f"a{blank}b") is (blank not in "\n\u2000\u2001")


CHECKS = [
    (name, field, check)
    for name, kind in KINDS.items()
    for field, check in kind.fields.types.items()
]


@given(loose)
def test_checks_say_yes_or_no_to_anything(value: Any) -> None:
    for kind, field, check in CHECKS:
        try:
            assert check(value) in (True, False), (kind, field)
        except Malformed:
            assert field == "links"


def test_check_fields_names_the_field() -> None:
    spec = f.fields(name=f.line(5), seats=f.optional(f.integer(1, 10)))
    with pytest.raises(Malformed, match=r"^room: seats$"):
        f.check_fields("room", spec, {"name": "Saal", "seats": 11})
    for content in (None, [], {"name": "Saal"}, {"seats": None, "name": "Saal"}):
        with pytest.raises(Malformed, match=r"^room: fields must be name, seats, in this order$"):
            f.check_fields("room", spec, content)


@pytest.mark.parametrize(
    ("value", "good"),
    [
        pytest.param([], False, id="too few"),
        pytest.param([bytes(32)], True, id="one"),
        pytest.param([bytes(32), made("x")], True, id="ascending"),
        pytest.param([made("x"), bytes(32)], False, id="descending"),
        pytest.param([bytes(32), bytes(32)], False, id="twice"),
        pytest.param([bytes(31)], False, id="short"),
        pytest.param([[]], False, id="an array"),
        pytest.param([bytes(32), bytes([1] * 32), made("x")], False, id="too many"),
    ],
)
def test_id_list(value: Any, good: bool) -> None:
    assert f.id_list(1, 2)(value) is good


# Ids and audiences as text (§1)


@given(st.binary(max_size=40))
def test_base32_round_trip(raw: bytes) -> None:
    assert from_text(to_text(raw)) == raw
    assert from_name(to_name(raw)) == raw
    assert is_name(to_name(raw), len(raw))
    assert not is_name(to_name(raw), len(raw) + 1)


@given(st.text(max_size=60))
def test_base32_has_one_form(text: str) -> None:
    try:
        raw = from_text(text)
    except ValueError:
        return
    assert to_text(raw) == text


ONE, TWO = sorted((made("one"), made("two")))


@pytest.mark.parametrize(
    "audience",
    [PUBLIC, Audience.network(ONE), Audience.direct([TWO, ONE, ONE])],
    ids=lambda a: a[0],
)
def test_audience_round_trip(audience: Audience) -> None:
    assert Audience.parse(audience.array()) == audience
    assert Audience.from_text(str(audience)) == audience


@pytest.mark.parametrize(
    "text",
    [
        "",
        "private",
        "public:",
        "public:" + to_text(ONE),
        "network",
        "network:",
        "network:abc",
        "network:" + to_text(ONE) + ",",
        "direct:" + to_text(TWO) + "," + to_text(ONE),
        "direct:" + to_text(ONE[:31]),
        "Public",
    ],
)
def test_audience_text_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"audience|base32"):
        Audience.from_text(text)


@given(loose)
def test_audience_of_anything(value: Any) -> None:
    try:
        found = Audience.parse(value)
    except Malformed:
        return
    assert found.array() == value
