"""Pages of members over HTTP: who sees what, and what of the list."""

import re

import pytest

from node.features.members.changes.tables import begin
from node.features.members.columns import add_column
from node.features.members.editing import edit
from node.features.members.releasing import let_see, release
from node.features.members.tables import members
from node.features.members.types import Seen
from node.people.persons import Standing
from node.store.core import Core
from node.texts import Texts
from tests.node.features.members.group import Group
from tests.node.features.members.people import add
from tests.node.web.conftest import Serve

EN = Texts("en")


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
