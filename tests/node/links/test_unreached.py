"""Whom a running node does not reach, and that a person can have it tried at once."""

from pathlib import Path

from node.links.dial_plan import FIRST_WAIT, GIVEN_UP
from node.links.unreached import dial_again, dial_anew, unreached
from tests.node.world import befriend, make_home, running, until


async def test_who_was_not_there_for_long_is_named_and_tried_at_once(tmp_path: Path) -> None:
    async with running(make_home(tmp_path, "Alpha")) as alpha:
        async with running(make_home(tmp_path, "Beta")) as beta:
            await befriend(beta, alpha)
            await until(lambda: alpha.links.connected(beta.id), "a session")
            assert unreached(alpha.links) == []
            url = str(beta.url)
        await until(lambda: url in alpha.links.targets, "it is to be dialled again")
        target = alpha.links.targets[url]
        await until(lambda: target.wait > FIRST_WAIT and not target.busy, "tried in vain")
        assert unreached(alpha.links) == []  # it may be there in a moment
        target.wait, target.not_before = 2 * GIVEN_UP, target.not_before + 2 * GIVEN_UP
        (found,) = unreached(alpha.links)
        assert found.ids == (beta.id,)
        assert found.seconds > GIVEN_UP
        dial_again(alpha.links)
        await until(lambda: FIRST_WAIT < target.wait < GIVEN_UP, "tried again, in vain")
        assert unreached(alpha.links) == []


async def test_by_another_way_from_now_on(tmp_path: Path) -> None:
    async with (
        running(make_home(tmp_path, "Alpha")) as alpha,
        running(make_home(tmp_path, "Beta")) as beta,
    ):
        await befriend(beta, alpha)
        await until(lambda: alpha.links.connected(beta.id), "a session")
        (before,) = alpha.links.connections
        dial_anew(alpha.links)
        await until(lambda: before not in alpha.links.connections, "the old one ended")
        await until(lambda: alpha.links.connected(beta.id), "a new one")
