"""All that is stored about a person, to read and to take along.

Rules: the nouns say what they hold (`Feature.personal`); it is read in one go, so that what is
handed out was so at one time; a file of it has no address of anything else in it, and needs nothing
from elsewhere to be read.
"""

import json
from datetime import UTC, datetime
from typing import Any

from node.base.events import Event
from node.features.mine.consenting import consents_of
from node.features.mine.disclosing import DisclosureView, disclosure_views
from node.features.mine.tables import Consent
from node.lookup.sight import Sight
from node.people.passwords import has_password
from node.people.personal import GROUP, ME, Entry, Part
from node.people.persons import persons
from node.people.sessions import Sessions
from node.store.core import Core

FORMAT = 1
"""Of the exported file."""


def parts_of(core: Core, person: str) -> list[Part]:
    """What all nouns hold of a person, in their order; what the platform holds comes first."""
    found = [_own_part(core, person)]
    for tell in core.followers(Event.TOLD):
        found += [one for one in tell(core, person) if one.entries]
    return [one for one in found if one.entries]


def _own_part(core: Core, person: str) -> Part:
    who = persons(core).get(person)
    if who is None:
        return Part("mine.part.person", "mine.why.person", ())
    entries = (
        Entry("mine.label.called", who.name),
        Entry("mine.label.standing", f"mine.standing.{who.standing.value}", "words"),
        Entry("mine.label.key_person", who.key_person, "yes-no"),
        Entry("mine.label.treasurer", who.treasurer, "yes-no"),
        Entry("mine.label.made", who.made, "time"),
        Entry("mine.label.password", has_password(core, person), "yes-no", seen_by=ME),
        *(
            Entry("mine.label.session", f"{one.device or '–'}, {_day(one.used)}", seen_by=ME)
            for one in Sessions(core).of(person)
        ),
    )
    return Part("mine.part.person", "mine.why.person", entries, "person")


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def document(sight: Sight, person: str, made: int) -> dict[str, Any]:
    """All of it as one JSON document. Times are seconds UTC."""
    return {
        "format": FORMAT,
        "made": made,
        "group": sight.home_name,
        "person": person,
        "held": {one.name: _held(one) for one in parts_of(sight.core, person)},
        "more": _more(sight.core, person),
        "consents": [_consent(one) for one in consents_of(sight.core, person)],
        "went_out": [_went_out(one) for one in disclosure_views(sight, person)],
    }


def as_json(sight: Sight, person: str, made: int) -> str:
    """The same, written."""
    return json.dumps(document(sight, person, made), ensure_ascii=False, indent=2) + "\n"


def _more(core: Core, person: str) -> dict[str, Any]:
    """What nouns say for software, by their names."""
    said = ((_noun(one), one(core, person)) for one in core.followers(Event.EXPORTED))
    return {name: found for name, found in said if found}


def _noun(function: Any) -> str:
    """node.features.members.forgetting → members."""
    return str(function.__module__).split(".")[2]


def _held(part: Part) -> list[dict[str, Any]]:
    return [
        {
            "what": one.called or one.label.rpartition(".")[2],
            "value": one.value,
            "seen_by": one.seen_by,
            **({"where": one.where} if one.where else {}),
            **({"download": one.path} if one.path else {}),
        }
        for one in part.entries
    ]


def _consent(one: Consent) -> dict[str, Any]:
    return {
        "purpose": one.purpose,
        "field": one.field,
        "audience": one.audience,
        "words": one.words,
        "version": one.version,
        "language": one.language,
        "given": one.given,
        "how": one.how,
        "withdrawn": one.withdrawn,
    }


def _went_out(view: DisclosureView) -> dict[str, Any]:
    return {
        "kind": view.kind,
        "audience": view.audience,
        "to": [one.name or one.id for one in view.to],
        "fields": [{"field": field, "at": at} for field, at in view.fields],
        "at": view.at,
        "ended": view.ended,
        "how": view.how,
        "groups": [
            {
                "group": one.who.name or one.who.id,
                "id": one.who.id,
                "state": one.state,
                "at": one.at,
            }
            for one in view.receivers
        ],
    }


def tell(core: Core, person: str) -> list[Part]:
    """Our own part: how many consents are kept. They stand beside, each with its words."""
    kept = len(consents_of(core, person))
    entries = (Entry("mine.label.consents", kept, seen_by=GROUP),) if kept else ()
    return [Part("mine.part.consents", "mine.why.consents", entries, "consents")]
