"""Filling somebody else's store, by audiences that nobody has (§4.8)."""

import pytest

from node import intake
from node.core import Core
from node.desk import take
from protocol.audience import Audience
from protocol.record import verify
from protocol.sealed import outer_name
from tests.node.cast import MEMBER, PEER, core, group
from tests.node.world import verified
from tests.sync.people import Someone, entropy

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
