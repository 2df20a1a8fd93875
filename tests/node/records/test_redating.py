"""What a wrong clock did is mended when it is right (§4.5, 5)."""

from pathlib import Path

from node.features.groups.actions import edit_group
from node.links.peer_proofs import may_go_on
from node.records.redating import redate
from node.records.stale_copy import begin, finish, state
from node.records.transaction import take
from protocol.audience import PUBLIC
from protocol.kind import Place
from protocol.record import compose
from tests.node.council import Council
from tests.sync.people import verify

YEAR = 365 * 86_400


def test_keys_that_were_replaced_while_all_seemed_to_have_run_out(tmp_path: Path) -> None:
    """Nothing seemed to live, so nothing was signed again; by the right clock all of it does."""
    net = Council(tmp_path, "Host Anna")
    host, anna = net.host, net["Anna"]
    edit_group(host, host.home_id, {"region": "Kiel"})
    net.tell()
    net.clock.now += 20 * YEAR
    net.rotate("Host", host.home_id, compromised=True)
    (entry,) = host.records.statements("group", 0, author=host.home_id)
    assert entry.seq.link == 0
    net.clock.now -= 20 * YEAR
    redate(host)
    (entry,) = host.records.statements("group", 0, author=host.home_id)
    assert (entry.seq.link, entry.content["region"]) == (1, "Kiel")
    net.tell()
    (entry,) = anna.records.statements("group", anna.clock(), author=host.home_id)
    assert (entry.seq.link, entry.content["region"]) == (1, "Kiel")


def test_an_old_copy_waits_for_a_right_clock(tmp_path: Path) -> None:
    """What it said since the backup would be refused as of the future: no round counts (§4.4)."""
    net = Council(tmp_path, "Host Anna")
    host, peer = net.host, [net["Anna"].home_id]
    with host.transaction():
        begin(host, "restored")
    assert may_go_on(host, peer)
    net.clock.now -= 2 * YEAR
    assert host.clock.trouble
    assert not may_go_on(host, peer)
    net.clock.now += 2 * YEAR
    assert may_go_on(host, peer)


def test_an_old_copy_hears_what_a_wrong_clock_had_dated(tmp_path: Path) -> None:
    """Others took it by clocks that were wrong, too, and hold it until it is said again."""
    net = Council(tmp_path, "Host Anna")
    host, anna = net.host, net["Anna"]
    edit_group(host, host.home_id, {"region": "Kiel"})
    net.tell()
    (entry,) = host.records.statements("group", 0, author=host.home_id)
    held, place = host.ring.get(host.home_id), Place(host.home_id, PUBLIC, "group", entry.name)
    assert held is not None
    ahead, seq = net.clock.now + 20 * YEAR, entry.seq._replace(counter=entry.seq.counter + 100)
    content = {**entry.content, "region": "Husum"}
    said = compose(held.signing, place, seq, ahead, ahead + 86_400, content)
    assert take(host, [verify(said)], anna.own) == [None]
    assert take(anna, [verify(said)], host.own) == ["future"]
    assert state(host) == "newer"
    with host.transaction():
        finish(host)
    assert redate(host) == 1
    (entry,) = host.records.statements("group", 0, author=host.home_id)
    assert (entry.content["region"], entry.issued) == ("Husum", net.clock.now)
    assert entry.seq > seq
    net.tell()
    (entry,) = anna.records.statements("group", anna.clock(), author=host.home_id)
    assert entry.content["region"] == "Husum"
