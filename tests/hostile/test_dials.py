"""What a dial tells, and what a word in a handshake moves (docs/protocol.md §4.5, §6.9, §8.2)."""

import secrets
from time import perf_counter

from crypto.hashing import digest
from node.features.networks.actions import found_network
from node.records.transaction import take
from sync.about import About
from sync.frames import Listed, decode_frame
from tests.hostile.stage import PEER, STRANGER, Stage, attack, told
from tests.node.hostile import connect
from tests.node.world import accept, until, verified
from tests.sync.people import Someone

YEAR = 365 * 86_400
OTHER, THIRD = Someone("other peer"), Someone("third peer")


async def test_one_dial_links_no_group_to_its_networks(stage: Stage) -> None:
    """A stranger hears of whom it names, and of nobody else; a peer hears of all."""
    alpha = stage.alpha
    network = found_network(alpha.core, alpha.id, {"name": "Netz"})
    alpha.links.stored()
    for wanted in (alpha.id, network):
        async with connect(alpha) as one:
            assert await one.shake_hands(STRANGER, alpha, expected=wanted) == "not-accepted"
            assert one.proven == (wanted,)
    async with connect(alpha) as one:
        assert await one.shake_hands(PEER, alpha) == ""
        assert one.proven == (alpha.id, network)


async def test_refusals_are_one(stage: Stage) -> None:
    """Whether a node knows somebody, or what it is tied to, shows in no byte and in no time."""
    alpha, now = stage.alpha, stage.clock.now
    used = secrets.token_bytes(16)
    with alpha.core.transaction():
        alpha.core.codes.add(digest(used), alpha.id, now - 10, now)
    known = Someone("known by its chain")
    assert take(alpha.core, verified(known.introduction())) == [None]
    asked = {
        "a stranger": (STRANGER, None),
        "of whom the chain is known": (known, None),
        "whom a peer accepted": (stage_friend(stage), None),
        "with a code of nobody's": (STRANGER, secrets.token_bytes(16)),
        "with a code that ran out": (STRANGER, used),
    }
    answers: dict[str, set[tuple[str, tuple[int, ...]]]] = {}
    times: dict[str, list[float]] = {}
    for turn in range(150):
        if turn >= 15 and _alike(times):
            break
        for name, (who, code) in asked.items():
            async with connect(alpha) as one:
                began = perf_counter()
                end = await one.shake_hands(who, alpha, code)
                times.setdefault(name, []).append(perf_counter() - began)
                sizes = tuple(len(data) for data in one.heard)
                answers.setdefault(name, set()).add((end, sizes))
    assert len(set(map(frozenset, answers.values()))) == 1
    ((end, _sizes),) = answers["a stranger"]
    assert end == "not-accepted"
    assert _alike(times), {name: min(found) for name, found in times.items()}


def _alike(times: dict[str, list[float]]) -> bool:
    """Whether the quickest of each are, whatever else runs on this machine."""
    quickest = [min(found) for found in times.values()]
    return max(quickest) < 3 * min(quickest)


def stage_friend(stage: Stage) -> Someone:
    """Somebody whom Beta accepted, and Alpha knows."""
    accept(stage.beta.core, OTHER)
    assert take(stage.alpha.core, verified(OTHER.introduction())) == [None]
    return OTHER


async def test_a_session_tells_a_peer_of_no_other(stage: Stage) -> None:
    """Alpha accepted Beta and PEER; neither wants it to be named, so nothing is listed."""
    alpha = stage.alpha
    async with connect(alpha) as one:
        assert await one.shake_hands(PEER, alpha) == ""
        assert one.secure is not None
        received = await one.answer()
        assert received is not None
        first = decode_frame(one.secure.decrypt(received))
        assert isinstance(first, Listed)
        assert first.tags == b""


async def test_a_record_of_a_third_side_is_no_question(stage: Stage) -> None:
    """A peer that brings what others wrote is told the same of whom Alpha accepts, and of whom it
    never heard: neither is anything between the two."""
    alpha = stage.alpha
    accept(alpha.core, THIRD)
    stranger = Someone("unheard of")
    assert take(alpha.core, verified(THIRD.group())) == [None]
    async with attack(alpha) as one:
        for who, word in ((THIRD, "a"), (stranger, "b"), (OTHER, "c")):
            brought = who.group(), who.meeting(word)
            assert await told(one, *brought) == {"not-for-you": 2}
        assert await told(one, PEER.group()) == {None: 1}


async def test_a_liar_alone_moves_no_clock(stage: Stage) -> None:
    """However many networks he holds; strangers don't count; two partners do, and only warn."""
    alpha, now = stage.alpha, stage.clock.now
    clock, wrong = alpha.core.clock, About(now + 3 * YEAR)
    nets = [Someone(f"net {n}", founders=[PEER.id]) for n in range(3)]
    async with connect(alpha) as one:
        assert await one.shake_hands(PEER, alpha, about=wrong, also=nets) == ""
        await until(lambda: alpha.links.sessions, "session")
    async with connect(alpha) as two:
        assert await two.shake_hands(STRANGER, alpha, about=wrong) == "not-accepted"
    assert (clock.trouble, clock(), clock.contradicted) == (None, now, None)
    assert clock.reached == now
    accept(alpha.core, THIRD)
    async with connect(alpha) as three:
        assert await three.shake_hands(THIRD, alpha, about=wrong) == ""
        await until(lambda: clock.contradicted, "two say the same")
    assert (clock.trouble, clock()) == (None, now)
    assert clock.reached <= now
