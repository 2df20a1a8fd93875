"""Pages of members over HTTP: who sees what, and what each button does."""

import re

import pytest
from aiohttp import ClientResponse
from multidict import MultiDict

from node.features.members.changes.tables import begin
from node.features.members.columns import add_column
from node.features.members.editing import edit
from node.features.members.releasing import let_see, release
from node.features.members.tables import members
from node.features.members.types import Member, Seen
from node.people.persons import Standing, persons
from node.store.core import Core
from node.texts import Texts
from tests.node.features.members.filling import filled
from tests.node.features.members.people import add, member
from tests.node.web.conftest import Serve, Site

EN = Texts("en")


class Group:
    """A node with a key person, a member, a newcomer, and one browser."""

    def __init__(self, site: Site) -> None:
        self.site, self.core = site, site.core
        self.kim = add(
            self.core, "Kim Key", key_person=True, phone="0431 111111", mail="kim@example.org"
        )
        self.ada = add(
            self.core, "Ada Moor", phone="0431 222222", mail="ada@example.org", notes="sings"
        )
        self.new = add(self.core, "Nele Neu", standing=Standing.NEWCOMER)

    def sign_in(self, id: str) -> None:
        found = persons(self.core).get(id)
        assert found is not None
        self.site.sign_in(found)

    async def get(self, path: str) -> ClientResponse:
        return await self.site.get(path, headers={"Accept-Language": "en"})

    async def text(self, path: str, status: int = 200) -> str:
        answer = await self.get(path)
        assert answer.status == status, (path, answer.status)
        return await answer.text()

    async def send(self, path: str, **fields: object) -> ClientResponse:
        return await self.site.post(path, fields, Accept_Language="en")

    async def fill(self, path: str, **fields: object) -> ClientResponse:
        """Open a form, write into these fields, send it."""
        page = await self.text(path)
        return await self.site.post(
            path, MultiDict(filled(page, path, fields)), Accept_Language="en"
        )

    async def done(self, path: str, **fields: object) -> str:
        """What the page that comes next says, once; after filling in a form, if fields are said."""
        answer = await (self.fill(path, **fields) if fields else self.send(path))
        assert answer.status == 303, (path, answer.status, await answer.text())
        page = await self.text(answer.headers["Location"])
        found = re.search(r'<div class="done"[^>]*>\s*<p><bdi>(.*?)</bdi>', page)
        return found[1] if found else ""

    def member(self, id: str) -> Member:
        return member(self.core, id)


@pytest.fixture
async def group(serve: Serve, core: Core) -> Group:
    return Group(await serve(core))


ALL = (
    "/members",
    "/members/print",
    "/members/history",
    "/members/export",
    "/members/new",
    "/members/twins",
    "/members/columns",
    "/members/columns/mail",
    "/members/{ada}",
    "/members/{ada}/edit",
    "/members/{ada}/end",
    "/members/{ada}/merge",
    "/members/{ada}/merge/{kim}",
    "/me/shown",
    "/me/leave",
)


async def test_every_page_is_shown_in_both_languages(group: Group) -> None:
    group.sign_in(group.kim)
    with group.core.transaction():
        begin(group.core, "edit").stand(group.new, Standing.FORMER)
    for path in (*ALL, "/members/{new}/rejoin"):
        address = path.format(ada=group.ada, kim=group.kim, new=group.new)
        for language in ("de", "en"):
            answer = await group.site.get(address, headers={"Accept-Language": language})
            page = await answer.text()
            assert answer.status == 200, (address, page)
            assert len(page) < 60_000


# Who sees what


async def test_members_see_names_and_what_each_released(group: Group) -> None:
    release(group.core, group.kim, ["phone"], "May all see it?")
    group.sign_in(group.ada)
    page = await group.text("/members")
    assert "Kim Key" in page
    assert "0431 111111" in page
    assert "kim@example.org" not in page
    assert "Nele Neu" not in page
    assert "what that person shows to all members" in page
    page = await group.text(f"/members/{group.kim}")
    assert "0431 111111" in page
    assert "kim@example.org" not in page
    assert EN("members.web.released_only") in page


async def test_members_see_all_of_themselves(group: Group) -> None:
    group.sign_in(group.ada)
    page = await group.text(f"/members/{group.ada}")
    for one in ("0431 222222", "ada@example.org", "sings"):
        assert one in page


async def test_search_of_members_finds_nothing_that_they_do_not_see(group: Group) -> None:
    group.sign_in(group.ada)
    for text in ("111111", "kim@", "sings"):
        assert EN("members.web.nothing") in await group.text(f"/members?q={text}"), text
    assert "Kim Key" in await group.text("/members?q=kim")
    assert "Nele" not in await group.text("/members?who=newcomer")
    assert "Nele" not in await group.text("/members?who=all")


async def test_what_the_group_decided_is_seen(group: Group) -> None:
    (mail,) = [one for one in members(group.core).fields() if one.key == "mail"]
    let_see(group.core, mail, Seen.MEMBERS)
    group.sign_in(group.ada)
    assert "kim@example.org" in await group.text("/members")
    let_see(group.core, mail, Seen.KEY)
    release(group.core, group.kim, ["mail"], "May all see it?")
    assert "kim@example.org" not in await group.text("/members")


async def test_newcomers_see_nothing_of_others(group: Group) -> None:
    group.sign_in(group.new)
    for path in ("/members", f"/members/{group.ada}", "/members/history", "/members/print"):
        page = await group.text(path, 403)
        assert "Ada" not in page


async def test_members_do_not_see_newcomers_and_former_members(group: Group) -> None:
    gone = add(group.core, "Fred Fort", standing=Standing.FORMER)
    group.sign_in(group.ada)
    for id in (group.new, gone):
        assert (await group.get(f"/members/{id}")).status == 404
    group.sign_in(group.kim)
    for id in (group.new, gone):
        assert (await group.get(f"/members/{id}")).status == 200


KEY_ONLY = [path for path in ALL[3:] if "/me/" not in path and path != "/members/{ada}"]


@pytest.mark.parametrize("path", KEY_ONLY)
async def test_only_key_persons_change_others(group: Group, path: str) -> None:
    other = add(group.core, "Otto")
    group.sign_in(other)
    address = path.format(ada=group.ada, kim=group.kim)
    assert (await group.get(address)).status == 403
    assert (await group.send(address)).status in (403, 405)


async def test_link_of_the_machine_sees_and_changes_as_a_key_person(group: Group) -> None:
    await group.site.enter()
    assert "0431 222222" in await group.text(f"/members/{group.ada}")
    assert await group.done(f"/members/{group.ada}/edit", name="Ada M.") == "Saved."


# The list


async def test_list_is_searched_filtered_sorted_and_shared_as_a_link(group: Group) -> None:
    own = add_column(group.core, "T-Shirt", "choice", choices=("S", "M & L"))
    for name, size in (("Zoe Ärger", "S"), ("Bea Mueller", "M & L"), ("Cem Müller", "M & L")):
        edit(group.core, add(group.core, name), {own.key: (size,)})
    group.sign_in(group.kim)

    async def names(query: str) -> list[str]:
        page = await group.text("/members" + query)
        return re.findall(r'<th scope="row"><a href="/members/[a-z0-9]+"><bdi>(.*?)</bdi>', page)

    assert await names("?q=Muller") == ["Bea Mueller", "Cem Müller"]
    assert await names("?q=cem+mueller") == ["Cem Müller"]
    assert await names("?q=222222") == ["Ada Moor"]
    assert await names("?own-1=S") == ["Zoe Ärger"]
    assert await names("?own-1=M+%26+L&sort=-name") == ["Cem Müller", "Bea Mueller"]
    assert await names("?role=key") == ["Kim Key"]
    assert await names("?who=newcomer") == ["Nele Neu"]
    assert (await names("?who=all"))[0] == "Zoe Ärger"
    page = await group.text("/members?own-1=S")
    assert "S (1)" in page
    assert "M &amp; L (2)" in page


async def test_counts_stand_beside_what_can_be_chosen(group: Group) -> None:
    group.sign_in(group.kim)
    page = await group.text("/members")
    tabs = re.findall(r'#results"[^>]*>([\w ]+) <span class="soft">(\d+)</span>', page)
    assert tabs == [("Members", "2"), ("Newcomers", "1"), ("Former members", "0"), ("All", "3")]
    assert "Key person (1)" in page


async def test_fifty_people_are_a_page_and_what_is_chosen_stays(group: Group) -> None:
    with group.core.transaction():
        batch = begin(group.core, "import")
        for at in range(60):
            batch.add(f"Person {at:02}", {"given": ("Person",), "family": (f"{at:02}",)})
    group.sign_in(group.kim)
    page = await group.text("/members?q=person&sort=-name")
    assert page.count('<th scope="row">') == 50
    assert 'href="/members?q=person&amp;sort=-name&amp;page=2#results"' in page
    page = await group.text("/members?q=person&sort=-name&page=2")
    assert page.count('<th scope="row">') == 10
    assert (await group.text("/members?page=99")).count('<th scope="row">') == 12


@pytest.mark.parametrize(
    "query", ["?page=x", "?page=-1", "?sort=x", "?who=x", "?role=x", "?q=%00%F0", "?own-1=x" * 9]
)
async def test_address_that_nobody_could_have_chosen_shows_the_list(
    group: Group, query: str
) -> None:
    group.sign_in(group.kim)
    assert "Members" in await group.text("/members" + query)


async def test_empty_list_says_what_it_is_for(serve: Serve, core: Core) -> None:
    site = await serve(core)
    await site.enter()
    page = await site.text("/members", "en")
    assert EN("members.web.empty") in page
    assert 'href="/members/new"' in page


async def test_printed_list_has_all_people_and_no_tools(group: Group) -> None:
    group.sign_in(group.kim)
    page = await group.text("/members/print?who=all")
    assert page.count('<th scope="row">') == 3
    assert "0431 222222" in page
    group.sign_in(group.ada)
    page = await group.text("/members/print?who=all")
    assert page.count('<th scope="row">') == 2
    assert "0431 111111" not in page


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
    path = f"/members/{group.ada}/edit"
    page = await group.text(path)
    assert 'autocomplete="given-name"' in page
    assert 'name="notes"' not in page
    await group.done(
        path, name="Ada Moor", given="Ada", family="Moor", phone="0431 7", notes="changed"
    )
    found = group.member(group.ada)
    assert (found.first("phone"), found.first("notes")) == ("0431 7", "sings")
    (undo,) = group.core.db.all("select max(no) from member_batches where what = 'edit'")
    await group.done(f"/members/undo/{undo[0]}")
    assert group.member(group.ada).first("phone") == "0431 222222"


async def test_nobody_undoes_what_others_did(group: Group) -> None:
    no, _changed = edit(group.core, group.kim, {"phone": ("0431 5",)}, who=group.kim)
    group.sign_in(group.ada)
    assert (await group.send(f"/members/undo/{no}")).status == 403
    assert (await group.send("/members/undo/99999")).status == 404
    assert (await group.send("/members/undo/x")).status == 404


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
    assert (await group.get("/me/leave")).status == 404


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
    from node.features.members.pages import waiting

    add(group.core, "A. Moor", mail="ada@example.org")
    seen: list[list[str]] = []
    for id in (group.kim, group.ada):
        asked = _Asked(group, id)
        seen.append([one.path for one in waiting(asked)])  # type: ignore[arg-type]
    assert seen == [["/members/twins"], []]


class _Asked:
    """As much of a request as that function asks."""

    def __init__(self, group: Group, id: str) -> None:
        self.core = group.core
        self.person = persons(group.core).get(id)
        self.visit = type("Visit", (), {"keeper": False})()


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
