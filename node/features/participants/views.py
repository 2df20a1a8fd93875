"""Who let whom know what: participants as pages and commands show them. Inside only."""

from collections.abc import Iterable
from dataclasses import dataclass

from node.base.naming import fold
from node.features.mine.audiences import NETWORK
from node.features.participants.actions import KIND
from node.lookup.sight import Sight, name_order
from node.lookup.types import Name
from protocol.audience import Audience
from protocol.kind import Statement


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A person as their group lets this one know. Times are seconds UTC."""

    id: str
    group: Name
    name: str
    role: str | None
    mail: str | None
    phone: str | None
    place: str | None
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    about: str | None
    own: bool
    issued: int
    until: int


@dataclass(frozen=True, slots=True)
class ListView:
    """A list: of a network, or between two groups. `count`: how many are in it."""

    audience: str
    scope: str
    whom: Name
    count: int


def participant_views(sight: Sight, audience: Audience) -> tuple[ParticipantView, ...]:
    """Those in the list of a network, or between one's own group and another, by their names."""
    found = [_view(sight, one) for one in _statements(sight) if _belongs(sight, one, audience)]
    return tuple(sorted(found, key=lambda one: (fold(one.name), name_order(one.group), one.id)))


def list_views(sight: Sight) -> tuple[ListView, ...]:
    """The lists that there are, or can be: of one's networks, and with partners who have one."""
    ties, now, me = sight.core.ties, sight.now, sight.core.home_id
    said = _statements(sight)
    networks = [Audience.network(one) for one in ties.parts(me, now)]
    others = {other for one in said if (other := _other(sight, one)) is not None}
    known = [*networks, *(Audience.direct([one]) for one in others)]
    views = [_list(sight, one, said) for one in known]
    return tuple(sorted(views, key=lambda one: (one.scope != NETWORK, name_order(one.whom))))


def _list(sight: Sight, audience: Audience, said: Iterable[Statement]) -> ListView:
    count = sum(_belongs(sight, one, audience) for one in said)
    return ListView(str(audience), audience.scope, sight.name(audience.ids[0]), count)


def _statements(sight: Sight) -> list[Statement]:
    if not sight.inside:
        return []
    said = sight.core.records.statements(KIND, sight.now)
    return [one for one in said if one.content and sight.sees(one.author)]


def _belongs(sight: Sight, one: Statement, audience: Audience) -> bool:
    if audience.scope == NETWORK:
        return one.audience == audience
    return _other(sight, one) == audience.ids[0]


def _other(sight: Sight, one: Statement) -> bytes | None:
    """Of what two groups told each other, the other one."""
    if one.audience.scope == NETWORK:
        return None
    if one.author != sight.core.home_id:
        return one.author
    return one.audience.ids[0]


def _view(sight: Sight, one: Statement) -> ParticipantView:
    said = one.content or {}
    return ParticipantView(
        id=one.name,
        group=sight.name(one.author),
        name=said["name"],
        role=said["role"],
        mail=said["mail"],
        phone=said["phone"],
        place=said["place"],
        languages=tuple(said["languages"]),
        topics=tuple(said["topics"]),
        about=said["about"],
        own=one.author in sight.core.own,
        issued=one.issued,
        until=one.expires,
    )
