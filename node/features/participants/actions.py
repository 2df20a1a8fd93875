"""Participants (docs/protocol.md §7.23): what people release, and how they take it back.

Rules:

1. Nothing is written for a person without that person's consent to the field and the audience
   (`node.features.mine.consenting`); who asked, in which words, is kept here and goes nowhere.
2. A field that is taken back is erased everywhere: the record is replaced by a tombstone, which
   each holder confirms, and what stays released is written under another random name. A field that
   is added or corrected is written where the record stands.
3. The name is the record: taking it back takes everything back.
4. Leaving a network ends all that its members were told. A joint exit carries none of it along.
"""

from collections.abc import Mapping
from typing import Any

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.features.mine.audiences import NETWORK
from node.features.mine.consenting import PAGE, Asked, give, released, withdraw
from node.features.mine.disclosing import CHANGED, WITHDRAWN, grew, taken_back, went_out
from node.features.mine.tables import Disclosure, consents, disclosures
from node.lookup.content import checked, tidied
from node.lookup.names import name_of
from node.people.personal import NETWORK as BY_NETWORK
from node.people.personal import PARTNER, Entry, Kept, Part
from node.people.persons import Standing, persons
from node.records.intake import Ended
from node.records.publish import Publisher, new_name
from node.records.transaction import act
from node.store.core import Core
from node.store.disk_reserve import essential
from node.upkeep.wiping import settle
from protocol.audience import Audience
from protocol.ids import to_text
from protocol.kind import Place, Statement
from protocol.participants import LASTS_SECONDS, PARTICIPANT
from protocol.record import Record

LEFT_GROUP = "left"
"""How it ended: its person is no member any more."""

KIND = PARTICIPANT.name
FIELDS = PARTICIPANT.fields.names
NAME = "name"


def said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The content for what somebody typed, tidied and checked; `Problem` names the field."""
    return checked(KIND, tidied(PARTICIPANT.fields, fields))


def filled(content: Mapping[str, Any] | None) -> list[str]:
    """The fields in which something stands."""
    return [one for one in FIELDS if (content or {}).get(one)]


def standing(core: Core, person: str, audience: Audience) -> Disclosure | None:
    """What stands of a person there."""
    return disclosures(core).find(person, KIND, str(audience))


def content_of(core: Core, person: str, audience: Audience) -> dict[str, Any] | None:
    """What a person released to an audience."""
    one = standing(core, person, audience)
    found = _statement(core, one) if one else None
    return found.content if found else None


def release(
    core: Core, person: str, audience: Audience, fields: Mapping[str, Any], asked: Asked
) -> None:
    """Let an audience have these fields of a person, and no others from now on.

    `asked` has the words to which the person agreed, for each field that is filled; ValueError if
    one is missing.
    """
    who = persons(core).get(person)
    if who is None or who.standing is not Standing.MEMBER:
        raise Problem("participant-no-member")
    content = said(fields)
    new = filled(content)
    if not set(new) <= asked.words.keys():
        raise ValueError("nothing goes out without the words to which its person agreed")
    before = content_of(core, person, audience)
    lost = set(filled(before)) - set(new)
    if before == content:
        return
    _write(core, person, audience, content, asked, lost)
    if lost:
        settle(core)


def _write(
    core: Core,
    person: str,
    audience: Audience,
    content: dict[str, Any],
    asked: Asked,
    lost: set[str],
) -> None:
    with act(core) as publisher:
        one, new = standing(core, person, audience), filled(content)
        if one is not None and lost:
            taken_back(core, one.no, CHANGED, _erase_record(core, publisher, one))
            withdraw(core, person, KIND, audience, lost, asked.how)
            one = None
        name = one.name if one else new_name(core)
        own, epoch = core.home_id, None
        place = Place(own, audience, KIND, name)
        if audience.scope == NETWORK:
            place, epoch = publisher.to_network(own, audience.ids[0], KIND, name)
        publisher.write(place, content, expires=core.clock() + LASTS_SECONDS, epoch=epoch)
        words = {field: asked.words[field] for field in new}
        give(core, person, KIND, audience, asked._replace(words=words))
        if one is None:
            went_out(core, person, KIND, audience, name, new)
        else:
            grew(core, one.no, new)


def take_back(
    core: Core, person: str, audience: Audience, how: str, field: str | None = None
) -> None:
    """Take back one field, or everything; `Problem` if nothing of it stands."""
    content = content_of(core, person, audience)
    if content is None or (field is not None and field not in filled(content)):
        raise Problem("nothing-released")
    if field in (None, NAME):
        _take_all_back(core, person, audience, how)
        settle(core)
        return
    empty: Any = [] if PARTICIPANT.fields.types[str(field)].form == "array" else None
    kept = dict.fromkeys(filled(content), "")  # agreed to already: no new words are kept
    release(core, person, audience, content | {field: empty}, Asked("", kept, how))


@essential
def _take_all_back(core: Core, person: str, audience: Audience, how: str) -> None:
    with act(core) as publisher:
        one = standing(core, person, audience)
        if one is None:
            raise Problem("nothing-released")
        taken_back(core, one.no, WITHDRAWN, _erase_record(core, publisher, one))
        fields = released(core, person, KIND, audience)
        withdraw(core, person, KIND, audience, fields, how)


def tidy(core: Core) -> None:
    """What went out of somebody who is no member any more is taken back: it was said as one of the
    group. Now and then, for an end that was said for later comes by itself."""
    if not core.may_issue:
        return
    table, people = disclosures(core), persons(core)
    for key in table.open_audiences():
        for one in table.standing(KIND, key):
            who = people.get(one.person)
            if who is None or who.standing is not Standing.MEMBER:
                take_back(core, one.person, Audience.from_text(key), LEFT_GROUP)


def merged(core: Core, stays: str, goes: str, moved: dict[str, Any]) -> None:
    """Two persons are one: what either released stays, and where both did that of the one who
    stays. In the transaction."""
    table = disclosures(core)
    for one in table.of(goes):
        if one.ended is None and table.find(stays, one.kind, one.audience):
            _take_all_back(core, goes, Audience.from_text(one.audience), PAGE)
    moved["participants"] = {
        "disclosures": table.move(goes, stays),
        "consents": consents(core).move(goes, stays),
    }


def parted(core: Core, stayed: str, back: str, moved: dict[str, Any]) -> None:
    """That is undone. In the transaction."""
    noted = moved.get("participants")
    if noted:
        disclosures(core).move(stayed, back, noted["disclosures"])
        consents(core).move(stayed, back, noted["consents"])


def forget(core: Core, person: str) -> list[Kept]:
    """Take back all that went out of a person; nothing is kept. In a transaction."""
    with act(core) as publisher:
        for one in disclosures(core).of(person):
            if one.kind == KIND and one.ended is None:
                taken_back(core, one.no, WITHDRAWN, _erase_record(core, publisher, one))
    return []


def _erase_record(core: Core, publisher: Publisher, one: Disclosure) -> Record | None:
    """The tombstone; None if nothing stands there any more, as after leaving."""
    audience, own = Audience.from_text(one.audience), core.home_id
    if _statement(core, one) is None:
        return None
    epoch = None
    if audience.scope == NETWORK:
        epoch = core.ties.member_epoch(audience.ids[0], own, core.clock())
    return publisher.write(Place(own, audience, KIND, one.name), None, epoch=epoch)


def _statement(core: Core, one: Disclosure) -> Statement | None:
    audience = Audience.from_text(one.audience)
    found = core.records.statements(KIND, 0, core.home_id, {one.name})
    return next((s for s in found if s.audience == audience and s.content is not None), None)


def drop_left(core: Core, _publisher: Publisher, ended: Ended) -> None:
    """What was said to a network that we left is over there, and here (§6.4)."""
    if ended.member not in core.ties.own:
        return
    reached = min(core.clock(), core.clock.reached)  # a wrong clock leaves none behind
    audience = Audience.network(ended.network)
    headers = core.records.headers(reached, [KIND], audience, ended.member)
    core.records.delete([header.ref for header in headers])


def tell(core: Core, person: str) -> list[Part]:
    """What a person released, as it stands with others."""
    parts = []
    for one in disclosures(core).of(person):
        if one.kind != KIND or one.ended is not None:
            continue
        audience = Audience.from_text(one.audience)
        content = content_of(core, person, audience)
        seen_by = BY_NETWORK if audience.scope == NETWORK else PARTNER
        where = name_of(core, audience.ids[0]) or ""
        entries = tuple(
            Entry(f"participants.label.{name}", content[name], seen_by=seen_by, where=where)
            for name in filled(content)
            if content is not None
        )
        key = f"participants {to_text(audience.ids[0])[:SHORT_ID]}"
        parts.append(Part("participants.personal.title", "participants.personal.why", entries, key))
    return parts
