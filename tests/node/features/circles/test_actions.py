"""Circles without pages: who holds them, who is in them, what stands on their boards, attacks."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.circles import limits
from node.features.circles.actions import (
    change,
    close,
    come_in,
    decline,
    give_rights,
    holders,
    invite,
    leave,
    let_go,
    let_go_former,
    make,
    remove,
    rewrite,
    take_away,
    would_close,
    write,
)
from node.features.circles.bringing import bring, disposition, safe_name
from node.features.circles.merging import merged, parted
from node.features.circles.tables import board, circles, files
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from tests.node.web.conftest import person
from tests.node.world import make_core


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    made = make_core(tmp_path)
    yield made
    made.close()


@pytest.fixture
def kim(core: Core) -> Person:
    return person(core, "Kim")


@pytest.fixture
def alex(core: Core) -> Person:
    return person(core, "Alex")


def circle(core: Core, who: Person, name: str = "Garten", *, is_open: bool = False) -> str:
    return make(core, who.id, name, None, is_open=is_open, joins=is_open)


def join(core: Core, holder: Person, guest: Person, id_: str) -> None:
    invite(core, holder.id, id_, guest.id)
    come_in(core, guest.id, id_)


def texts(core: Core, id_: str) -> list[str | None]:
    return [one.text for one in board(core).page(id_, 50, 0)]


def refused(action: object, *args: object, **more: object) -> str:
    with pytest.raises(Problem) as problem:
        action(*args, **more)
    return problem.value.code


# Who holds it


def test_last_holder_names_a_successor_or_closes(core: Core, kim: Person, alex: Person) -> None:
    id_ = circle(core, kim)
    assert refused(leave, core, kim.id, id_) == "last-holder"
    assert refused(leave, core, kim.id, id_, kim.id) == "last-holder"
    assert refused(leave, core, kim.id, id_, alex.id) == "not-in-circle"
    invite(core, kim.id, id_, alex.id)
    assert refused(leave, core, kim.id, id_, alex.id) == "not-in-circle"  # has not accepted
    come_in(core, alex.id, id_)
    rights = {"writes": True, "invites": True, "holds": False}
    assert refused(give_rights, core, kim.id, id_, kim.id, **rights) == "last-holder"
    leave(core, kim.id, id_, alex.id)
    assert holders(core, id_) == [alex.id]
    write(core, alex.id, id_, "Bleibt")
    close(core, alex.id, id_)
    assert (circles(core).get(id_), board(core).of(alex.id)) == (None, [])


def test_who_is_gone_from_the_group_leaves_nobody_out(
    core: Core, kim: Person, alex: Person
) -> None:
    shared, own = circle(core, kim), circle(core, kim, "Rundbrief")
    join(core, kim, alex, shared)
    assert [one.id for one in would_close(core, kim.id)] == [own]
    with core.transaction():
        let_go(core, kim.id)
    assert holders(core, shared) == [alex.id]
    assert circles(core).get(own) is None


def test_nobody_who_is_only_invited_comes_to_hold_it(core: Core, kim: Person, alex: Person) -> None:
    id_ = circle(core, kim)
    invite(core, kim.id, id_, alex.id)
    with core.transaction():
        let_go(core, kim.id)
    assert circles(core).get(id_) is None
    assert circles(core).of(alex.id) == []


# Who is in it


def test_a_key_person_has_no_right_in_a_closed_circle(core: Core, kim: Person) -> None:
    key = person(core, "Robin", key_person=True, treasurer=True)
    id_ = circle(core, kim)
    post = write(core, kim.id, id_, "Unter uns")
    assert refused(come_in, core, key.id, id_) == "circle-not-yours"
    assert refused(write, core, key.id, id_, "Hallo") == "circle-not-yours"
    assert refused(take_away, core, key.id, id_, post) == "no-such-post"
    assert refused(close, core, key.id, id_) == "circle-not-yours"
    assert refused(change, core, key.id, id_, "X", None, is_open=True, joins=True) == (
        "circle-not-yours"
    )
    rights = {"writes": True, "invites": True, "holds": True}
    assert refused(give_rights, core, key.id, id_, key.id, **rights) == "circle-not-yours"
    assert refused(remove, core, key.id, id_, kim.id) == "circle-not-yours"


@pytest.mark.parametrize("standing", [Standing.NEWCOMER, Standing.FORMER])
def test_who_is_no_member_is_in_none(core: Core, kim: Person, standing: Standing) -> None:
    other = person(core, "Noa", standing)
    id_ = circle(core, kim, is_open=True)
    assert refused(come_in, core, other.id, id_) == "circle-not-yours"
    assert refused(invite, core, kim.id, id_, other.id) == "circle-no-such-member"
    assert refused(make, core, other.id, "Y", None, is_open=True, joins=True) == "circle-not-yours"


def test_who_was_a_member_has_no_right_left(core: Core, kim: Person, alex: Person) -> None:
    id_ = circle(core, kim)
    join(core, kim, alex, id_)
    with core.transaction():
        persons(core).change(alex.id, standing=Standing.FORMER)
    assert refused(write, core, alex.id, id_, "Noch da") == "circle-not-yours"


def test_invitations(core: Core, kim: Person, alex: Person) -> None:
    id_ = circle(core, kim)
    invite(core, kim.id, id_, alex.id)
    assert refused(invite, core, kim.id, id_, alex.id) == "already-in-circle"
    assert refused(write, core, alex.id, id_, "Schon hier") == "circle-not-yours"
    assert refused(invite, core, alex.id, id_, kim.id) == "circle-not-yours"
    decline(core, alex.id, id_)
    assert refused(decline, core, alex.id, id_) == "not-invited"
    assert refused(come_in, core, alex.id, id_) == "circle-not-yours"
    join(core, kim, alex, id_)
    assert refused(decline, core, alex.id, id_) == "not-invited"  # has come in
    noa = person(core, "Noa")
    assert refused(invite, core, alex.id, id_, noa.id) == "circle-not-yours"
    give_rights(core, kim.id, id_, alex.id, writes=True, invites=True, holds=False)
    invite(core, alex.id, id_, noa.id)
    remove(core, alex.id, id_, noa.id)  # one's own invitation can be taken back
    assert refused(remove, core, alex.id, id_, kim.id) == "circle-not-yours"
    remove(core, kim.id, id_, alex.id)
    assert [one.person for one in circles(core).people(id_)] == [kim.id]


def test_names_are_not_mixed_up(core: Core, kim: Person) -> None:
    circle(core, kim, "Garten")
    for name in ("garten", " GARTEN\n"):
        assert refused(make, core, kim.id, name, None, is_open=True, joins=True) == (
            "circle-name-taken"
        )
    for name in ("", " \u200b ", "\u202e"):
        assert refused(make, core, kim.id, name, None, is_open=True, joins=True) == (
            "circle-needs-name"
        )
    assert refused(make, core, kim.id, "x" * 81, None, is_open=True, joins=True) == "text-too-long"


# The board


def test_board_and_its_replies(core: Core, kim: Person, alex: Person) -> None:
    id_ = circle(core, kim)
    join(core, kim, alex, id_)
    post = write(core, alex.id, id_, "Wer gießt?")
    reply = write(core, kim.id, id_, "Ich.", post)
    assert refused(write, core, kim.id, id_, "Tiefer", reply) == "no-such-post"
    assert refused(write, core, kim.id, id_, "Wohin", "nirgends") == "no-such-post"
    assert refused(rewrite, core, kim.id, id_, post, "Anders") == "no-such-post"  # not their words
    rewrite(core, alex.id, id_, post, "Wer gießt am Montag?")
    assert texts(core, id_) == ["Wer gießt am Montag?"]
    take_away(core, alex.id, id_, post)
    assert texts(core, id_) == [None]  # the reply keeps its place
    assert refused(rewrite, core, alex.id, id_, post, "Doch") == "no-such-post"
    take_away(core, kim.id, id_, reply)
    assert texts(core, id_) == []
    assert refused(take_away, core, kim.id, id_, reply) == "no-such-post"


def test_who_holds_it_takes_away_what_others_wrote(core: Core, kim: Person, alex: Person) -> None:
    id_ = circle(core, kim)
    join(core, kim, alex, id_)
    post = write(core, kim.id, id_, "Von Kim")
    assert refused(take_away, core, alex.id, id_, post) == "circle-not-yours"
    other = write(core, alex.id, id_, "Von Alex")
    take_away(core, kim.id, id_, other)
    assert texts(core, id_) == ["Von Kim"]


def test_a_post_of_another_circle_is_not_reached_by_its_id(
    core: Core, kim: Person, alex: Person
) -> None:
    closed, mine = circle(core, kim), circle(core, alex, "Chor")
    secret = write(core, kim.id, closed, "Unter uns")
    for action in (take_away, rewrite):
        more = () if action is take_away else ("Neu",)
        assert refused(action, core, alex.id, mine, secret, *more) == "no-such-post"
    assert refused(write, core, alex.id, mine, "Antwort", secret) == "no-such-post"
    assert texts(core, closed) == ["Unter uns"]


def test_directions_and_controls_are_not_kept(core: Core, kim: Person) -> None:
    id_ = circle(core, kim)
    write(core, kim.id, id_, "Geld\u202etxt.exe\x00 \u2066hier\u2069\r\nzwei")
    assert texts(core, id_) == ["Geldtxt.exe hier\nzwei"]
    for nothing in ("", "\u202e", " \u200b\n", "\x00"):
        assert refused(write, core, kim.id, id_, nothing) == "nothing-written"
    assert refused(write, core, kim.id, id_, "x" * 4_001) == "text-too-long"


# Files


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Plan.pdf", "Plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Plan.pdf", "Plan.pdf"),
        ("C:\\Users\\x\\Plan.pdf", "Plan.pdf"),
        ("a\r\nb", "a b"),
        ('a\r\nContent-Type: text/html\r\n\r\n"x".txt', "html x.txt"),
        ("Plan\u202efdp.exe", "Planfdp.exe"),
        ("\x00\x01", "file"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("con.txt", "_con.txt"),
        ("", "file"),
        ("/", "file"),
        ("ä\u0308.odt", "ä\u0308.odt"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("x." + "y" * 300, ("x." + "y" * 300)[:100]),
    ],
)
def test_file_names_do_no_harm(said: str, kept: str) -> None:
    assert safe_name(said) == kept
    header = disposition(safe_name(said))
    assert header.startswith("attachment; ")
    assert header.isascii()
    assert not set(header) & set("\r\n\x00")
    assert header.count('"') == 2


async def test_file_comes_back_as_it_was(core: Core, kim: Person) -> None:
    id_ = circle(core, kim)
    post = write(core, kim.id, id_, "Im Anhang")
    data = bytes(range(256)) * 3_000  # several pieces, the last one not full
    await bring(core, kim.id, id_, post, "Bild.bin", io.BytesIO(data))
    (file,) = files(core).at(post)
    assert (file.name, file.size, b"".join(files(core).read(file.id)) == data) == (
        "Bild.bin",
        len(data),
        True,
    )
    take_away(core, kim.id, id_, post)
    assert files(core).total() == 0
    assert list(files(core).read(file.id)) == []


async def brought(core: Core, who: Person, id_: str, post: str, size: int) -> str | None:
    try:
        await bring(core, who.id, id_, post, "x", io.BytesIO(bytes(size)))
    except Problem as problem:
        return problem.code
    return None


async def test_too_much_leaves_nothing(
    core: Core, kim: Person, alex: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = circle(core, kim)
    post = write(core, kim.id, id_, "Im Anhang")
    assert await brought(core, kim, id_, post, limits.FILE_BYTES + 1) == "file-too-large"
    assert files(core).total() == 0
    assert await brought(core, alex, id_, post, 1) == "circle-not-yours"
    join(core, kim, alex, id_)
    assert await brought(core, alex, id_, post, 1) == "no-such-post"  # not their post
    for _ in range(limits.FILES):
        assert await brought(core, kim, id_, post, 1) is None
    assert await brought(core, kim, id_, post, 1) == "too-many-files"
    monkeypatch.setattr("node.features.circles.bringing.ALL_BYTES", 3)
    other = write(core, kim.id, id_, "Noch etwas")
    assert await brought(core, kim, id_, other, 1) == "files-full"


async def test_disk_that_is_nearly_full_takes_no_file(core: Core, kim: Person) -> None:
    id_ = circle(core, kim)
    post = write(core, kim.id, id_, "Im Anhang")
    core.reserve.refused = True
    assert await brought(core, kim, id_, post, 1) == "no-room-for-files"
    assert files(core).at(post) == []


async def test_who_loses_the_right_meanwhile_brings_nothing(
    core: Core, kim: Person, alex: Person
) -> None:
    id_ = circle(core, kim)
    join(core, kim, alex, id_)
    post = write(core, alex.id, id_, "Im Anhang")

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if circles(core).member(id_, alex.id) is not None:
                remove(core, kim.id, id_, alex.id)
            return super().read(size)

    with pytest.raises(Problem, match="circle-not-yours"):
        await bring(core, alex.id, id_, post, "x", Slow(bytes(10)))
    assert (files(core).at(post), files(core).total()) == ([], 0)


async def test_what_nobody_brought_wholly_is_cleared(core: Core, kim: Person) -> None:
    id_ = circle(core, kim)
    post = write(core, kim.id, id_, "Im Anhang")

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await bring(core, kim.id, id_, post, "x", Broken())
    assert files(core).total() == 0
    assert files(core).at(post) == []


# Persons who are gone, or were two


def test_who_left_the_group_is_let_go(core: Core, kim: Person, alex: Person) -> None:
    id_ = circle(core, kim)
    join(core, kim, alex, id_)
    let_go_former(core)
    assert len(circles(core).people(id_)) == 2
    with core.transaction():
        persons(core).change(kim.id, standing=Standing.FORMER)
    let_go_former(core)
    assert [(one.person, one.holds) for one in circles(core).people(id_)] == [(alex.id, True)]


async def test_two_entries_of_one_person_are_one_in_circles(
    core: Core, kim: Person, alex: Person
) -> None:
    """And two again, if that was wrong."""
    other = person(core, "Kimberley")
    shared, own = circle(core, alex), circle(core, other, "Rundbrief")
    join(core, alex, kim, shared)
    join(core, alex, other, shared)
    rights = {"writes": True, "invites": True, "holds": True}
    give_rights(core, alex.id, shared, other.id, **rights)
    post = write(core, other.id, shared, "Von der anderen")
    await bring(core, other.id, shared, post, "x", io.BytesIO(b"x"))
    before = circles(core).everybody()
    moved: dict[str, Any] = {}
    with core.transaction():
        merged(core, kim.id, other.id, moved)
    assert circles(core).of(other.id) == []
    mine = circles(core).member(shared, kim.id)
    assert mine is not None
    assert (mine.holds, mine.invites) == (True, True)
    assert holders(core, own) == [kim.id]
    rewrite(core, kim.id, shared, post, "Jetzt von Kim")
    with core.transaction():
        parted(core, kim.id, other.id, json.loads(json.dumps(moved)))
    assert sorted(circles(core).everybody()) == sorted(before)
    assert [one.text for one in board(core).of(other.id)] == ["Jetzt von Kim"]
    assert len(files(core).of(other.id)) == 1
