"""Who can be asked to leave together, and what a person is told before asking them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from node.base.naming import same
from node.features.pacts.reach import has_address, out_of_reach
from node.lookup.sight import Sight, name_order
from node.lookup.types import Name
from node.lookup.zone import zone_of
from node.store.core import Core
from protocol.certificates import Pact
from protocol.ids import from_text, to_text

SHOWN = 50
"""Groups that a page lists; of more it shows those that a word finds."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group that can be asked. `reach`: `yes`, it has an address; `dials`, it meets us when its
    machine dials; `file`, nothing but a file gets there."""

    who: Name
    region: str
    reach: str
    twin: bool
    """Another one has the same name: the beginning of its id says which is meant."""


def candidates(core: Core, own: bytes, leaves: bytes | None) -> list[bytes]:
    """Members of the network that is left; without one, partners and members of our networks."""
    ties, now = core.ties, core.clock()
    if leaves is not None:
        found = set(ties.members(leaves, now))
    else:
        found = {one for one in ties.accepted(own, now) if ties.accepts(one, own, now)}
        for network in ties.memberships(own, now):
            found.update(ties.members(network, now))
    return sorted(one for one in found - core.own if _is_group(core, one))


def _is_group(core: Core, one: bytes) -> bool:
    known = core.ties.identities.get(one)
    return known is None or known.type != "network"


def shown(
    sight: Sight, some: Collection[bytes], word: str, chosen: Iterable[str]
) -> tuple[list[Candidate], int]:
    """Those that are chosen, then those that the word finds; and how many more there are."""
    kept = set(chosen)
    names = [sight.name(one) for one in some]
    called = [(one.name or "").casefold() for one in names]
    wanted = word.casefold()
    first = sorted((one for one in names if one.id in kept), key=name_order)
    rest = [one for one in names if one.id not in kept and wanted in (one.name or "").casefold()]
    rest.sort(key=name_order)
    listed = [*first, *rest[:SHOWN]]
    return [_candidate(sight, one, called) for one in listed], max(len(rest) - SHOWN, 0)


def _candidate(sight: Sight, who: Name, called: list[str]) -> Candidate:
    core, id = sight.core, from_text(who.id)
    if has_address(core, id):
        reach = "yes"
    else:
        reach = "file" if out_of_reach(core, core.home_id, [id]) else "dials"
    twin = called.count((who.name or "").casefold()) > 1
    return Candidate(who, _region(sight, id), reach, twin)


def _region(sight: Sight, id: bytes) -> str:
    records = sight.core.records
    headers = records.headers(sight.now, ("group",), author=id)
    contents = (one.content or {} for one in records.records(headers))
    return next((str(one["region"]) for one in contents if one.get("region")), "")


def end_of(core: Core, day: date) -> int:
    """The end of a day where the group lives, in seconds UTC."""
    zone = ZoneInfo(zone_of(core).name)
    return int(datetime.combine(day + timedelta(days=1), time(), zone).timestamp())


def _called(core: Core, own: bytes, name: str) -> list[Pact]:
    """The pacts that `own` proposed under a name."""
    pacts = [case.pact for case in core.ties.certificates.cases.values() if case.pact is not None]
    return [
        one
        for one in pacts
        if one.proposer == own and same(name, str((one.charter.content or {}).get("name", "")))
    ]


def is_open(core: Core, own: bytes, name: str) -> bool:
    """Whether `own` proposed it already: pressed twice, or by two persons at once."""
    cases, now = core.ties.certificates.cases, core.clock()
    return any(
        one.until > now and not cases[one.digest].certified for one in _called(core, own, name)
    )


def newest(core: Core, own: bytes, name: str) -> str | None:
    """The id of the pact with this name that `own` proposed last."""
    found = max(_called(core, own, name), key=lambda one: one.proposed, default=None)
    return to_text(found.digest) if found is not None else None
