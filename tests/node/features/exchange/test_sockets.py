"""Offers and wants between real nodes over real sockets: who hears, who takes, what is erased."""

from contextlib import AsyncExitStack
from pathlib import Path

from node.features.exchange.actions import (
    Filters,
    end,
    find_thing,
    publish,
    take,
    takes_by,
    thing_views,
)
from node.features.networks.actions import leave_network
from node.store.core import Core
from protocol.audience import PUBLIC, Audience
from tests.node.features.networks.test_leaving import homes_of, joined, up
from tests.node.records.test_erasing import confirmed, kinds, raw, wiped
from tests.node.world import Running, befriend, inside, outside, running, until

MARK = "Quittenbaumzeile"
"""In nothing else that a node keeps; `raw` looks for it."""

TABLES = {"title": "Klapptische", "text": MARK, "amount": 12, "unit": "Stück", "place": "Kiel"}


def titles(core: Core, **filters: object) -> list[str]:
    return [one.title for one in thing_views(inside(core), Filters(**filters))]


def offered(one: Running, audience: Audience) -> str:
    return said(one, "offer", audience)


def said(one: Running, kind: str, audience: Audience) -> str:
    id_: str = one.say(publish, kind, audience, TABLES, one.core.clock() + 30 * 86_400)
    return id_


async def test_one_offers_to_the_network_and_the_other_takes(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes, "+--") as (a, b, c):
        network = await joined(a, b, c)
        id_ = offered(b, Audience.network(network))
        # Beta never meets Gamma: the offer and the take go through Alpha.
        await until(lambda: titles(c.core) == ["Klapptische"], "offer")
        c.say(take, find_thing(c.core, id_), 4, "Am Freitag")
        await until(lambda: thing_views(inside(b.core), Filters())[0].takes, "take")
        (view,) = thing_views(inside(b.core), Filters())
        (who,) = view.takes
        assert (who.who.name, who.amount, who.note, who.outdated) == (
            "Gamma",
            4,
            "Am Freitag",
            False,
        )
        # Alpha carried it sealed, and sees the offer alone.
        (seen,) = thing_views(inside(a.core), Filters())
        assert (seen.takes, seen.taken, seen.own) == ((), None, False)
        assert thing_views(outside(a.core), Filters()) == ()
        c.say(end, find_thing(c.core, id_))
        await until(lambda: thing_views(inside(b.core), Filters())[0].takes == (), "taken back")


async def test_who_ends_an_offer_is_told_by_all_that_it_is_gone(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes, "+--") as (a, b, c):
        network = await joined(a, b, c)
        id_ = offered(b, Audience.network(network))
        for one in (a, c):
            await until(lambda one=one: titles(one.core), "offer")
        c.say(take, find_thing(c.core, id_), None, None)
        b.say(end, find_thing(b.core, id_))
        await until(lambda: confirmed(b) == {network, a.id, c.id}, "receipts")
        assert [titles(one.core) for one in (a, b, c)] == [[], [], []]
        assert kinds(b.core) == ["offer"]
        await until(lambda: all(map(wiped, (a, b, c))), "bytes")
        assert raw(*(home.path for home in homes)) == []


async def test_who_leaves_the_network_takes_its_offers_along(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta")
    async with up(homes, "+-") as (a, b):
        network = await joined(a, b)
        offered(b, Audience.network(network))
        await until(lambda: titles(a.core), "offer")
        b.say(leave_network, network)
        assert titles(b.core) == []
        await until(lambda: titles(a.core) == [], "gone")


async def test_peers_without_any_network(tmp_path: Path) -> None:
    """To everybody, and to one peer alone; a want is answered as an offer is."""
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with AsyncExitStack() as stack:
        a, b, c = [
            await stack.enter_async_context(running(home, number == 0))
            for number, home in enumerate(homes)
        ]
        for one in (b, c):
            await befriend(a, one)
        secret = said(a, "want", Audience.direct([b.id]))
        said(a, "offer", PUBLIC)
        for one, count in ((b, 2), (c, 1)):
            await until(lambda one=one, count=count: len(titles(one.core)) == count, "heard")
        wanted = find_thing(b.core, secret)
        b.say(take, wanted, None, None)
        await until(lambda: thing_views(inside(a.core), Filters(kind="want"))[0].takes, "take")
        assert takes_by(b.core, b.id, wanted)[0].expires <= wanted.expires
        assert [one.kind for one in thing_views(inside(c.core), Filters())] == ["offer"]
