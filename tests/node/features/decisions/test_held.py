"""What members decided is held: two at once, split in half, and after a total loss (§6.10)."""

from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.decisions.actions import Wish
from node.features.networks.held import held_of
from node.features.recovery.memory import remember
from node.records.transaction import take
from protocol.audience import Audience
from protocol.ids import to_name
from protocol.kind import Place
from tests.node.council import Council, amend, move

ALL = "Host Anna Bert Cleo Dora"


def test_what_a_group_said_comes_back_with_its_records(tmp_path: Path) -> None:
    """After a total loss its attestation is what it holds, and its votes are its own again."""
    net = Council(tmp_path, ALL)
    moved = net.propose("Anna", move)
    net.tell()
    net.vote("Bert Cleo", moved)
    net.tell()
    bert = net["Bert"]
    memory = bert.ties.memory
    before = dict(memory.held), dict(memory.stated), set(memory.votes)
    assert before[0] == before[1]
    with bert.transaction():
        for key, _value in bert.settings.starting_with("memory/"):
            bert.settings.set(key, None)
    bert.reload()
    assert bert.ties.memory.held == {}
    with bert.transaction():
        remember(bert)
    bert.reload()
    memory = bert.ties.memory
    assert (memory.held, memory.stated, memory.votes) == before
    assert bert.ties.successions[net.network].held == before[0][net.network]


def test_a_vote_that_only_a_chain_shows_comes_back(tmp_path: Path) -> None:
    """A host that moved its network alone, and was restored from before: a mere peer has the chain,
    and no vote. Without the memory of it the host would go on with keys that nobody knows."""
    net = Council(tmp_path, "Host Anna")
    host = net["Host"]
    link = host.ties.identities[net.network].decision.digest
    with host.transaction():
        said = host.records.headers(0, ["vote", "attestation"])
        host.records.delete([one.ref for one in said])
        for key, _value in host.settings.starting_with("memory/"):
            host.settings.set(key, None)
    host.reload()
    assert host.ties.identities[net.network].decision.digest != link
    with host.transaction():
        remember(host)
    assert host.ties.memory.votes == {(host.home_id, link)}
    assert host.ties.identities[net.network].decision.digest == link


def test_who_joins_hears_what_is_final_also_under_keys_called_stolen(tmp_path: Path) -> None:
    """The founder's vote counts no more for who hears first that his key was stolen; what he
    attests under the new one does, and an applicant may know whom the chain names (§6.5)."""
    net = Council(tmp_path, "Host Anna", waits="Late")
    link = net["Host"].ties.identities[net.network].decision.digest
    net.rotate("Host", net["Host"].home_id, compromised=True)
    late = net.cores["Late"] = net.waiting["Late"]
    assert not late.ties.identities[net.network].decision.by_majority
    net.tell()
    assert late.ties.identities[net.network].decision.digest == link
    assert net.motto("Late") == net.motto("Host")


def test_two_decisions_at_once_come_to_one(tmp_path: Path) -> None:
    """One of three votes for both: what two attest is final, without anybody asked."""
    net = Council(tmp_path, "Host Anna Bert")
    one = net.propose("Anna", move, fields={"motto": "Anna"})
    other = net.propose("Bert", move, fields={"motto": "Bert"})
    net.tell()
    for proposed in (one, other):
        net.vote("Host", proposed, instead=True)
    net.tell()
    found = [net[name].ties.successions[net.network] for name in net.cores]
    assert len({one.counts.decision.digest for one in found}) == 1
    assert not any(one.frozen for one in found)


def test_who_is_split_in_half_decides_once_more(tmp_path: Path) -> None:
    """Two vote for both; each node sees another one first. A joint decision follows both."""
    net = Council(tmp_path, "Host Anna")
    host, anna = net["Host"], net["Anna"]
    one = net.propose("Anna", move, fields={"motto": "Anna"})
    other = net.propose("Host", move, fields={"motto": "Host"})
    net.tell()
    net.vote("Host", one, instead=True)
    net.vote("Anna", other, instead=True)
    for core, author, proposed in ((anna, host, one), (host, anna, other)):
        link = net.proposal("Anna", proposed).link.digest
        place = Place(author.home_id, Audience.network(net.network), "vote", to_name(link))
        vote = author.records.at(place)
        assert vote is not None
        take(core, [vote], author.own)
    net.tell()
    for core in (host, anna):
        found = held_of(core, net.network)
        assert found is not None
        assert (core.ties.successions[net.network].frozen, len(found.open)) == (True, 2)
        with pytest.raises(Problem, match="several-decisions"):
            amend(core, core.home_id, net.network, Wish())
    joint = net.propose("Anna", move, fields={"motto": "Both"})
    net.tell()
    assert len(net.proposal("Host", joint).link.joins) == 1
    net.vote("Host", joint)
    net.tell()
    for core in (host, anna):
        known = core.ties.successions[net.network]
        assert (known.frozen, known.counts.decision.joins != ()) == (False, True)
        core.reload()
        assert core.ties.successions[net.network] == known
    assert (net.motto("Host"), net.motto("Anna"), net.holder()) == ("Both", "Both", "Anna")
