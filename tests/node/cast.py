"""A member of a network and everybody around it, for the tests of the intake."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.features.networks.actions import apply_to_network
from node.records.transaction import take
from node.store.core import Core
from protocol.audience import PUBLIC, Audience
from protocol.ids import to_name
from protocol.record import verify
from tests.node.world import accept, make_core, verified
from tests.sync.people import Someone, entropy

PEER, STRANGER, MEMBER, LEFT = (Someone(n) for n in ("peer", "stranger", "member", "left"))
NET, FOREIGN = (Someone(n, [MEMBER.id]) for n in ("net", "foreign"))
EPOCH, OLD = entropy("now", size=16), entropy("then", size=16)
TO_NET, TO_FOREIGN = Audience.network(NET.id), Audience.network(FOREIGN.id)
MARK = "Geheimnis"
"""Stands in every record: what is refused is written down without it."""


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    """A member of NET who accepts PEER. MEMBER is a member, LEFT left, STRANGER is nobody."""
    core = make_core(tmp_path)
    accept(core, PEER)
    some = [one.introduction() for one in (MEMBER, LEFT, NET, FOREIGN)]
    some += [NET.charter(MEMBER), FOREIGN.charter(MEMBER)]
    assert set(take(core, verified(*some), frozenset({NET.id, FOREIGN.id}))) == {None}
    apply_to_network(core, core.home_id, NET.id, None)
    bond = core.ties.bond(NET.id, core.home_id)
    assert bond is not None
    assert bond.membership is not None
    me = core.home_id
    admission = {"member": me, "decision": "admitted", "reason": None}
    epoch = bond.membership.epoch
    some = [
        NET.say("admission", admission, TO_NET, to_name(me), epoch),
        MEMBER.joins(NET, EPOCH),
        NET.admits(MEMBER, EPOCH),
        LEFT.joins(NET, OLD, stands=False),
        NET.admits(LEFT, OLD),
    ]
    assert set(take(core, verified(*some))) == {None}
    yield core
    core.close()


def group(by: Someone, audience: Audience = PUBLIC, epoch: bytes | None = None) -> bytes:
    content = {**(verify(by.group()).content or {}), "name": MARK, "purpose": MARK}
    return by.say("group", content, audience, epoch=epoch)


def stored(core: Core) -> list[Any]:
    return core.db.all("select kind, name, envelope from records order by no")


def noted(core: Core) -> str:
    return repr(core.db.all("select code, kind, detail from refused"))


def says_nothing(core: Core) -> None:
    """Neither contents nor ids stand in what was written down."""
    text = noted(core)
    some = (core.home_id, PEER.id, MEMBER.id, STRANGER.id, NET.id, FOREIGN.id, LEFT.id)
    assert [one for one in some if to_name(one) in text or repr(one)[2:-1] in text] == []
    assert MARK not in text


MEETING = {
    "title": MARK,
    "starts": "2027-03-05T19:00",
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus der Vereine",
}
