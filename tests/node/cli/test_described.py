"""Options and facts follow from the fields of a kind: limits, choices and labels stand once."""

from argparse import Namespace
from typing import Any

import pytest

from node.cli.described import arguments, clearing, facts, said
from node.cli.parser import help_of
from node.lookup.content import tidied
from node.texts import Texts
from protocol.fields import (
    array,
    fields,
    integer,
    lang,
    line,
    octets,
    one_of,
    optional,
    pair,
    usually,
)
from protocol.groups import GROUP
from protocol.meetings import MEETING
from protocol.networks import NETWORK

ROOM = fields(
    name=line(5),
    seats=optional(integer(1, 10)),
    keys=array(line(5), 3),
    status=array(line(5), 3),
    key=octets(4),
)


def test_option_is_called_as_its_field_and_stands_for_one_of_many() -> None:
    found = arguments("rooms", ROOM, "name", "seats", "keys", "status", required=("name",))
    assert [(one.name, one.kind, one.required) for one in found] == [
        ("--name", "text", True),
        ("--seats", "number", False),
        ("--key", "many", False),
        ("--status", "many", False),
    ]
    assert {one.noun for one in found} == {"rooms"}


def test_what_nobody_can_type_is_no_option() -> None:
    with pytest.raises(ValueError, match="key: no option for octets"):
        arguments("rooms", ROOM, "key")


def test_choices_and_units_are_those_of_the_field() -> None:
    admission, majority, term = arguments(
        "networks", NETWORK.fields, "admission", "majority", "term"
    )
    assert admission.choices == NETWORK.fields.types["admission"].choices == ("open", "decision")
    assert (majority.metavar, term.metavar) == ("share", "term")


@pytest.mark.parametrize(("language", "shown"), [("en", "(1 year)"), ("de", "(1 Jahr)")])
def test_help_names_what_is_taken_where_nothing_is_said(language: str, shown: str) -> None:
    (term,) = arguments("networks", NETWORK.fields, "term")
    assert help_of(term, "networks", Texts(language)).endswith(shown)
    assert not help_of(term._replace(usual=None), "networks", Texts(language)).endswith(")")


def test_what_is_usual_is_taken_where_nothing_is_said() -> None:
    spec = fields(name=line(5), seats=usually(integer(1, 10), 4))
    assert tidied(spec, {"name": "Saal"}) == {"name": "Saal", "seats": 4}
    assert tidied(spec, {"name": "Saal", "seats": 9}) == {"name": "Saal", "seats": 9}
    with pytest.raises(ValueError, match="is not of this type"):
        usually(integer(1, 10), 11)


@pytest.mark.parametrize(
    ("spec", "kept"),
    [
        (GROUP.fields, {"name"}),
        (MEETING.fields, {"title", "starts", "zone", "minutes", "open_to"}),
        (ROOM, {"name", "key"}),
    ],
)
def test_what_may_be_empty_can_be_cleared(spec: Any, kept: set[str]) -> None:
    assert set(spec.names) - set(clearing(spec, *spec.names).choices) == kept


def test_what_was_said_counts_and_what_is_cleared_is_empty() -> None:
    args = Namespace(name="Saal", seats=None, key=None, status=["open"], clear=["seats", "keys"])
    names = ("name", "seats", "keys", "status")
    expected = {"name": "Saal", "seats": None, "keys": [], "status": ["open"]}
    assert said(args, ROOM, *names) == expected


def test_facts_are_shown_by_their_types() -> None:
    spec = fields(
        topics=array(line(80), 9),
        convictions=array(line(500), 9),
        languages=array(lang, 9),
        contacts=array(pair(line(9), optional(line(9))), 9),
        region=optional(line(9)),
        takes_members=GROUP.fields.types["takes_members"],
    )
    view = Namespace(
        topics=("a", "b"),
        convictions=("One.", "Two."),
        languages=("de", "xx"),
        contacts=(["Mail", "a@b.example"], ["Room 3", None]),
        region=None,
        takes_members=True,
    )
    assert dict(facts(Texts("en"), "groups", spec, view, *spec.names)) == {
        "Topics": "a and b",
        "Convictions": "One.\nTwo.",
        "Languages": "German and xx",
        "Contact": "Mail: a@b.example\nRoom 3",
        "Region": None,
        "New members": "yes",
    }
    numbers = fields(
        majority=integer(51, 100, "percent"),
        term=integer(1, 9, "days"),
        admission=one_of("open"),
    )
    charter = Namespace(majority=60, term=1, admission="open")
    assert [
        value for _, value in facts(Texts("en"), "networks", numbers, charter, *numbers.names)
    ] == [
        "60 %",
        "1 day",
        Texts("en")("networks.admission.open"),
    ]
