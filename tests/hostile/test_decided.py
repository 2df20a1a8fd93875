"""What members decided, attacked with keys that decided once or were stolen (§6.10)."""

from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.decisions.actions import Wish, amend, move
from node.features.decisions.holding import confirm_decision
from node.features.networks.actions import apply_to_network, decide, found_network
from node.features.networks.held import contradicts, find_decision, held_of, letters
from node.records.other_branches import others
from node.records.transaction import take
from node.store.admissions import BY_ONE
from node.store.core import Core
from protocol.audience import Audience
from protocol.control_state import Standing
from protocol.ids import EPOCH_BYTES
from protocol.kind import Seq
from protocol.record import verify_all
from tests.hostile.branches import PUPPETS, THEIRS, Branch, Voter, attests, introductions
from tests.hostile.stage import Stage, attack, told
from tests.node.council import Council
from tests.node.world import accept, make_core, network_of, until, verified
from tests.sync.people import Someone, entropy

ALL = "Host Anna Bert Cleo"
STRANGER = frozenset({PUPPETS[0].id})


def own_key(core: Core) -> Voter:
    """A home key as it is now: what a thief has of it stays so."""
    return core.home_id, core.ring.held[0].signing


def hands_in(core: Core, *branches: Branch) -> None:
    """An unrelated peer brings puppets and what they decided."""
    take(core, introductions(), STRANGER)
    for one in branches:
        take(core, one.records(), STRANGER)


def head(core: Core, network: bytes) -> bytes:
    return core.ties.successions[network].counts.decision.digest


def frozen(core: Core, network: bytes) -> bool:
    return core.ties.successions[network].frozen


def moved_to_anna(net: Council) -> bytes:
    """After the roster was confirmed the members gave the network to Anna's node."""
    moved = net.propose("Anna", move, fields={"motto": "Ours"})
    net.tell()
    net.vote("Bert Cleo", moved)
    net.tell()
    assert net.holder() == "Anna"
    return head(net["Anna"], net.network)


def ex_hosts(net: Council, host: Voter, voters: list[bytes]) -> list[Branch]:
    """From link 0, with the founder's vote: puppets alone, and everybody with seven puppets."""
    genesis = net["Anna"].ties.identities[net.network].elements[:1]
    puppets = [one.id for one in PUPPETS]
    alone = Branch(net.network, genesis, "alone").decides(puppets, [host])
    both = Branch(net.network, genesis, "both").decides([*voters, *puppets], [host])
    return [one.decides(puppets, THEIRS) for one in (alone, both)]


def test_an_ex_host_takes_nothing_back(tmp_path: Path) -> None:
    """Matrix MSC4289, room version 12: the creator predates. A branch from link 0 with puppets."""
    net = Council(tmp_path, ALL)
    host = own_key(net.host)
    ours = moved_to_anna(net)
    branches = ex_hosts(net, host, net.ids(ALL))
    for name in ("Anna", "Bert", "Cleo"):
        hands_in(net[name], *branches)
        for puppet in THEIRS:
            says = [attests(puppet, net.network, branches[1].head, Seq(0, 1, 2**30))]
            take(net[name], says, STRANGER)
    net.tell(only=("Anna", "Bert", "Cleo"))
    for name in ("Anna", "Bert", "Cleo"):
        core = net[name]
        assert (head(core, net.network), frozen(core, net.network)) == (ours, False)
        assert net.motto(name) == "Ours"
        assert others(core, net.network), "people are told"
        core.reload()
        assert (head(core, net.network), frozen(core, net.network)) == (ours, False)
    amended = net.propose("Bert", amend, fields={"motto": "Still ours"})
    net.tell(only=("Anna", "Bert", "Cleo"))
    net.vote("Cleo Anna", amended)
    net.tell(only=("Anna", "Bert", "Cleo"))
    assert {net.motto(name) for name in ("Anna", "Bert", "Cleo")} == {"Still ours"}


def test_who_slept_and_who_is_new_wait_for_a_person(tmp_path: Path) -> None:
    """A split view as in C2SP's tlog-witness: two sides are told, and a checkpoint decides."""
    net = Council(tmp_path, ALL)
    host = own_key(net.host)
    ours = moved_to_anna(net)
    branches = ex_hosts(net, host, net.ids(ALL))
    genuine = verify_all(net["Anna"].chains_of(net.network))
    known = verify_all(
        [raw for name in net.cores for raw in net[name].chains_of(net[name].home_id)]
    )
    for order in ("false first", "genuine first"):
        core = make_core(tmp_path, order, net.clock)
        take(core, known, frozenset(net.ids("Anna")))
        first, then = [lambda c: hands_in(c, *branches), lambda c: take(c, genuine, STRANGER)]
        for step in (first, then) if order == "false first" else (then, first):
            step(core)
        assert frozen(core, net.network)
        assert head(core, net.network) == net.network
        found = held_of(core, net.network)
        assert found is not None
        assert {one.digest for one in found.open} == {ours, *(one.head for one in branches)}
        confirm_decision(core, net.network, find_decision(core, net.network, letters(ours)))
        assert (head(core, net.network), frozen(core, net.network)) == (ours, False)
        hands_in(core, *branches)
        assert head(core, net.network) == ours
        assert contradicts(core, net.network, branches[0].head), "a person is warned"
        core.close()


def test_a_key_that_was_called_stolen_decides_nothing(tmp_path: Path) -> None:
    """What stolen keys sign later. Bert's would make the majority."""
    net = Council(tmp_path, "Host Anna Bert")
    stolen, hostile = own_key(net["Bert"]), own_key(net.host)
    before = net["Anna"].ties.identities[net.network].elements
    net.rotate("Bert", net["Bert"].home_id, compromised=True)
    net.tell()
    branch = Branch(net.network, before).decides(net.ids("Host"), [hostile, stolen])
    held = head(net["Anna"], net.network)
    for name in ("Anna", "Bert"):
        hands_in(net[name], branch)
        assert (head(net[name], net.network), frozen(net[name], net.network)) == (held, False)
        net[name].reload()
        assert (head(net[name], net.network), frozen(net[name], net.network)) == (held, False)
    # Whoever hears of the branch before the revocation comes to the same.
    late = Council(tmp_path / "late", "Host Anna Bert")
    stolen, hostile = own_key(late["Bert"]), own_key(late.host)
    before = late["Anna"].ties.identities[late.network].elements
    branch = Branch(late.network, before).decides(late.ids("Host"), [hostile, stolen])
    held = head(late["Anna"], late.network)
    hands_in(late["Anna"], branch)
    assert head(late["Anna"], late.network) == branch.head, "nobody can know yet"
    late.rotate("Bert", late["Bert"].home_id, compromised=True)
    late.tell(only=("Anna", "Bert"))
    assert head(late["Anna"], late.network) == held


def test_a_thief_of_ones_own_key_convinces_everybody_but_oneself(tmp_path: Path) -> None:
    """Votes and attestations in one's own name count from one's own memory only."""
    net = Council(tmp_path, "Host Anna Bert")
    stolen, hostile = own_key(net["Bert"]), own_key(net.host)
    before = net["Bert"].ties.identities[net.network].elements
    branch = Branch(net.network, before).decides(net.ids("Host"), [hostile, stolen])
    held = head(net["Bert"], net.network)
    hands_in(net["Bert"], branch)
    counted = net["Bert"].counters.reached(net["Bert"].home_id)
    assert counted is not None
    seq = Seq(0, counted.incarnation, counted.counter + 1_000)
    take(net["Bert"], [attests(stolen, net.network, branch.head, seq)], STRANGER)
    assert (head(net["Bert"], net.network), frozen(net["Bert"], net.network)) == (held, False)
    assert net["Bert"].ties.memory.held[net.network] == held


def test_puppets_get_no_say_by_a_stolen_network_key(tmp_path: Path) -> None:
    """Whoever has the network's key admits whom he likes; nobody decides by being a member."""
    net = Council(tmp_path, ALL)
    for number in range(3):
        name = f"P{number}"
        net.cores[name] = make_core(tmp_path, name, net.clock)
        net.tell()
        apply_to_network(net[name], net[name].home_id, net.network, None)
        net.tell()
        decide(net.host, net.network, net[name].home_id, "admitted")
        net.tell()
    puppets = set(net.ids("P0 P1 P2"))
    assert puppets <= set(net["Anna"].ties.members(net.network, net.clock()))
    for action in (amend, move):
        proposed = net.propose("Anna", action)
        assert not puppets & set(net.proposal("Anna", proposed).link.roster)
    unseen = Someone("unseen")
    with pytest.raises(Problem, match="added-no-member"):
        net.propose("Anna", amend, added=frozenset({unseen.id}))
    named = net.propose("Anna", amend, added=frozenset(net.ids("P0")))
    net.tell(only=("Anna", "Bert"))
    for proposal in (net.proposal("Bert", named),):
        added = set(proposal.link.roster) - set(net.tally("Bert", named).roster)
        assert added == set(net.ids("P0")), "who votes sees whom"


async def test_one_peer_fills_no_open_network(stage: Stage) -> None:
    """Sybil: 1,200 invented groups; a peer brings three a day, the others wait for a person."""
    alpha = stage.alpha
    network = found_network(alpha.core, alpha.id, {"name": "Offen", "admission": "open"})
    charter = alpha.core.ties.charters[network].digest
    groups = [Someone(f"invented {number}") for number in range(1_200)]
    audience = Audience.network(network)
    async with attack(alpha) as one:
        for start in range(0, len(groups), 60):
            some = groups[start : start + 60]
            raws = [who.introduction() for who in some]
            for who in some:
                content = {"network": network, "charter": charter, "message": None, "shown": False}
                epoch = entropy(who.name, size=EPOCH_BYTES)
                raws.append(who.say("membership", content, audience, epoch=epoch))
            await told(one, *raws)
        await stage.serves()
    ties, now = alpha.core.ties, alpha.core.clock()
    standings = [ties.standing(network, who.id, now) for who in groups]
    assert standings.count(Standing.MEMBER) == BY_ONE
    assert set(standings) <= {Standing.MEMBER, Standing.APPLIED, Standing.NONE}


async def test_a_peer_hands_in_another_branch_over_a_socket(stage: Stage) -> None:
    """The attack as it was found: an unrelated peer brings what the founder's key signed later."""
    alpha, beta = stage.alpha, stage.beta
    network = await network_of(alpha, beta)
    genesis = beta.core.ties.identities[network].elements[:1]
    alpha.say(amend, network, Wish(added=frozenset({beta.id})))
    await until(lambda: len(beta.core.ties.identities[network].links) == 2, "decided")
    ours = head(beta.core, network)
    confirm_decision(beta.core, network, ours)
    beta.links.stored()
    founder = (alpha.id, alpha.core.ring.held[0].signing)
    branch = Branch(network, genesis).decides([p.id for p in PUPPETS], [founder])
    branch.decides([p.id for p in PUPPETS], THEIRS)
    take(beta.core, verified(*[PUPPETS[0].introduction()]), STRANGER)
    accept(beta.core, PUPPETS[0])
    async with attack(beta, PUPPETS[0]) as one:
        raws = [p.introduction() for p in PUPPETS] + [r.raw for r in branch.records()]
        await told(one, *raws)
    assert (head(beta.core, network), frozen(beta.core, network)) == (ours, False)
    await stage.serves()
