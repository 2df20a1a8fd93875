"""Adding and changing people by pages; what members see of one."""

import re

import pytest

from node.features.members.columns import add_column
from node.features.members.editing import edit
from node.features.members.tables import members
from node.texts import Texts
from tests.node.features.members.group import Group
from tests.node.features.members.people import add

EN = Texts("en")


# Adding and changing


async def test_somebody_new_needs_a_name_and_nothing_else(group: Group) -> None:
    group.sign_in(group.kim)
    answer = await group.send("/members/new", mail="nobody", since="5.6.2026")
    page = await answer.text()
    assert answer.status == 422
    assert "<title>1 error – Add somebody" in page
    assert 'value="nobody"' in page
    answer = await group.send("/members/new", mail="x@example.org")
    assert EN("members.form.no_name") in await answer.text()
    said = await group.done("/members/new", given="Jürgen", family="Weiß", since="5.6.2026")
    assert said == "Jürgen Weiß is on the list."
    (found,) = [one for one in members(group.core).everyone() if one.name == "Jürgen Weiß"]
    assert found.since == "2026-06-05"


async def test_name_that_is_shown_follows_unless_somebody_wrote_another(group: Group) -> None:
    group.sign_in(group.kim)
    path = f"/members/{group.ada}/edit"
    await group.done(path, name="Ada Moor", given="Ada", family="Moor-Groß")
    assert group.member(group.ada).name == "Ada Moor-Groß"
    await group.done(path, name="Adi", given="Ada", family="Moor-Groß")
    await group.done(path, name="Adi", given="Ada", family="Moor")
    assert group.member(group.ada).name == "Adi"


async def test_change_is_saved_and_can_be_undone_by_one_button(group: Group) -> None:
    group.sign_in(group.kim)
    before = group.member(group.ada)
    path = f"/members/{group.ada}/edit"
    answer = await group.fill(path, mail="", phone="0431 3", phone_1="0431 4")
    page = await group.text(answer.headers["Location"])
    assert group.member(group.ada).values["phone"] == ("0431 3", "0431 4")
    assert "mail" not in group.member(group.ada).values
    (undo,) = re.findall(r'action="(/members/undo/\d+)"', page)
    assert await group.done(undo) == EN("members.done.undone")
    assert group.member(group.ada).values == before.values
    assert await group.done(undo) == EN("members.error.members-nothing-to-undo")


async def test_two_who_change_one_person_are_told(group: Group) -> None:
    group.sign_in(group.kim)
    path = f"/members/{group.ada}/edit"
    page = await group.text(path)
    (edition,) = re.findall(r'name="edition" value="([^"]+)"', page)
    edit(group.core, group.ada, {"town": ("Kiel",), "phone": ("0431 9",)})
    typed = {"name": "Ada Moor", "given": "Ada", "family": "Moor", "mail": "ada@example.org"}
    answer = await group.send(path, **typed, phone="0431 8", notes="sings", edition=edition)
    page = await answer.text()
    assert answer.status == 422
    assert "Somebody changed this meanwhile" in page
    assert "Kiel" in page
    assert "it says “0431 9” now" in page
    assert group.member(group.ada).values["phone"] == ("0431 9",)
    (edition,) = re.findall(r'name="edition" value="([^"]+)"', page)
    sent = await group.done(
        path, **typed, phone="0431 8", notes="sings", town="Kiel", edition=edition
    )
    assert sent == "Saved."
    assert group.member(group.ada).values["phone"] == ("0431 8",)
    assert group.member(group.ada).values["town"] == ("Kiel",)


async def test_person_changes_what_is_theirs_but_not_what_key_persons_note(group: Group) -> None:
    group.sign_in(group.ada)
    page = await group.text("/me/entry")
    assert 'autocomplete="given-name"' in page
    assert 'name="notes"' not in page
    answer = await group.fill("/me/entry", phone="0431 7", notes="changed")
    page = await group.text(answer.headers["Location"])
    found = group.member(group.ada)
    assert (found.first("phone"), found.first("notes")) == ("0431 7", "sings")
    (undo,) = re.findall(r'action="(/me/undo/\d+)"', page)
    await group.done(undo)
    assert group.member(group.ada).first("phone") == "0431 222222"


async def test_newcomer_changes_their_own_entry(group: Group) -> None:
    group.sign_in(group.new)
    answer = await group.fill("/me/entry", phone="0431 7")
    assert (answer.status, answer.headers["Location"]) == (303, "/me")
    assert group.member(group.new).first("phone") == "0431 7"


async def test_nobody_undoes_what_others_did(group: Group) -> None:
    no, _changed = edit(group.core, group.kim, {"phone": ("0431 5",)}, who=group.kim)
    group.sign_in(group.ada)
    assert (await group.send(f"/members/undo/{no}")).status == 403
    for path in (f"/me/undo/{no}", "/me/undo/99999", "/me/undo/x"):
        assert (await group.send(path)).status == 404
    assert group.member(group.kim).first("phone") == "0431 5"


async def test_what_was_imported_and_is_no_number_does_not_stop_a_change(group: Group) -> None:
    edit(group.core, group.ada, {"phone": ("ask Kim",), "mail": ("none",)})
    group.sign_in(group.kim)
    typed = {"name": "Ada Moor", "given": "Ada", "family": "Moor", "town": "Kiel"}
    path = f"/members/{group.ada}/edit"
    assert await group.done(path, **typed, phone="ask Kim", mail="none", notes="sings") == "Saved."
    assert group.member(group.ada).values["phone"] == ("ask Kim",)


BAD = [
    ("given", "x" * 201, "too long"),
    ("phone_1", "Ada\u202emoc", "no telephone number"),
    ("mail", "a@", "no mail address"),
]


@pytest.mark.parametrize(("field", "typed", "says"), BAD)
async def test_bad_input_is_named_and_nothing_typed_is_lost(
    group: Group, field: str, typed: str, says: str
) -> None:
    group.sign_in(group.kim)
    fields = {"name": "Ada Moor", "town": "Ulm", field: typed}
    answer = await group.fill(f"/members/{group.ada}/edit", **fields)
    page = await answer.text()
    assert answer.status == 422
    assert says in page
    assert 'value="Ulm"' in page
    assert f'aria-describedby="person-{field}-hint person-{field}-error"' in page
    assert group.member(group.ada).first("town") == ""


async def test_what_nobody_sees_is_not_saved(group: Group) -> None:
    group.sign_in(group.kim)
    path = f"/members/{group.ada}/edit"
    await group.done(path, name="Ada\u202e\x00 Moor", town="Ki\u0308el ")
    assert (group.member(group.ada).name, group.member(group.ada).first("town")) == (
        "Ada Moor",
        "Kïel",
    )


# Who sees me


async def test_person_says_what_members_see(group: Group) -> None:
    group.sign_in(group.ada)
    page = await group.text("/me/shown")
    assert 'value="mail"' in page
    assert 'value="notes"' not in page
    await group.done("/me/shown", fields="phone")
    group.sign_in(add(group.core, "Otto"))
    page = await group.text(f"/members/{group.ada}")
    assert "0431 222222" in page
    assert "ada@example.org" not in page
    group.sign_in(group.ada)
    await group.done("/me/shown", fields=None)
    group.sign_in(group.kim)
    assert EN("members.seen_now.person") in await group.text(f"/members/{group.ada}")
    answer = await group.fill("/me/shown", fields="notes")
    assert answer.status == 422


async def test_form_that_is_sent_twice_does_its_work_once(group: Group) -> None:
    group.sign_in(group.kim)
    twin = add(group.core, "A. Moor", mail="ada@example.org")
    column = add_column(group.core, "Size")
    before = len(members(group.core).everyone())
    sent = [
        ("/members/new", {"given": "Otto", "since": "today"}),
        (f"/members/{group.ada}/merge/{twin}", {"name": "this", "given": "this"}),
        (f"/members/{group.ada}/end", {"until": "today"}),
        (f"/members/{group.ada}/rejoin", {"since": "today"}),
        (f"/members/columns/{column.key}/remove", {}),
    ]
    for path, fields in sent:
        answers = [await group.send(path, **fields) for _time in range(2)]
        assert [one.status for one in answers] == [303, 303], path
        first, second = (one.headers["Location"] for one in answers)
        assert first == second, path
    assert len(members(group.core).everyone()) == before + 1 - 1
    assert len(group.member(group.ada).memberships) == 2
