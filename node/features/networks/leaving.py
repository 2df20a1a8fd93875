"""What leaving a network would change, told before it is done; and who confirmed it afterwards.

Rules:

1. Told is what this machine knows: what our group shared there, what of others is here because of
   it, and whom nothing else ties to us.
2. What is confirmed are the receipts of honest machines (docs/protocol.md §6.4); that nobody kept a
   copy nobody can confirm.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from node.lookup.sight import Sight
from node.lookup.types import Name
from node.store.core import Core
from protocol.audience import Audience
from protocol.control_state import Standing
from protocol.ids import to_text
from protocol.kinds import KINDS
from sync.header import Header

WRITTEN = tuple(name for name, kind in KINDS.items() if kind.by_people)
"""What people write, and may miss."""


NAMED = 200
"""Groups whose names are looked up: nobody reads more."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Something that is shared in a network. `starts`: of a meeting, the wall time there."""

    kind: str
    author: str
    name: str
    title: str
    starts: str = ""
    zone: str = ""
    local: bool = True
    """By the clocks there, as its author wrote it; nobody need reckon with it here."""


@dataclass(frozen=True, slots=True)
class Going:
    """What changes for one of ours that leaves."""

    since: str
    """The membership that would end, in hexadecimal: another one is another decision."""
    ours: tuple[Shared, ...]
    """What has a title, meetings first; nobody there sees it any more."""
    more: int
    """What else we wrote there."""
    theirs: int
    """What others shared, and what is deleted here."""
    meetings: tuple[Shared, ...]
    """Meetings of others, still to come, that we no longer see."""
    alone: tuple[Name, ...]
    """Members whom nothing but this network ties to us; `more_alone`: how many more there are."""
    more_alone: int
    others: int
    """How many members there are besides."""
    decides_alone: bool


def leavers(core: Core, network: bytes) -> list[bytes]:
    """Identities of this machine that are members, the group first."""
    ties, now = core.ties, core.clock()
    own = [core.home_id, *sorted(core.own - {core.home_id})]
    return [one for one in own if ties.standing(network, one, now) is Standing.MEMBER]


def membership(core: Core, network: bytes, own: bytes) -> str:
    """Which membership it is, in hexadecimal; empty if there is none."""
    bond = core.ties.bond(network, own)
    epoch = bond.membership.epoch if bond is not None and bond.membership is not None else None
    return epoch.hex() if epoch else ""


def going(sight: Sight, network: bytes, own: bytes) -> Going:
    """What would change if `own` left."""
    core, now = sight.core, sight.now
    members = set(core.ties.members(network, now)) - {own}
    alone = sorted(members - _tied_otherwise(core, network, own))
    ours, more = shared(core, network, own)
    stays = len(leavers(core, network)) > 1  # what one of ours still belongs to stays here
    theirs = [] if stays else core.records.content_numbers(network, not_by=core.own)
    return Going(
        since=membership(core, network, own),
        ours=ours,
        more=more,
        theirs=len(theirs),
        meetings=() if stays else _meetings_of_others(core, network),
        alone=sight.named(alone[:NAMED]),
        more_alone=max(len(alone) - NAMED, 0),
        others=len(members),
        decides_alone=_decides_alone(core, network, own),
    )


def shared(core: Core, network: bytes, own: bytes) -> tuple[tuple[Shared, ...], int]:
    """What `own` shares in a network: what has a title; and how much else it is."""
    headers = list(core.records.headers(core.clock(), WRITTEN, Audience.network(network), own))
    found = list(_titled(core, headers))
    return tuple(sorted(found, key=_place)), len(headers) - len(found)


def _titled(core: Core, headers: Iterable[Header]) -> Iterator[Shared]:
    for record in core.records.records(headers):
        content = record.content
        if content is not None and content.get("title"):
            yield Shared(
                record.kind,
                to_text(record.author),
                record.name,
                str(content["title"]),
                content.get("starts") or "",
            )


def _place(one: Shared) -> tuple[bool, str, str]:
    return one.kind != "meeting", one.starts, one.title.casefold()


def _meetings_of_others(core: Core, network: bytes) -> tuple[Shared, ...]:
    audience = Audience.network(network)
    headers = [
        one
        for one in core.records.headers(core.clock(), ("meeting",), audience)
        if one.author not in core.own
    ]
    return tuple(sorted(_titled(core, headers), key=_place))


def _tied_otherwise(core: Core, network: bytes, own: bytes) -> set[bytes]:
    """Partners, and who is in another network with us."""
    ties, now = core.ties, core.clock()
    found = {one for one in ties.accepted(own, now) if ties.accepts(one, own, now)}
    for other in ties.memberships(own, now):
        if other != network:
            found.update(ties.members(other, now))
    return found


def _decides_alone(core: Core, network: bytes, own: bytes) -> bool:
    known = core.ties.successions.get(network)
    return known is not None and tuple(known.counts.decision.deciders) == (own,)


# Afterwards


@dataclass(frozen=True, slots=True)
class Receipt:
    """Somebody who confirmed, and when."""

    who: Name
    at: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A membership that ended: since when, who confirmed that our things are deleted, who not."""

    who: Name
    left: int
    confirmed: tuple[Receipt, ...]
    missing: tuple[Name, ...]


def was_left(core: Core, network: bytes) -> bool:
    """Whether there is something to be confirmed, or was."""
    return core.departures.has(network)


def gone(sight: Sight, network: bytes) -> tuple[Gone, ...]:
    """Of each membership of ours in it that ended, the latest first."""
    found: dict[tuple[int, bytes, bytes], list[tuple[bytes, int | None]]] = {}
    for one in sight.core.departures.of(network):
        key = one.at, one.member, one.epoch
        found.setdefault(key, []).append((one.witness, one.confirmed))
    return tuple(
        Gone(
            sight.name(member),
            at,
            tuple(
                Receipt(sight.name(witness), when)
                for witness, when in sorted(said, key=lambda one: (one[1] or 0, one[0]))
                if when is not None
            ),
            sight.named(witness for witness, when in said if when is None),
        )
        for (at, member, _epoch), said in sorted(found.items(), reverse=True)
    )
