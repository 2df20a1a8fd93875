"""Filling somebody else's store, by audiences that nobody has (§4.8)."""

from pathlib import Path

import pytest

from node.records import intake
from node.records.transaction import take
from node.store.core import Core
from node.upkeep.tidying import tidy
from protocol.audience import Audience
from protocol.record import verify
from protocol.sealed import outer_name
from tests.node.cast import MEMBER, PEER, core, group
from tests.node.world import Clock, accept, make_core, verified, wind
from tests.sync.people import NOW, Someone, entropy

__all__ = ["core"]


def sealed_to_invented(core: Core, by: Someone, number: int, slot: int = 0) -> bytes:
    """To this node, and to somebody who does not exist."""
    audience = Audience.direct(sorted([core.home_id, entropy("nobody", number)]))
    garbage = {"wraps": [bytes(80)] * 3, "box": bytes(300)}
    name = outer_name(entropy("name", number, slot, size=16))
    kind = "sealed" if number % 2 else "closed"
    return by.say(kind, garbage, audience, name)


def count(core: Core) -> int:
    return int(core.db.one("select count(*) from records")[0])


def test_invented_audiences(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "OUTSIDE_BY_ONE", 20)
    before = count(core)
    codes: list[str | None] = []
    for start in range(0, 60, 15):
        batch = [sealed_to_invented(core, PEER, n) for n in range(start, start + 15)]
        codes += take(core, verified(*batch), frozenset({PEER.id}))
    assert count(core) <= before + 20
    assert set(codes[20:]) == {"over-limit"}
    other = sealed_to_invented(core, MEMBER, 1)
    assert take(core, verified(other, group(PEER))) == [None, None], "nobody else is hindered"


def test_what_stands_can_be_erased(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer at its limit still takes back what it said."""
    monkeypatch.setattr(intake, "OUTSIDE_BY_ONE", 3)
    batch = [sealed_to_invented(core, PEER, n) for n in range(3)]
    take(core, verified(*batch), frozenset({PEER.id}))
    old = verify(batch[0])
    assert take(core, verified(PEER.say(old.kind, None, old.audience, old.name))) == [None]
    assert take(core, verified(sealed_to_invented(core, PEER, 9))) == ["over-limit"]


@pytest.mark.parametrize("what", ["all", "outside", "bytes", "strangers"])
def test_one_author_costs_what_it_said(core: Core, what: str) -> None:
    """Chains that grow are free for whoever sends them: no look at everybody's records for each."""
    statement = {
        "all": "select no, envelope from records r where r.author = ?",
        "outside": "select count(*) from outside where author = ?",
        "bytes": "select coalesce(sum(size), 0) from outside where author = ? and carried >= 1",
        "strangers": "select count(*) from records where author = ? and kind <> 'identity'",
    }[what]
    (plan,) = core.db.all(f"explain query plan {statement}", (1,))
    table = "outside" if "from outside" in statement else "records"
    assert f"{table}_author" in plan[3]


def test_a_chain_that_grows_all_the_time(core: Core) -> None:
    """Each link is stored in place of the one before it, and nothing else is kept."""
    one, raws = Someone("rotates"), []
    for _ in range(40):
        raws.append(one.introduction())
        one.rotate()
    before = count(core)
    assert set(take(core, verified(*raws), frozenset({one.id}))) == {None}
    assert count(core) == before + 1
    assert len(core.ties.successions[one.id].witnesses) == 1


def sizes(core: Core) -> tuple[int, int]:
    """How many identities and audiences have a number."""
    one, other = (core.db.one(f"select count(*) from {t}")[0] for t in ("identities", "audiences"))
    return one, other


def short_lived(core: Core, number: int) -> list[bytes]:
    """Ten identities, and a sealed record to us and to each of them, for a minute."""
    strangers = [Someone(f"invented {number} {turn}") for turn in range(10)]
    garbage = {"wraps": [bytes(80)] * 3, "box": bytes(300)}
    found = [one.introduction() for one in strangers]
    for one in strangers:
        audience = Audience.direct([core.home_id, one.id])
        name = outer_name(one.id[:16])
        found.append(PEER.say("sealed", garbage, audience, name, lives=60, issued=core.clock()))
    return found


def test_what_was_invented_leaves_no_numbers(tmp_path: Path) -> None:
    """Day after day new names and new audiences: the store is as large as what is alive."""
    clock = Clock()
    core = make_core(tmp_path, clock=clock)
    accept(core, PEER)
    tidy(core)
    known = []
    for day in range(4):
        codes = take(core, verified(*short_lived(core, day)), frozenset({PEER.id}))
        assert set(codes) == {None}
        for hours in (1, 25):
            clock.now = NOW + day * 90_000 + hours * 3_600
            wind(core)
            tidy(core)
        known.append(sizes(core))
    assert known[1:] == [known[0]] * 3, "no more than after the first day"
    assert take(core, verified(PEER.meeting("fest"))) == [None]
    (meeting,) = core.records.statements("meeting", clock.now)
    assert (meeting.author, meeting.name) == (PEER.id, "fest")
    core.reload()
    assert PEER.id in core.ties.identities
    core.close()


def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    """What somebody remembers of a number that was taken back is nobody else's now."""
    clock = Clock()
    core = make_core(tmp_path, clock=clock)
    accept(core, PEER)
    gone, fresh = Someone("gone"), Someone("fresh")
    take(core, verified(gone.introduction()), frozenset({gone.id}))
    before = core.records.identities.known(gone.id)
    assert before is not None
    for hours in (0, 26):
        clock.now = NOW + hours * 3_600
        tidy(core)
    take(core, verified(fresh.introduction()), frozenset({fresh.id}))
    assert core.records.identities.of(fresh.id) > before
    again = verified(gone.introduction(), gone.group())
    assert take(core, again, frozenset({gone.id})) == [None, None]
    assert [
        one.author for one in core.records.statements("group", clock.now) if one.author == gone.id
    ]
    core.close()
