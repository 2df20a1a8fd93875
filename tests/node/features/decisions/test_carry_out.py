"""A decision is carried out wholly or not at all, whenever the power fails (protocol.md §6.7)."""

import shutil
from pathlib import Path

import pytest

from node.app import open_core
from node.base.events import Event
from node.features.decisions.carry_out import carry_out
from node.keys.home import Home
from node.records.publish import Publisher
from node.store.core import Core
from protocol.record import Record
from tests.node.council import Council, amend, move
from tests.sync.people import NOW


class Killed(BaseException):
    """No process goes on after this."""


def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, moving: bool) -> Home:
    """The node that has to act, stopped after it heard the last vote."""
    net = Council(tmp_path, "Host Anna Bert")
    tell = Core.tell

    def other(self: Core, what: Event, *values: object) -> bool:
        return what is not Event.DECIDED and tell(self, what, *values)

    monkeypatch.setattr(Core, "tell", other)
    proposed = net.propose("Anna", move if moving else amend, fields={"motto": "Neu"})
    net.tell()
    net.vote("Bert", proposed)
    net.tell()
    assert net.links("Bert") == 2
    name = "Anna" if moving else "Host"
    for core in net.cores.values():
        core.close()
    return net[name].home


def killed_at(core: Core, number: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Let the process die at the so-many-th thing that is written; whether there was one."""
    write, resigned, count = Publisher.write, Publisher.take_own, 0

    def dies(self: Publisher, raw: bytes) -> Record:
        nonlocal count
        if count == number:
            raise Killed
        count += 1
        return resigned(self, raw)

    with monkeypatch.context() as patch:
        patch.setattr(Publisher, "take_own", dies)
        patch.setattr(Core, "restore_keys", lambda _core: None)
        patch.setattr(Core, "reload", lambda _core: None)
        try:
            carry_out(core)
        except Killed:
            return True
    assert write is Publisher.write
    return False


@pytest.mark.parametrize("moving", [True, False])
def test_every_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, moving: bool) -> None:
    home = prepared(tmp_path, monkeypatch, moving=moving)
    number = 0
    while True:
        copy = Home(tmp_path / f"copy {number}")
        shutil.copytree(home.path, copy.path)
        core = open_core(copy, clock=lambda: NOW)
        (network,) = core.ties.decisions.proposals
        died = killed_at(core, number, monkeypatch)
        core.close()
        core = open_core(copy, clock=lambda: NOW)
        if died:
            assert len(core.ties.identities[network].links) == 2
            assert carry_out(core) == [network]
        assert carry_out(core) == []
        assert network in core.own
        assert len(core.ring.held) == 2
        assert len(core.ring.slots) == 15 if not moving else 16 - 1
        assert core.ties.charters[network].content["motto"] == "Neu"
        assert len(core.ties.members(network, NOW)) == 3
        assert len(core.ties.identities[network].links) == 3
        core.close()
        number += 1
        if not died:
            break
    assert number >= 3
