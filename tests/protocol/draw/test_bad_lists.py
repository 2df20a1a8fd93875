"""What is wrong with a list is said before anything is drawn."""

import json
from typing import Any

import pytest

from protocol.draw.drawing import draw
from protocol.draw_format import lists
from protocol.draw_format.checks import check
from protocol.draw_format.faults import BadList
from protocol.draw_format.lists import read_list

MEETINGS = [{"id": "a", "min": 1, "max": 2}, {"id": "b", "min": 1, "max": 2}]


def codes(raw: bytes) -> set[str]:
    with pytest.raises(BadList) as refused:
        check(read_list(raw))
    return {one.code for one in refused.value.faults}


def encoded(people: Any, meetings: Any = MEETINGS, **more: Any) -> bytes:
    return json.dumps({"meetings": meetings, "participants": people} | more).encode()


P, Q, R = {"id": "p"}, {"id": "q"}, {"id": "r"}


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ([], "nobody"),
        ([P, P], "person-twice"),
        ([P | {"prefs": ["c"]}], "unknown-wish"),
        ([P | {"prefs": ["a", "a"]}], "wish-twice"),
        ([P | {"prefs": ["a"] * 51}], "too-many-wishes"),
        ([P | {"allowed": ["c"]}], "unknown-meeting"),
        ([P | {"companion": "x"}], "unknown-companion"),
        ([P | {"companion": "p"}], "own-companion"),
        ([P | {"avoid": ["x"]}], "unknown-avoided"),
        ([P | {"avoid": ["p"]}], "own-avoided"),
        ([P | {"companion": "q"}, Q], "companion-one-sided"),
        ([P | {"companion": "q", "avoid": ["q"]}, Q | {"companion": "p"}], "companions-exclude"),
        ([P | {"companion": "q"}, Q | {"companion": "p", "avoid": ["p"]}], "companions-exclude"),
        (
            [P | {"companion": "q"}, Q | {"companion": "r"}, R | {"companion": "p"}],
            "companion-cycle",
        ),
        (
            [{"id": f"p{n}", "companion": [f"p{m}" for m in range(9) if m != n]} for n in range(9)],
            "too-many-companions",
        ),
        ([P | {"left_out": -1}], "number-unclear"),
        ([P | {"left_out": True}], "number-unclear"),
        ([P | {"unconfirmed": ["day"]}], "restriction-unclear"),
        ([P | {"unconfirmed": [["day", [None]]]}], "restriction-unclear"),
        ([P | {"avoid": "q"}, Q], "field-unclear"),
        ([{"id": ""}], "person-without-id"),
        ([{"id": "x" * 201}], "person-without-id"),
        ([{"id": "a\u0000b"}], "id-unprintable"),
        ([{"name": "p"}], "person-without-id"),
        ([7], "list-not-a-list"),
    ],
)
def test_people(people: Any, code: str) -> None:
    assert code in codes(encoded(people))


@pytest.mark.parametrize(
    ("meetings", "code"),
    [
        ([], "no-meetings"),
        ([{"id": "a", "max": 0}], "meeting-without-seats"),
        ([{"id": "a", "max": 1001}], "meeting-too-large"),
        ([{"id": "a", "min": 3, "max": 2}], "minimum-above-maximum"),
        ([{"id": "a", "max": 2}, {"id": "a", "max": 3}], "meeting-twice"),
        ([{"max": 2}], "meeting-without-id"),
        ({"a": 2}, "list-not-a-list"),
        ([{"id": f"m{n}", "max": 1} for n in range(5001)], "too-many-meetings"),
    ],
)
def test_meetings(meetings: Any, code: str) -> None:
    assert code in codes(encoded([P], meetings))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "list-not-json"),
        (b"[]", "list-not-json"),
        (b"\xff\xfe", "list-not-utf8"),
        (b"{}", "list-incomplete"),
        (b'{"participants":[],"meetings":[]}', "list-people-first"),
        (b'{"meetings":[],"meetings":[]}', "list-key-twice"),
        (b'{"meetings":[{"id":"a","max":1.5}],"participants":[]}', "list-fraction"),
        (b'{"meetings":' + b"[" * 100_000, "list-not-json"),
        (encoded([P])[:-1], "list-not-json"),
        (encoded([P]) + b"x", "list-not-json"),
        (encoded([P], mode="other"), "mode-unknown"),
        (encoded([P], share=[3, 2]), "share-unclear"),
        (encoded([P], history=[["p"]]), "history-unclear"),
    ],
)
def test_files(raw: bytes, code: str) -> None:
    assert codes(raw) == {code}


def test_every_cut_is_refused() -> None:
    raw = encoded([P | {"companion": "q", "prefs": ["a"]}, Q | {"companion": "p"}], history=[])
    for end in range(len(raw)):
        assert codes(raw[:end])


def test_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LIST_BYTES", 10)
    assert codes(encoded([P])) == {"list-too-large"}


def test_too_many_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PEOPLE", 3)
    assert codes(encoded([{"id": f"p{n}"} for n in range(4)])) == {"too-many-people"}


def test_a_draw_refuses_them_too() -> None:
    source = read_list(encoded([P, P]))
    with pytest.raises(BadList):
        draw(source, bytes(32))


def test_notes_stop_nothing() -> None:
    people = [
        P | {"allowed": [], "prefs": ["a"]},
        Q | {"allowed": ["a"], "companion": "r"},
        R | {"allowed": ["b"], "companion": "q"},
    ]
    notes = check(read_list(encoded(people)))
    assert {one.code: one.where for one in notes} == {
        "excludes-everything": ("p",),
        "nothing-in-common": ("q", "r"),
        "wish-excluded": ("p",),
    }
