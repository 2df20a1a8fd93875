"""What a wrong clock does to a node: nothing own and no tie is lost (docs/protocol.md §4.5).

A table of what clocks do, and beside it what a person reads and whether somebody has to say that
the clock is right. What must hold in the end is the same for all.
"""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from aiohttp.test_utils import make_mocked_request

from node.app import FEATURES, SCHEMA
from node.base.errors import Problem
from node.base.formats import clock
from node.features.erasures.actions import erase_meeting
from node.features.groups.actions import edit_group
from node.features.meetings.actions import edit_meeting, known_meetings, new_meeting
from node.features.peers.actions import invite_peer
from node.features.recovery.rotate import rotate
from node.features.start.actions import initialise
from node.features.status.pages import what_is_wrong
from node.features.ties.pages import ties
from node.keys.home import Home
from node.lookup.types import Viewer
from node.records.transaction import take
from node.store.core import Core
from node.store.directory import Filters
from node.store.timekeeper import EARLIEST
from node.texts import Texts
from node.upkeep.backups import known_backups
from node.web.page import Asked, Panel
from node.web.render import Renderer
from node.web.visit import Visit
from protocol.audience import PUBLIC
from protocol.control_state import Standing
from protocol.kind import Place
from protocol.record import verify
from tests.node.keeping import with_words
from tests.node.machines import DAY, HOUR, Machine, Step, exchange, partnered
from tests.node.world import accept, inside, verified, wind
from tests.sync.people import NOW, Someone

ANNA = Someone("anna")
"""A partner whose machine broke long ago: what she wrote stays only here."""


def on(days: int, now: int = NOW) -> str:
    """What people write for a day in so many days."""
    return datetime.fromtimestamp(now + days * DAY, UTC).strftime("%Y-%m-%dT19:00")


def meeting(title: str, days: int, now: int = NOW) -> dict[str, object]:
    return {
        "title": title,
        "starts": on(days, now),
        "zone": "Europe/Berlin",
        "minutes": 90,
        "place": "Haus",
    }


def by_anna(name: str, lives: int, issued: int) -> bytes:
    content = {**(verify(ANNA.meeting(name)).content or {}), "starts": on(30, issued)}
    return ANNA.say("meeting", content, name=name, lives=lives, issued=issued)


class World(NamedTuple):
    """The node under test; a partner that runs a network, whose clock is always right."""

    alpha: Machine
    beta: Machine
    network: bytes

    def talk(self) -> None:
        """The partner's machine runs all the time, and they speak."""
        self.beta.counted += self.alpha.now - self.beta.now
        self.beta.now = self.alpha.now
        wind(self.beta.core)
        exchange(self.alpha.core, self.beta.core)

    async def settle(self) -> None:
        """A day on which all is well."""
        self.talk()
        await self.beta.look()
        for _ in range(3):
            self.talk()
            await self.alpha.run(0.1, 2 * HOUR)
        self.talk()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    homes = [Home(tmp_path / name) for name in ("Alpha", "Beta")]
    for home in homes:
        initialise(
            home, {"name": home.path.name}, None, secrets.token_bytes, lambda: NOW, schema=SCHEMA
        )
    alpha, beta = (Machine(home) for home in homes)
    for one in (alpha, beta):
        wind(one.core)
    a, b = alpha.core, beta.core
    network = partnered(a, b)
    new_meeting(a, a.home_id, "public", meeting("Fest", 300))
    new_meeting(b, b.home_id, "public", meeting("Plenum", 320))
    accept(a, ANNA)
    assert take(a, verified(by_anna("treff", 100 * DAY, NOW))) == [None]
    exchange(a, b)
    found = World(alpha, beta, network)
    await alpha.run(4)
    found.talk()
    yield found
    for one in (alpha, beta):
        one.off()


def titles(core: Core) -> list[str]:
    return sorted(one.content["title"] for one in known_meetings(core))


def holds_annas(core: Core) -> bool:
    return bool(core.db.all("select 1 from records where kind = 'meeting' and name = 'treff'"))


class Case(NamedTuple):
    """`fault`: what happens; `told`: what a person reads then; `mend`: until all is right again.

    `annas`: whether what somebody else wrote, which ran out after 100
    days, is still on the disk after the fault, and when all is right.
    """

    fault: list[Step]
    told: str | None
    mend: list[Step]
    annas: tuple[bool, bool] = (True, True)
    alone: bool = True
    """Whether the clock alone is enough to delete in the end what others wrote; else it takes
    somebody who says the same."""


RIGHT, CONFIRM = Step("right"), Step("confirm")

CASES = {
    "as it should be": Case([Step("runs", 20)], None, []),
    "as it should be, for long": Case([Step("runs", 120)], None, [], (False, False)),
    "500 days ahead at one start": Case(
        [Step("boots", NOW + 500 * DAY), Step("runs", 1)], "ahead", [Step("boots", NOW + 5 * DAY)]
    ),
    "500 days ahead, again and again": Case(
        [Step("boots", NOW + (500 + n) * DAY) for n in range(4)], "ahead", [RIGHT]
    ),
    "500 days ahead for a month": Case(
        [Step("boots", NOW + 500 * DAY), Step("runs", 30)], "ahead", [RIGHT]
    ),
    "ahead while it runs": Case([Step("set", 500), Step("runs", 2)], "ahead", [RIGHT]),
    "years ahead for an hour": Case([Step("set", 9_000), Step("runs", 0.04)], "ahead", [RIGHT]),
    "off for 20 days": Case([Step("off", 20), Step("runs", 1)], "ahead", [CONFIRM]),
    "off for 190 days": Case(
        [Step("off", 190), Step("runs", 1)], "ahead", [CONFIRM], (True, False)
    ),
    "off for 450 days": Case(
        [Step("off", 450), Step("runs", 1)], "ahead", [CONFIRM], (True, False)
    ),
    "off for a fortnight": Case([Step("off", 14), Step("runs", 1)], None, [], alone=False),
    "every other weekend": Case([Step("off", 13), Step("runs", 1)] * 9, "unsure", [], alone=False),
    "every other weekend, and others say the same": Case(
        [Step("off", 13), Step("heard", 2), Step("runs", 1)] * 9, None, [], (False, False)
    ),
    "every other weekend, and one says the same": Case(
        [Step("off", 13), Step("heard", 1), Step("runs", 1)] * 9, "unsure", [], alone=False
    ),
    "off for 190 days, and others say the same": Case(
        [Step("off", 190), Step("heard", 2), Step("runs", 1)], None, [], (False, False)
    ),
    "off for 190 days, and one says the same": Case(
        [Step("off", 190), Step("heard", 1), Step("runs", 1)], "ahead", [CONFIRM], (True, False)
    ),
    "10 days ahead, and others say otherwise": Case(
        [Step("set", 10), Step("heard", 2), Step("runs", 1)], "partners", [RIGHT]
    ),
    "10 days ahead, and one says otherwise": Case(
        [Step("set", 10), Step("heard", 1), Step("runs", 1)], None, [RIGHT]
    ),
    "500 days ahead, and others say otherwise": Case(
        [Step("set", 500), Step("heard", 2), Step("runs", 3)], "ahead", [RIGHT]
    ),
    "2 days forward while it runs": Case([Step("set", 2), Step("runs", 3)], None, [RIGHT]),
    "2 days back while it runs": Case(
        [Step("set", -2), Step("runs", 3)], None, [RIGHT], alone=False
    ),
    "to and fro": Case([Step("set", d) for d in (2, -2, 400, -2, 2)], None, [RIGHT]),
    "years back while it runs": Case([Step("set", -700), Step("runs", 3)], "unset", [RIGHT]),
    "40 days back while it runs": Case([Step("set", -40), Step("runs", 3)], "behind", [RIGHT]),
    "boots in 1970": Case([Step("boots", 100), Step("runs", 3)], "unset", [RIGHT]),
    "boots in 1970, each time": Case([Step("boots", 100), Step("runs", 1)] * 5, "unset", [RIGHT]),
    "off for 10 days, then 1970 until the net is there": Case(
        [Step("off", 10), Step("boots", 100)], "unset", [RIGHT], alone=False
    ),
    "boots at its last shutdown": Case(
        [Step("stopped", 10), Step("runs", 1)], None, [RIGHT], alone=False
    ),
    "boots at its last shutdown, off for long": Case(
        [Step("stopped", 200), Step("runs", 1), RIGHT, Step("runs", 1)],
        "ahead",
        [CONFIRM],
        (True, False),
    ),
    "dead battery at the time of its system": Case(
        [Step("boots", EARLIEST + DAY), Step("runs", 1)] * 3, "behind", [RIGHT]
    ),
    "asleep for 3 weeks": Case([Step("sleeps", 21), Step("runs", 1)], None, []),
    "asleep for 3 weeks, and nobody counted": Case(
        [Step("forgets", 21), Step("runs", 1)], "ahead", [CONFIRM]
    ),
    "somebody confirmed a wrong clock": Case(
        [Step("set", 500), CONFIRM, Step("runs", 3), RIGHT, Step("runs", 1)],
        "behind",
        [CONFIRM],
        (False, False),
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_history(name: str, world: World) -> None:
    case, (alpha, beta, network) = CASES[name], world
    me, partner = alpha.core.home_id, beta.core.home_id
    before = [one.name for one in known_backups(alpha.core)][-3:]
    for step in case.fault:
        await alpha.do(step)
    told = alpha.told
    expected = {case.told} if case.told else {None, "mended"}
    assert (told.trouble if told else None) in expected
    assert holds_annas(alpha.core) is case.annas[0]
    if told and case.told in ("ahead", "behind", "unset"):
        for language in ("de", "en"):
            assert "verbund clock confirm" in words(told, language) or case.told == "unset"
        with pytest.raises(Problem, match=r"clock-unsure|no-address"):
            invite_peer(alpha.core, me)
    if alpha.now - NOW < 20 * DAY and case.told != "behind":  # nothing of that time went
        assert {*before} <= {one.name for one in known_backups(alpha.core)}
    for step in case.mend:
        await alpha.do(step)
    await world.settle()
    told = alpha.told
    assert told is None or told.trouble in ("mended", None if case.alone else "unsure")
    now, a, b = alpha.now, alpha.core, beta.core
    assert holds_annas(a) is case.annas[1]
    # Ties, on both sides.
    assert (a.ties.accepts(me, partner, now), b.ties.accepts(partner, me, now)) == (True, True)
    assert a.ties.accepts(me, ANNA.id, now)
    assert [one.ties.standing(network, me, now) for one in (a, b)] == [Standing.MEMBER] * 2
    # What is one's own, here and where others see it.
    for core in (a, b):
        assert core.directory.find("Alpha", Filters(now), 5).total == 1
        assert core.directory.find("Beta", Filters(now), 5).total == 1
    over = now - NOW
    ahead = [title for title, days in (("Fest", 300), ("Plenum", 320)) if over < days * DAY]
    assert [t for t in titles(a) if t in ("Fest", "Plenum")] == ahead == titles(b)
    own = a.records.all_by(me)
    assert any(
        r.kind == "meeting" and r.content["title"] == "Fest" for _n, r, _i in own if r.content
    )
    # Upkeep goes on.
    assert take(a, verified(by_anna("kurz", DAY, now))) == [None]
    count = len(a.db.all("select 1 from records where name = 'kurz'"))
    await alpha.run(2)
    gone = a.db.all("select 1 from records where name = 'kurz'") == []
    assert (count, gone) == (1, case.alone)
    if not case.alone:
        await alpha.do(Step("heard", 2))
        await alpha.look()
        assert a.db.all("select 1 from records where name = 'kurz'") == []
    assert day_of(alpha.now) in {one.name for one in known_backups(a)}
    # No clock that is right sees anything from the future.
    a.home  # noqa: B018
    for _no, record, _inner in a.records.all_by(me):
        assert record.issued <= alpha.now
    assert alpha.core.records.last() >= 1
    assert b.refused.counts().get("future", 0) < 200


def day_of(now: int) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d.verbund")


def words(told: object, language: str) -> str:
    return clock(told, Texts(language))


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_page_says_what_is_wrong(language: str, world: World) -> None:
    """And what to do, in words of its own language; nothing once all is well."""
    alpha, visit = world.alpha, Visit(Viewer.INSIDE, Texts(language), "/ties", {}, "token")

    def panels(asked: Asked, page: str, _id: str) -> list[Panel]:
        return [what_is_wrong(asked, "")] if page == "ties_first" else []

    def page() -> str:
        request = make_mocked_request("GET", "/ties")
        nobody = dict.fromkeys(("messages", "sessions", "signing"))
        nothing = {"panels": panels, "todos": lambda *_: ()}
        asked = Asked(request, visit, inside(alpha.core), None, **nothing, **nobody)
        return Renderer(FEATURES).render(ties(asked), visit, "Alpha", alpha.core.clock())

    assert 'id="clock"' not in page()
    await alpha.do(Step("set", 500))
    assert "verbund clock confirm" in page()
    await alpha.do(Step("boots", 9))
    assert "1970" in page()
    edit_group(alpha.core, alpha.core.home_id, {"region": "Kiel"})
    await alpha.do(Step("right"))
    assert Texts(language)("dates.clock.mended", shown="", expected="", n=1)[:40] in page()


@pytest.mark.parametrize("mend", ["edit", "erase"])
async def test_what_the_right_clock_does_not_allow_is_told(mend: str, world: World) -> None:
    """A meeting of a clock that was three years ahead: only its group sees it, and hears so."""
    alpha = world.alpha
    await alpha.do(Step("set", 3 * 365))
    core = alpha.core
    new_meeting(core, core.home_id, "public", meeting("Traum", 30, core.clock()))
    await alpha.do(Step("right"))
    told = alpha.told
    assert told is not None
    assert (told.trouble, told.left) == ("mended", 1)
    for language in ("de", "en"):
        said = words(told, language)
        assert "verbund meeting edit" in said
        assert "verbund meeting erase" in said
    core = alpha.core
    assert "malformed" not in core.refused.counts()  # it is nobody else's
    dream = next(one for one in known_meetings(core) if one.content["title"] == "Traum")
    if mend == "erase":
        erase_meeting(core, core.home_id, dream)
    else:
        edit_meeting(core, core.home_id, dream, {"starts": on(30, alpha.now)})
    world.talk()
    shown = [one for one in titles(world.beta.core) if one == "Traum"]
    assert shown == ([] if mend == "erase" else ["Traum"])


async def test_new_keys_after_a_clock_that_was_ahead(tmp_path: Path) -> None:
    """What was dated too late is signed again under the new link, not left behind."""
    home, phrase = with_words(tmp_path, "Alpha")
    machine = Machine(home)
    wind(machine.core)
    await machine.do(Step("set", 500))
    edit_group(machine.core, machine.core.home_id, {"region": "Kiel"})
    machine.error = 0
    rotate(machine.core, phrase, machine.core.home_id, compromised=True)
    await machine.look()
    record = machine.core.records.at(Place(machine.core.home_id, PUBLIC, "group", ""))
    assert record is not None
    assert (record.seq.link, record.issued <= machine.now < record.expires) == (1, True)
    machine.off()
