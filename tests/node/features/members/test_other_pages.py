"""Leaving, making one of two entries, columns, counts and files by pages."""

import re

import pytest

from node.features.members.editing import edit
from node.features.members.tables import members
from node.features.members.types import Seen
from node.people.persons import Standing, persons
from node.texts import Texts
from tests.node.features.members.group import Group
from tests.node.features.members.people import add

EN = Texts("en")


# Leaving


async def test_member_leaves_by_one_tap_and_is_told_before(group: Group) -> None:
    group.sign_in(group.ada)
    page = await group.text("/me/leave")
    assert "Your last day is today" in page
    assert EN("members.leave.sees_nothing") in page
    answer = await group.send("/me/leave")
    assert answer.status == 303
    assert group.member(group.ada).standing is Standing.FORMER
    assert (await group.get("/members")).status == 403
    assert EN("members.leave.none") in await group.text("/me/leave")
    assert (await group.send("/me/leave")).status == 422


async def test_last_key_person_is_told_what_to_do_first(group: Group) -> None:
    group.sign_in(group.kim)
    assert EN("members.leave.last") in await group.text("/me/leave")
    answer = await group.send("/me/leave")
    assert answer.status == 422
    assert group.member(group.kim).standing is Standing.MEMBER
    answer = await group.send(f"/members/{group.kim}/end", until="today")
    assert answer.status == 422
    with group.core.transaction():
        persons(group.core).change(group.ada, key_person=True)
    assert (await group.send("/me/leave")).status == 303


async def test_key_person_ends_a_membership_with_day_notice_and_reason(group: Group) -> None:
    group.sign_in(group.kim)
    path = f"/members/{group.ada}/end"
    answer = await group.send(path, until="1.1.2020")
    assert answer.status == 422
    said = await group.done(path, until="today", notice="1.6.2026", reason="moves away")
    assert said.startswith("The membership of Ada Moor ended on ")
    found = group.member(group.ada)
    assert found.standing is Standing.FORMER
    assert (found.memberships[0].notice, found.memberships[0].reason) == (
        "2026-06-01",
        "moves away",
    )
    said = await group.done(f"/members/{group.ada}/rejoin", since="today")
    assert said == "Ada Moor is a member again."
    assert len(group.member(group.ada).memberships) == 2


# On the list twice


async def test_two_entries_become_one_and_two_again(group: Group) -> None:
    twin = add(group.core, "A. Moor", mail="ada@example.org", town="Kiel")
    edit(group.core, group.ada, {"town": ("Ulm",)})
    group.sign_in(group.kim)
    assert "One pair on the list" in await group.text("/members")
    assert f"/merge/{twin}" in (await group.text("/members/twins")) or (
        f"/members/{twin}/merge/{group.ada}" in await group.text("/members/twins")
    )
    page = await group.text(f"/members/{group.ada}/merge/{twin}")
    assert "Which is right?" in page
    said = await group.done(
        f"/members/{group.ada}/merge/{twin}", name="this", given="this", town="other"
    )
    assert said == "Ada Moor and A. Moor are one entry now."
    assert group.member(group.ada).first("town") == "Kiel"
    answer = await group.get(f"/members/{twin}")
    assert (answer.status, answer.headers["Location"]) == (303, f"/members/{group.ada}")
    page = await group.text(f"/members/{group.ada}")
    (undo,) = re.findall(r'action="(/members/undo/\d+)"', page)
    await group.done(undo)
    assert group.member(twin).first("town") == "Kiel"
    assert group.member(group.ada).first("town") == "Ulm"


async def test_two_who_both_sign_in_are_rather_two_people(group: Group) -> None:
    twin = add(group.core, "A. Moor", mail="ada@example.org")
    for id in (group.ada, twin):
        group.sign_in(id)
    group.sign_in(group.kim)
    page = await group.text(f"/members/{group.ada}/merge/{twin}")
    assert EN("members.merge.both_sign_in") in page
    page = await group.text(f"/members/{twin}/merge/{group.new}")
    assert EN("members.merge.both_sign_in") not in page


async def test_two_people_are_noted_as_two(group: Group) -> None:
    twin = add(group.core, "A. Moor", mail="ada@example.org")
    group.sign_in(group.kim)
    said = await group.done(f"/members/{group.ada}/different/{twin}")
    assert said == "Noted: Ada Moor and A. Moor are two people."
    assert EN("members.twins.none") in await group.text("/members/twins")


async def test_other_entry_is_looked_for(group: Group) -> None:
    group.sign_in(group.kim)
    page = await group.text(f"/members/{group.ada}/merge?q=key")
    assert f"/members/{group.ada}/merge/{group.kim}" in page
    assert (await group.get(f"/members/{group.ada}/merge/{group.ada}")).status == 404
    assert (await group.get(f"/members/{group.ada}/merge/{'x' * 32}")).status == 404


async def test_pairs_wait_for_key_persons(group: Group) -> None:
    add(group.core, "A. Moor", mail="ada@example.org")
    group.sign_in(group.kim)
    page = await group.text("/")
    assert "One pair on the list may be the same person" in page
    assert 'href="/members/twins"' in page
    group.sign_in(group.ada)
    assert "/members/twins" not in await group.text("/")


# Columns


async def test_column_of_the_group_own(group: Group) -> None:
    group.sign_in(group.kim)
    answer = await group.send("/members/columns", label="Phone", kind="text", seen="key")
    assert "There is a column “Phone” already" in await answer.text()
    answer = await group.send("/members/columns", label="Size", kind="choice", seen="key")
    assert EN("members.column.two_choices") in await answer.text()
    await group.done("/members/columns", label="Size", kind="choice", seen="key", choices="S\nM\nS")
    (own,) = [one for one in members(group.core).fields() if one.own]
    assert (own.label, own.choices, own.seen) == ("Size", ("S", "M"), Seen.KEY)
    path = f"/members/{group.ada}/edit"
    await group.done(path, name="Ada Moor", **{own.key: "c1"})
    assert group.member(group.ada).first(own.key) == "M"
    await group.done(f"/members/columns/{own.key}/move/up")
    keys = [one.key for one in members(group.core).fields()]
    assert keys[-2:] == [own.key, "notes"]
    await group.done(f"/members/columns/{own.key}", label="Shirt", choices="M\nL", seen="members")
    (own,) = [one for one in members(group.core).fields() if one.own]
    assert (own.label, own.choices, own.seen) == ("Shirt", ("M", "L"), Seen.MEMBERS)
    assert "1 person has something" in await group.text(f"/members/columns/{own.key}/remove")
    answer = await group.send(f"/members/columns/{own.key}/remove")
    page = await group.text(answer.headers["Location"])
    assert not [one for one in members(group.core).fields() if one.own]
    (undo,) = re.findall(r'action="(/members/undo/\d+)"', page)
    await group.done(undo)
    assert members(group.core).fields()[-2] == own
    assert group.member(group.ada).first(own.key) == "M"


async def test_columns_of_every_group_stay(group: Group) -> None:
    group.sign_in(group.kim)
    for path in ("/members/columns/mail/remove", "/members/columns/given", "/members/columns/x"):
        assert (await group.get(path)).status == 404
    await group.done("/members/columns/mail", seen="members")
    assert [one.seen for one in members(group.core).fields() if one.key == "mail"] == [Seen.MEMBERS]


# Counts and files


async def test_counts_are_a_picture_and_a_table(group: Group) -> None:
    add(group.core, "Otto", since="2025-01-15")
    group.sign_in(group.ada)
    page = await group.text("/members/history")
    assert '<svg viewBox="0 0 720 220" role="img"' in page
    assert "<caption>By month, the newest first</caption>" in page
    assert "March 2025" in page
    assert "Otto" not in page


@pytest.mark.parametrize("form", ["xlsx", "csv", "vcf"])
async def test_files_are_downloads(group: Group, form: str) -> None:
    group.sign_in(group.kim)
    answer = await group.get(f"/members/export/{form}")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="members.{form}"'
    assert answer.headers["Cache-Control"] == "no-store"
    data = await answer.read()
    if form == "csv":
        assert "Ada Moor" in data.decode("utf-8-sig")
    assert (await group.get("/members/export/exe")).status == 404


async def test_names_stand_in_no_address(group: Group) -> None:
    group.sign_in(group.kim)
    page = await group.text("/members") + await group.text(f"/members/{group.ada}")
    for address in re.findall(r'(?:href|action)="(/[^"]*)"', page):
        assert "Ada" not in address
        assert "Moor" not in address
