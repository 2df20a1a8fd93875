"""How the node stands: whether its server runs, its ties, and what waits for a person."""

from node.features.groups.listed_twice import listed_twice
from node.features.groups.views import home_entry
from node.features.meetings.views import meeting_views
from node.features.networks.types import DepartureView, MemberView
from node.features.networks.views import given_away, member_views, network_views
from node.features.pacts.views import pact_views
from node.features.peers.views import endpoints, peer_views
from node.features.status.types import ArrivingView, StatusView
from node.links.proxy import TROUBLE, kept
from node.lookup.sight import Sight, name_order
from node.lookup.types import ClockView, ContradictionView, RunOutView, TroubleView
from node.lookup.zone import zone_of
from node.records import stale_copy
from node.records.contradictions import contradictions
from node.records.redating import MENDED
from node.store.departures import Witness
from node.store.filters import Filters
from node.store.serve_settings import Server, serve_options
from node.store.terms import run_out
from node.store.troubles import troubles
from protocol.kind import Statement
from protocol.kinds import KINDS

ROUTINE = frozenset(
    {"expired", "not-for-you", "not-a-member", "unknown-key", "unknown-tie", "unknown-kind"}
)
"""Why records are refused where nothing is wrong: they are old, go elsewhere, or come again once
what they need is here. Nobody has to do anything about them, so nobody is told."""

TOLD_SECONDS = 14 * 86_400
"""How long it is told that what a wrong clock dated was issued again."""

UNSURE_SECONDS = 30 * 86_400
"""So far the clock may go before what is sure, until somebody is asked: holidays are shorter."""

UPCOMING = 10
"""Meetings that the overview names."""


def status_view(sight: Sight, *, whole: bool = True) -> StatusView:
    """Everything at a glance; not `whole`: without the members of networks, and meetings."""
    core = sight.core
    server = core.server
    networks = network_views(sight, whole=whole)
    proxy, zone = kept(core), zone_of(core)
    return StatusView(
        own=tuple(home_entry(sight, one) for one in core.ring.ids if one in core.own),
        home=str(core.home.path),
        running=server is not None,
        address=server.address if server else None,
        endpoints=endpoints(sight),
        peers=peer_views(sight),
        networks=tuple(one for one in networks if one.standing != "none" or one.held_here),
        departures=_departures(sight),
        pacts=pact_views(sight),
        applications=_applications(sight),
        upcoming=meeting_views(sight, past=False, most=UPCOMING) if whole else (),
        groups_known=core.directory.count(Filters(sight.now, without=_twice(sight))),
        set_aside={code: n for code, n in core.refused.counts().items() if code not in ROUTINE},
        frozen=sight.named(id_ for id_, one in core.ties.successions.items() if one.frozen),
        superseded=sight.named(
            one.id
            for one in core.ring.held
            if core.is_superseded(one) and one.id not in given_away(core)
        ),
        words_unconfirmed=core.ring.words is not None,
        waiting=stale_copy.state(core),
        disk=core.reserve.state,
        proxy=proxy.shown if proxy else None,
        proxy_trouble=core.settings.get(TROUBLE) if proxy else None,
        local_network=bool(serve_options(core.settings).get("local_network")),
        arriving=_arriving(sight, server) if server else (),
        contradictions=tuple(
            ContradictionView(
                sight.name(one.author), one.author in core.own, one.kinds, one.times, one.last
            )
            for one in contradictions(core)
        ),
        troubles=tuple(TroubleView(*one) for one in troubles(core)),
        zone=zone.name,
        zone_source=zone.source,
        clock=clock_view(sight),
        run_out=run_out_views(sight),
    )


def _twice(sight: Sight) -> tuple[int, ...]:
    return tuple(-no for no in listed_twice(sight).same)


def clock_view(sight: Sight) -> ClockView | None:
    """What is wrong with the clock of the machine, or was until lately; None if nothing is."""
    clock, mended = sight.core.clock, sight.core.settings.get(MENDED)
    others, shown = clock.contradicted, clock.wall()
    by, said = (others.by, others.time) if others else (0, 0)
    if clock.trouble:
        return ClockView(clock.trouble, shown, clock.expected, others=by, said=said)
    if others:
        return ClockView("partners", shown, said, others=by, said=said)
    if shown - clock.reached > UNSURE_SECONDS:
        return ClockView("unsure", shown, clock.reached)
    if mended and 0 <= sight.now - mended["at"] < TOLD_SECONDS:
        done = (mended["records"], mended.get("left", 0))
        return ClockView("mended", clock.wall(), clock.expected, *done)
    return None


def run_out_views(sight: Sight) -> tuple[RunOutView, ...]:
    """What is one's own and ended by time."""
    found = [
        RunOutView(one.kind, sight.name(_with_whom(one)), one.expires)
        for one in run_out(sight.core.records, sight.core.own, sight.now)
        if KINDS[one.kind].renewed and one.content is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.kind, name_order(one.who))))


def _with_whom(statement: Statement) -> bytes:
    who: bytes = (statement.content or {}).get(KINDS[statement.kind].whom, statement.author)
    return who


def _arriving(sight: Sight, server: Server) -> tuple[ArrivingView, ...]:
    found = server.arriving().items()
    return tuple(ArrivingView(sight.name(peer), taken, of) for peer, (taken, of) in found)


def _departures(sight: Sight) -> tuple[DepartureView, ...]:
    grouped: dict[bytes, list[Witness]] = {}
    for one in sight.core.departures.all():
        if sight.core.ties.member_epoch(one.network, one.member, sight.now) == one.epoch:
            continue  # expelled, and confirmed again by a majority
        grouped.setdefault(one.epoch, []).append(one)
    return tuple(
        DepartureView(
            network=sight.name(witnesses[0].network),
            left=witnesses[0].at,
            confirmed=sight.named(one.witness for one in witnesses if one.confirmed is not None),
            missing=sight.named(one.witness for one in witnesses if one.confirmed is None),
        )
        for witnesses in grouped.values()
    )


def _applications(sight: Sight) -> tuple[MemberView, ...]:
    return tuple(
        view
        for network in sorted(sight.core.own & sight.core.ties.charters.keys())
        for view in member_views(sight, network) or ()
        if view.standing == "applied"
    )
