"""A copy of the folder from before the words were on paper: what it can do, and what helps."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crypto.words import words_from_entropy
from node.app import SCHEMA, open_core
from node.base.errors import Problem
from node.features.groups.actions import current_entry, edit_group
from node.features.meetings.actions import known_meetings, new_meeting
from node.features.recovery.new_words import begin_anew, may_begin_anew
from node.features.recovery.rotate import rotate
from node.features.start.actions import initialise
from node.features.start.words import forget_words
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.records.transaction import take
from node.store.core import Core
from tests.node.keeping import MEETING
from tests.node.world import Clock, accept, make_core, verified
from tests.sync.people import NOW, Someone

SOON = datetime.fromtimestamp(NOW + 20 * 86_400, UTC).strftime("%Y-%m-%dT19:00")


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    """A group whose words nobody has seen, with an entry and two meetings."""
    home, clock = Home(tmp_path / "Alpha"), Clock()
    fields = {"name": "Alpha"}
    initialise(home, fields, None, secrets.token_bytes, clock, schema=SCHEMA, keep_words=True)
    made = open_core(home, clock=clock)
    edit_group(made, made.home_id, {"region": "Kiel"})
    new_meeting(made, made.home_id, "public", {**MEETING, "starts": SOON})
    new_meeting(made, made.home_id, "private", {**MEETING, "starts": SOON, "open_to": "invited"})
    yield made
    made.close()


def phrase(core: Core) -> Phrase:
    assert core.ring.words is not None
    return Phrase.read(words_from_entropy(core.ring.words))


def copied(core: Core, folder: Path) -> Core:
    """What somebody has who copied the folder."""
    shutil.copytree(core.home.path, folder)
    return open_core(Home(folder), clock=core.clock.wall)


def facts(core: Core) -> tuple[object, ...]:
    entry = current_entry(core, core.home_id)
    return entry, sorted(one.content["title"] for one in known_meetings(core, core.home_id))


def link_known(core: Core, identity: bytes) -> int:
    return core.ties.identities[identity].current.number


def tell(core: Core, other: Core) -> None:
    """`other` hears who `core` is, as when they meet."""
    take(other, verified(*core.chains_of(core.home_id)), frozenset({core.home_id}))


def test_rotating_does_not_help_against_a_copy_of_the_words(core: Core, tmp_path: Path) -> None:
    """So nothing says that it does: the copy makes each link that the group can make."""
    words, identity = phrase(core), core.home_id
    with closing(copied(core, tmp_path / "copy")) as copy:
        forget_words(core)
        rotate(core, words, identity, compromised=True)
        tell(core, copy)
        assert copy.is_superseded(copy.ring.held[0])
        stolen = phrase(copy)
        chain = core.ties.successions[identity]
        longer = stolen.follow(0, chain, compromised=True).chain
        assert longer.current.number == 2
        assert chain.joined_by(longer, core.ties.view(identity)).counts == longer


def test_new_words_help(core: Core, tmp_path: Path) -> None:
    """The copy speaks for an id that nobody knows, and its words are another group's."""
    old, before = core.home_id, facts(core)
    with closing(copied(core, tmp_path / "copy")) as copy:
        stolen = phrase(copy)
        assert may_begin_anew(core)
        new = begin_anew(core)
        assert (core.home_id, facts(core)) == (new, before)
        assert new != old
        forget_words(core)
        other = make_core(tmp_path, "Beta")
        tell(core, other)
        assert link_known(other, new) == 0
        with pytest.raises(Problem, match="words-of-another"):
            rotate(core, stolen, core.home_id, compromised=False)
        rotate(copy, stolen, old, compromised=False)
        tell(copy, other)
        assert link_known(other, new) == 0, "it made a link of another group"
        assert link_known(other, old) == 1
        other.close()


def test_nothing_of_the_old_id_is_left_and_a_restart_finds_all(core: Core) -> None:
    old, before = core.home_id, facts(core)
    old_words, old_key = core.ring.words, core.ring.held[0].signing.seed
    new = begin_anew(core)
    assert list(core.records.all_by(old)) == []
    assert core.ring.words not in (None, old_words)
    kept = core.home.key_file.read_bytes()
    assert old_key not in kept
    core.close()
    with closing(open_core(core.home, clock=core.clock.wall)) as again:
        assert (again.home_id, facts(again)) == (new, before)
        assert again.own == {new}
        assert again.may_issue
        edit_group(again, new, {"region": "Lübeck"})
        words = phrase(again)
        forget_words(again)
        rotate(again, words, new, compromised=False)
        assert link_known(again, new) == 1


def test_it_is_for_whom_nobody_knows(core: Core) -> None:
    forget_words(core)
    assert may_begin_anew(core), "confirmed, but nobody has heard of the group yet"
    accept(core, Someone("Beta"))
    with pytest.raises(Problem, match="known-outside"):
        begin_anew(core)


def test_link_that_was_given_out_names_the_id(core: Core) -> None:
    forget_words(core)
    core.codes.add(bytes(32), core.home_id, core.clock(), core.clock() + 60)
    assert not may_begin_anew(core)
