"""Participants between real nodes over real sockets: released, arrived, taken back, confirmed."""

from pathlib import Path

from node.features.mine.consenting import PAGE, Asked, consents_of
from node.features.mine.disclosing import disclosure_views
from node.features.mine.erasing import deletion, erase_person
from node.features.networks.actions import leave_network
from node.features.participants.actions import content_of, release, take_back
from node.features.participants.views import participant_views
from node.people.persons import Person
from node.store.core import Core
from node.texts import Texts
from protocol.audience import Audience
from tests.node.features.networks.test_leaving import homes_of, joined, up
from tests.node.records.test_erasing import raw, wiped
from tests.node.web.conftest import person
from tests.node.world import Running, inside, outside, until

MARK = "Quittenbaumzeile"
"""In nothing else that a node keeps; `raw` looks for it."""

SAID = {"name": "Ada K.", "mail": "ada@example.org", "about": MARK, "topics": ["Mietrecht"]}


def released(core: Core, who: Person, audience: Audience, **fields: object) -> None:
    content = SAID | fields
    words = {name: f"Ja zu {name}" for name in content}
    release(core, who.id, audience, content, Asked("de", words, PAGE))


def names(core: Core, audience: Audience) -> list[str]:
    return [one.name for one in participant_views(inside(core), audience)]


def states(core: Core, who: Person) -> list[dict[str | None, str]]:
    """Of each thing that went out, the latest first: how far each group is."""
    views = disclosure_views(inside(core), who.id)
    return [{one.who.name: one.state for one in view.receivers} for view in views]


def after(one: Running, action: object) -> None:
    action()
    one.links.stored()


async def test_released_arrives_and_taken_back_is_confirmed(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes, "+--") as (a, b, c):
        network = Audience.network(await joined(a, b, c))
        ada = person(b.core, "Ada")
        after(b, lambda: released(b.core, ada, network))
        for one in (a, c):  # Beta never meets Gamma: it goes through Alpha
            await until(lambda one=one: names(one.core, network) == ["Ada K."], "arrives")
        (seen,) = participant_views(inside(c.core), network)
        assert (seen.group.name, seen.mail, seen.phone, seen.own) == (
            "Beta",
            "ada@example.org",
            None,
            False,
        )
        assert participant_views(outside(c.core), network) == ()
        # To whom it went, as its person sees it: Alpha has it for sure, Gamma may have it.
        await until(lambda: states(b.core, ada)[0].get("Alpha") == "has", "handed over")
        assert states(b.core, ada)[0]["Gamma"] == "may"
        assert {one.words for one in consents_of(b.core, ada.id)} == {
            f"Ja zu {name}" for name in SAID
        }
        after(b, lambda: take_back(b.core, ada.id, network, PAGE))
        for one in (a, c):
            await until(lambda one=one: names(one.core, network) == [], "gone")
        await until(lambda: set(states(b.core, ada)[0].values()) == {"confirmed"}, "receipts")
        assert {"Alpha", "Gamma"} <= states(b.core, ada)[0].keys()
        assert all(one.withdrawn is not None for one in consents_of(b.core, ada.id))
        await until(lambda: all(map(wiped, (a, b, c))), "bytes")
        assert raw(*(home.path for home in homes)) == []


async def test_one_field_taken_back_is_erased_with_the_old_entry(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta")
    async with up(homes, "+-") as (a, b):
        network = Audience.network(await joined(a, b))
        ada = person(b.core, "Ada")
        after(b, lambda: released(b.core, ada, network))
        await until(lambda: names(a.core, network) == ["Ada K."], "arrives")
        (before,) = participant_views(inside(a.core), network)
        after(b, lambda: take_back(b.core, ada.id, network, PAGE, "about"))
        await until(
            lambda: [one.about for one in participant_views(inside(a.core), network)] == [None],
            "the rest",
        )
        (now,) = participant_views(inside(a.core), network)
        assert (now.mail, now.id != before.id) == ("ada@example.org", True)
        await until(lambda: states(b.core, ada)[1].get("Alpha") == "confirmed", "receipt")
        open_ = [one.field for one in consents_of(b.core, ada.id) if one.withdrawn is None]
        assert sorted(open_) == ["mail", "name", "topics"]
        await until(lambda: all(map(wiped, (a, b))), "bytes")
        assert raw(*(home.path for home in homes)) == []


async def test_who_has_everything_erased_sees_the_receipts(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta")
    async with up(homes, "+-") as (a, b):
        network = Audience.network(await joined(a, b))
        ada = person(b.core, "Ada")
        after(b, lambda: released(b.core, ada, network))
        await until(lambda: names(a.core, network) == ["Ada K."], "arrives")
        done = erase_person(b.core, ada.id)
        b.links.stored()
        await until(lambda: names(a.core, network) == [], "gone")
        found = deletion(b.core, done.token)
        assert found is not None
        (tombstone,) = found.tombstones
        no = b.core.erasures.of_tombstone(tombstone)
        await until(
            lambda: any(w.erasure == no and w.confirmed for w in b.core.erasures.waiting()),
            "receipt",
        )
        assert content_of(b.core, ada.id, network) is None
        assert disclosure_views(inside(b.core), ada.id) == ()
        await until(lambda: all(map(wiped, (a, b))), "bytes")
        assert raw(*(home.path for home in homes)) == []


async def test_leaving_ends_all_that_went_there(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta")
    async with up(homes, "+-") as (a, b):
        network = Audience.network(await joined(a, b))
        ada = person(b.core, "Ada")
        after(b, lambda: released(b.core, ada, network))
        await until(lambda: names(a.core, network) == ["Ada K."], "arrives")
        b.say(leave_network, network.ids[0])
        assert names(b.core, network) == []
        await until(lambda: names(a.core, network) == [], "gone")
        (view,) = disclosure_views(inside(b.core), ada.id)
        assert view.how == "left"
        assert all(one.withdrawn_how == "left" for one in consents_of(b.core, ada.id))


async def test_to_one_partner_group_alone(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes, "+--") as (a, b, c):
        network = Audience.network(await joined(a, b, c))
        to_alpha = Audience.direct([a.id])
        ada = person(b.core, "Ada")
        after(b, lambda: released(b.core, ada, to_alpha))
        await until(lambda: names(a.core, Audience.direct([b.id])) == ["Ada K."], "arrives")
        assert (names(a.core, network), names(c.core, network)) == ([], [])
        assert names(c.core, Audience.direct([b.id])) == []
        after(b, lambda: take_back(b.core, ada.id, to_alpha, PAGE))
        await until(lambda: states(b.core, ada)[0].get("Alpha") == "confirmed", "receipt")
        assert Texts("de")("mine.receiver.confirmed", who="Alpha", day="").startswith("Alpha hat")
