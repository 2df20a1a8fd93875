"""A restored old backup overwrites nothing newer and forks nothing (§4.4), over real sockets."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from node.app import SCHEMA
from node.base.errors import Problem
from node.features.groups.actions import edit_group
from node.features.meetings.actions import cancel, invite, new_meeting, reply
from node.features.networks.actions import apply_to_network, found_network, leave_network
from node.features.peers.actions import end_peer
from node.features.recovery.backup import restore
from node.features.recovery.rotate import rotate
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.records import stale_copy
from node.records.transaction import go_on
from node.upkeep.backup_file import backup
from tests.node.keeping import (
    MEETING,
    circle,
    facts,
    find,
    knows,
    opened,
    settled,
    with_words,
)
from tests.node.world import Running, make_home, running, until


class Scene(NamedTuple):
    """Three groups, a network, and alpha's words."""

    alpha: Running
    beta: Running
    gamma: Running
    net: bytes
    phrase: Phrase


def quietly(_done: int, _total: int) -> None:
    pass


def is_member(node: Running, scene: Scene) -> bool:
    return node.core.ties.is_member(scene.net, scene.alpha.id, node.core.clock())


async def leave(scene: Scene) -> None:
    scene.alpha.say(leave_network, scene.net)
    await until(lambda: not is_member(scene.beta, scene), "left")
    await until(lambda: not is_member(scene.gamma, scene), "left, at gamma")


async def leave_and_join_again(scene: Scene) -> None:
    await leave(scene)
    scene.alpha.say(apply_to_network, scene.net, None)
    await until(
        lambda: (
            scene.beta.core.ties.standing(scene.net, scene.alpha.id, scene.beta.core.clock()).value
            == "applied"
        ),
        "applied",
    )
    scene.beta.decide(scene.net, scene.alpha.id, "admitted")
    await until(lambda: is_member(scene.alpha, scene), "again")


async def admitted(scene: Scene) -> None:
    """To a network that came into being after the backup."""
    alpha, beta = scene.alpha, scene.beta
    second: bytes = beta.say(found_network, {"name": "Zweites"})
    await until(lambda: second in alpha.core.ties.charters, "charter")
    alpha.say(apply_to_network, second, None)
    await until(lambda: beta.core.ties.bond(second, alpha.id) is not None, "application")
    beta.decide(second, alpha.id, "admitted")
    await until(lambda: alpha.core.ties.is_member(second, alpha.id, alpha.core.clock()), "admitted")


async def expelled(scene: Scene) -> None:
    scene.beta.decide(scene.net, scene.alpha.id, "expelled")
    await until(lambda: not is_member(scene.alpha, scene), "expelled")


async def rotated(scene: Scene) -> None:
    rotate(scene.alpha.core, scene.phrase, scene.alpha.id, True)
    scene.alpha.links.stored()
    await until(
        lambda: scene.beta.core.ties.identities[scene.alpha.id].current.number == 1, "rotated"
    )


async def erased(scene: Scene) -> None:
    scene.alpha.say(end_peer, scene.beta.id)
    now = scene.beta.core.clock
    await until(
        lambda: not scene.beta.core.ties.accepts(scene.alpha.id, scene.beta.id, now()), "erased"
    )


async def edited(scene: Scene) -> None:
    edit_group(scene.alpha.core, scene.alpha.id, {"region": "Kiel"})
    scene.alpha.links.stored()
    await until(lambda: region(scene.beta, scene.alpha.id) == "Kiel", "edited")


def region(node: Running, group: bytes) -> str | None:
    (found,) = node.core.records.statements("group", node.core.clock(), author=group)
    return None if found.content is None else found.content["region"]


async def new_meetings(scene: Scene) -> None:
    alpha, gamma = scene.alpha, scene.gamma
    name = alpha.say(new_meeting, "private", {**MEETING, "title": "Neu"})
    alpha.say(invite, find(alpha, name), [gamma.id])
    await until(lambda: len(invitations(gamma, alpha.id)) == 2, "invited")
    gamma.say(reply, find(gamma, name), "decline", {})
    await until(
        lambda: len(alpha.core.records.statements("reply", alpha.core.clock())) == 3, "answered"
    )
    alpha.say(cancel, find(alpha, name), "Doch nicht")
    public = alpha.say(new_meeting, "public", {**MEETING, "title": "Offen"})
    await until(lambda: knows(scene.beta, alpha.id, "meeting"), "public")
    assert public


def invitations(node: Running, host: bytes) -> list[object]:
    return list(node.core.records.statements("invitation", node.core.clock(), author=host))


SINCE: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "an admission": admitted,
    "a leave": leave,
    "leaving and joining again": leave_and_join_again,
    "an expulsion": expelled,
    "an edit": edited,
    "an erasure": erased,
    "meetings and replies": new_meetings,
    "a rotation": rotated,
}


@pytest.mark.parametrize("since", SINCE)
async def test_state_is_as_if_never_restored(tmp_path: Path, since: str) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    file, back = tmp_path / "old.backup", Home(tmp_path / "Back")
    beta_home, gamma_home = make_home(tmp_path, "Beta"), make_home(tmp_path, "Gamma")
    async with running(beta_home) as beta, running(gamma_home) as gamma:
        async with running(home) as alpha:
            net = await circle(alpha, beta, gamma)
            await settled(alpha, beta, gamma)
            backup(alpha.core, file, False, quietly)
            await SINCE[since](Scene(alpha, beta, gamma, net, phrase))
            await settled(alpha, beta, gamma)
            whose = (alpha.id, beta.id, gamma.id, net)
            nodes = [alpha, beta, gamma]
            before = [facts(node.core, *whose) for node in nodes]
        restore(back, file, phrase, quietly, SCHEMA)
        port = 0
        with opened(home) as core:
            port = core.settings.get("test-port")
        with opened(back) as core:
            assert stale_copy.state(core) == "restored"
            with pytest.raises(Problem, match="not-reconciled"):
                edit_group(core, core.home_id, {"region": "Bremen"})
            assert core.settings.get("test-port") == port
        async with running(back, reachable=False) as again:
            if since == "a rotation":
                await until(lambda: again.core.is_superseded(again.core.ring.held[0]), "told")
                bring_up(again, phrase)
            await until(lambda: again.core.is_reconciled, "reconciled")
            nodes = [again, beta, gamma]
            await until(lambda: [facts(node.core, *whose) for node in nodes] == before, "as before")
            edit_group(again.core, again.id, {"region": "Husum"})
            again.links.stored()
            await until(lambda: region(beta, again.id) == "Husum", "it is heard")


def bring_up(node: Running, phrase: Phrase) -> None:
    from node.features.recovery.recover import recover

    assert recover(node.core, phrase, ()).waiting
    node.links.stored()


async def test_two_machines_from_one_folder_are_told(tmp_path: Path) -> None:
    """Each sees the other's records; after some turns that is said, and a person has to end it."""
    home, phrase = with_words(tmp_path, "Alpha")
    with opened(home) as core:
        for _ in range(stale_copy.REPEATED):
            with core.transaction():
                stale_copy.begin(core, "newer")
            go_on(core)
        with core.transaction():
            stale_copy.begin(core, "newer")
        assert stale_copy.state(core) == "twins"
        go_on(core)
        assert core.is_reconciled
    assert phrase


async def test_old_copy_of_a_folder_notices(tmp_path: Path) -> None:
    """Copied by hand, not by us: a newer own record is what shows it."""
    home, _phrase = with_words(tmp_path, "Alpha")
    copy = Home(tmp_path / "Copy")
    async with running(make_home(tmp_path, "Beta")) as beta:
        async with running(home) as alpha:
            from tests.node.world import befriend

            await befriend(alpha, beta)
            await until(lambda: region(beta, alpha.id) is None, "known")
        shutil.copytree(home.path, copy.path)
        async with running(home) as alpha:
            await edited(Scene(alpha, beta, beta, b"", _phrase))
        with opened(copy) as core:
            was = core.counters.reached(core.home_id)
        async with running(copy, reachable=False) as old:
            await until(lambda: region(old, old.id) == "Kiel", "fetched")
            await until(lambda: old.core.is_reconciled, "reconciled")
            now = old.core.counters.reached(old.id)
            assert was is not None
            assert now is not None
            assert now.incarnation // 2**32 == was.incarnation // 2**32 + 1


def test_override(tmp_path: Path) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    file, back = tmp_path / "a.backup", Home(tmp_path / "Back")
    with opened(home) as core:
        backup(core, file, False, quietly)
    restore(back, file, phrase, quietly, SCHEMA)
    with opened(back) as core:
        go_on(core)
        edit_group(core, core.home_id, {"region": "Bremen"})
