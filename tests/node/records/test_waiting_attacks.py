"""A node that may issue nothing (§4.4), while certificates and decisions want it to act."""

from pathlib import Path

import pytest

from node.records import stale_copy
from node.records.transaction import act, go_on
from node.store.core import Core
from tests.node.council import Council, amend, move


@pytest.mark.parametrize("moving", [True, False], ids=["moves", "keeps"])
def test_decided_while_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moving: bool
) -> None:
    """Nothing is tried that must fail, however often somebody votes; it is done afterwards."""
    net = Council(tmp_path, "Host Anna Bert")
    proposed = net.propose("Anna", move if moving else amend, fields={"motto": "Neu"})
    net.tell()
    name = "Anna" if moving else "Host"
    core = net[name]
    with core.transaction():
        stale_copy.begin(core, "newer")
    keys, reloads = core.home.key_file.read_bytes(), 0
    real = Core.reload

    def counted(self: Core) -> None:
        nonlocal reloads
        reloads += 1
        real(self)

    monkeypatch.setattr(Core, "reload", counted)
    net.vote("Bert", proposed)
    net.tell()
    assert net.links(name) == 2
    assert reloads == 0
    assert core.home.key_file.read_bytes() == keys
    go_on(core)
    net.tell()
    assert {net.links(one) for one in ("Host", "Anna", "Bert")} == {3}
    assert net.motto("Bert") == "Neu"
    with act(core):
        pass
