"""Offers, wants and takes (docs/protocol.md §7.19–§7.21): written, found and seen.

A thing stands until its record expires; nobody renews it. Its author ends it sooner by a tombstone,
and whoever took it takes that back by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from crypto.hashing import digest
from node.base.errors import Problem
from node.base.lookalikes import short
from node.base.naming import best, fold, near, parts
from node.features.erasures.actions import erase
from node.features.exchange.feature import USUAL_DAYS
from node.features.meetings.actions import instant
from node.lookup.content import checked, tidied, tidy
from node.lookup.names import find_identity, find_network, must_be_tied, seen_by
from node.lookup.sight import Sight
from node.lookup.types import Name
from node.records.intake import Ended
from node.records.publish import Publisher, new_name
from node.records.transaction import act
from node.store.core import Core
from protocol.audience import PUBLIC, Audience
from protocol.exchange import OFFER, STANDING_SECONDS, TAKE, WANT
from protocol.ids import to_text
from protocol.kind import Place, Statement

DAY = 86_400

THINGS = (OFFER.name, WANT.name)

SHORTEST = 4
"""Characters of a name by which it is found."""


@dataclass(frozen=True, slots=True)
class TakeView:
    """Who takes, how much; `outdated`: it answers what the author said before."""

    who: Name
    amount: int | None
    note: str | None
    at: int
    outdated: bool


@dataclass(frozen=True, slots=True)
class ThingView:
    """An offer or a want. `until` and `issued` are seconds UTC, `id` is AUTHOR/KIND/NAME."""

    id: str
    kind: str
    author: Name
    title: str
    text: str | None
    amount: int | None
    unit: str | None
    place: str | None
    until: int
    audience: str
    seen_by: tuple[Name, ...]
    """The network, or those it was written to; nobody if everybody sees it."""
    own: bool
    taken: TakeView | None
    """What this group takes of it."""
    takes: tuple[TakeView, ...]
    """Of one's own: who takes it."""
    issued: int


class Filters(NamedTuple):
    """Which things; what is None or empty lets all through."""

    kind: str | None = None
    words: str = ""
    place: str = ""
    network: bytes | None = None
    mine: bool = False


# Finding


def things(core: Core, author: bytes | None = None) -> list[Statement]:
    """All offers and wants that stand here, the latest first."""
    now = core.clock()
    said = [one for kind in THINGS for one in core.records.statements(kind, now, author)]
    return sorted((one for one in said if one.content), key=_latest_first)


def _latest_first(one: Statement) -> tuple[int, bytes, str]:
    return -one.issued, one.author, one.name


def find_thing(core: Core, text: str) -> Statement:
    """The one that a title, a name, its beginning, or AUTHOR/KIND/NAME means."""
    known = things(core)
    wanted = text.strip().casefold()
    by_id = [one for one in known if id_of(one) == wanted]
    named = [one for one in known if len(wanted) >= SHORTEST and one.name.startswith(wanted)]
    titled = [(one, str((one.content or {})["title"])) for one in known]
    hits = by_id or named or best(text, titled) or parts(text, titled)
    if not hits:
        meant = near(text, (title for _one, title in titled))
        raise Problem("no-such-offer", text=text, near=meant)
    if len(hits) > 1:
        some = ", ".join(f"{(one.content or {})['title']} ({short(one.name)})" for one in hits[:6])
        raise Problem("several-found", text=text, found=some)
    return hits[0]


def id_of(thing: Statement) -> str:
    """Its id in views and addresses."""
    return f"{to_text(thing.author)}/{thing.kind}/{thing.name}"


def thing_of(core: Core, id: str) -> Statement | None:
    """The offer or want with an id of views, whoever may see it."""
    return next((one for one in things(core) if id_of(one) == id), None)


def takes_by(core: Core, own: bytes, thing: Statement) -> list[Statement]:
    """What an own identity takes of it: one, or none."""
    said = core.records.statements(TAKE.name, core.clock(), own, {thing.name})
    return [one for one in said if _answers(one, thing)]


def _answers(take: Statement, thing: Statement) -> bool:
    to_author = take.audience.ids == (thing.author,)
    return to_author and take.content is not None and take.content["what"] == thing.kind


# Writing


def audience_of(core: Core, own: bytes, to: str) -> Audience:
    """Whom `public`, a network or a connected group means; `Problem` if nobody."""
    if seen_by(to) == PUBLIC.scope:
        return PUBLIC
    for find in (find_network, find_identity):
        try:
            found = find(core, to)
        except Problem as problem:
            if problem.code not in ("no-such-network", "nobody-found"):
                raise
            continue
        if find is find_network:
            return Audience.network(found)
        must_be_tied(core, own, found)
        return Audience.direct([found])
    raise Problem("to-nobody", to=to)


def publish(
    core: Core, own: bytes, kind: str, audience: Audience, fields: dict[str, Any], until: int
) -> str:
    """Offer or look for something until a time in seconds UTC; gives its id."""
    name = new_name(core)
    _write(core, own, kind, audience, name, _content(kind, fields), until)
    return f"{to_text(own)}/{kind}/{name}"


def change(core: Core, own: bytes, thing: Statement, fields: dict[str, Any], until: int) -> None:
    """Say something else of one's own thing; whom it is for stays.

    It stands until `until` then, but never for less long than before (docs/protocol.md §4.5).
    """
    if thing.author != own:
        raise Problem("not-ours", text=str((thing.content or {})["title"]))
    content = _content(thing.kind, fields)
    _write(core, own, thing.kind, thing.audience, thing.name, content, max(until, thing.expires))


def _content(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    content = checked(kind, tidied(OFFER.fields, fields))
    if content["unit"] is not None and content["amount"] is None:
        raise Problem("unit-alone", unit=content["unit"])
    return content


def _write(
    core: Core,
    own: bytes,
    kind: str,
    audience: Audience,
    name: str,
    content: dict[str, Any],
    until: int,
) -> None:
    with act(core) as publisher:
        now = core.clock()
        if until <= now:
            raise Problem("exchange-over", until=until)
        if until > now + STANDING_SECONDS:
            raise Problem("exchange-too-long", until=now + STANDING_SECONDS)
        place, epoch = Place(own, audience, kind, name), None
        if audience.scope == "network":
            place, epoch = publisher.to_network(own, audience.ids[0], kind, name)
        publisher.write(place, content, expires=until, epoch=epoch)


def last_moment(now: int, day: date | None, zone: str) -> int:
    """The end of a day in `zone`, in seconds UTC, or of what is usual; what is a few hours too late
    is cut off."""
    if day is None:
        return now + USUAL_DAYS * DAY
    first, last = (instant(f"{day}T{at}", zone) or 0 for at in ("00:00", "23:59"))
    longest = now + STANDING_SECONDS
    return min(last, longest) if first <= longest else last


def take(
    core: Core, own: bytes, thing: Statement, amount: int | None = None, note: str | None = None
) -> None:
    """Tell its author that we take it; a later word replaces an earlier one."""
    if thing.author == own:
        raise Problem("take-own")
    must_be_tied(core, own, thing.author, TAKE.name)
    content = checked(
        TAKE.name,
        {
            "what": thing.kind,
            "name": thing.name,
            "digest": digest(thing.body or b""),
            "amount": amount,
            "note": tidy(note),
        },
    )
    place = Place(own, Audience.direct([thing.author]), TAKE.name, thing.name)
    with act(core) as publisher:
        until = min(thing.expires, core.clock() + STANDING_SECONDS)
        publisher.write(place, content, expires=until)


def end(core: Core, own: bytes, thing: Statement) -> int:
    """End one's own thing, or take back that one took it; gives how many records are erased."""
    if thing.author == own:
        return erase(core, own, [thing])
    taken = takes_by(core, own, thing)
    if not taken:
        raise Problem("not-taken")
    return erase(core, own, taken)


def drop_left(core: Core, _publisher: Publisher, ended: Ended) -> None:
    """What was said to a network that we left is over there, and here (§6.4)."""
    if ended.member not in core.ties.own:
        return
    reached = min(core.clock(), core.clock.reached)  # a wrong clock leaves none behind
    audience = Audience.network(ended.network)
    headers = core.records.headers(reached, THINGS, audience, ended.member)
    core.records.delete([header.ref for header in headers])


# What pages and commands show


def thing_views(sight: Sight, filters: Filters) -> tuple[ThingView, ...]:
    """Those that this viewer sees and the filters let through, the latest first."""
    takes = _takes(sight)
    chosen = (one for one in _visible(sight) if _fits(sight, one, filters))
    return tuple(_view(sight, one, takes) for one in chosen)


def thing_by_id(sight: Sight, id: str) -> ThingView | None:
    """One of them, if this viewer sees it."""
    authors = sight.ids_from(id.partition("/")[0])
    found = [one for author in authors for one in _visible(sight, author) if id_of(one) == id]
    return _view(sight, found[0], _takes(sight)) if found else None


def _visible(sight: Sight, author: bytes | None = None) -> Iterable[Statement]:
    for one in things(sight.core, author):
        if sight.sees(one.author) and (sight.inside or one.audience == PUBLIC):
            yield one


def _fits(sight: Sight, one: Statement, filters: Filters) -> bool:
    said = one.content or {}
    text = fold(" ".join(said[name] or "" for name in ("title", "text", "unit")))
    return (
        filters.kind in (None, one.kind)
        and all(word in text for word in fold(filters.words).split())
        and fold(filters.place) in fold(said["place"] or "")
        and (filters.network is None or one.audience == Audience.network(filters.network))
        and (not filters.mine or one.author in sight.core.own)
    )


def _takes(sight: Sight) -> list[Statement]:
    if not sight.inside:
        return []
    said = sight.core.records.statements(TAKE.name, sight.now)
    return [one for one in said if one.content and sight.sees(one.author)]


def _view(sight: Sight, thing: Statement, takes: Iterable[Statement]) -> ThingView:
    said = thing.content or {}
    own = sight.inside and thing.author in sight.core.own
    answers = {
        one.author: _take_view(sight, one, thing)
        for one in takes
        if one.name == thing.name and _answers(one, thing)
    }
    everybody = sorted(answers.values(), key=lambda one: (one.at, one.who.id))
    return ThingView(
        id=id_of(thing),
        kind=thing.kind,
        author=sight.name(thing.author),
        **said,
        until=thing.expires,
        audience=thing.audience.scope,
        seen_by=sight.named(thing.audience.ids),
        own=own,
        taken=answers.get(sight.me),
        takes=tuple(everybody) if own else (),
        issued=thing.issued,
    )


def _take_view(sight: Sight, take: Statement, thing: Statement) -> TakeView:
    said = take.content or {}
    outdated = said["digest"] != digest(thing.body or b"")
    return TakeView(sight.name(take.author), said["amount"], said["note"], take.issued, outdated)
