"""Who may ask for what: rights × addresses as one text, asked over HTTP; what pages are given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from node.feature import Feature, Right, Route
from node.features import FEATURES
from node.features.bundles.actions import write_bundle
from node.features.mine.erasing import erase_person
from node.features.rules.actions import begin
from node.features.rules.tables import rules
from node.links.manager import Links
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from node.upkeep.erasure_list import FOLDER
from node.web.page import Page
from node.web.render import Renderer
from node.web.rights import may
from node.web.server import DESCRIPTOR, HEALTH, LINK, make_app
from node.web.site import rights
from node.web.visit import Visit, form_token
from tests.node.entering import code_for
from tests.node.features.answers.addresses import THERE as ANSWERS
from tests.node.web.conftest import Site, person
from tests.node.web.texts import SECRET
from tests.node.web.world import INSIDE, OUTSIDE


def visitor(standing: Standing, **more: bool) -> tuple[Person, bool]:
    rights = {"key_person": False, "treasurer": False, **more}
    return Person("x", "X", standing, made=0, **rights), False


VISITORS: Mapping[str, tuple[Person | None, bool]] = {
    "outside": (None, False),
    "newcomer": visitor(Standing.NEWCOMER, key_person=True, treasurer=True),
    "former": visitor(Standing.FORMER, key_person=True, treasurer=True),
    "member": visitor(Standing.MEMBER),
    "treasurer": visitor(Standing.MEMBER, treasurer=True),
    "key person": visitor(Standing.MEMBER, key_person=True),
    "keeper": (None, True),
}
"""Kinds of visitors: a person, and whether it is who came by the machine's link. What a newcomer
was promised and a former member had counts for nothing."""

POLICY = Path(__file__).with_name("policy.txt")

MACHINES = {("GET", path): Right.EVERYBODY for path in (LINK, HEALTH, DESCRIPTOR)}

RIGHTS = {**rights(FEATURES), **MACHINES}

THERE = {
    "/groups/{id}": "/groups/{utopie}",
    **{
        f"/directory/import/{{id}}{one}": f"/directory/import/none{one}"
        for one in ("", "/commit", "/mine", "/give-up")
    },
    "/groups/{id}/same": "/groups/{utopie}/same",
    "/directory/undo/{edition}": "/directory/undo/1",
    "/directory/export/{form}": "/directory/export/csv",
    "/directory/list/{no}": "/directory/list/1",
    "/directory/list/{no}/remove": "/directory/list/1/remove",
    "/networks/{id}": "/networks/{network}",
    "/networks/{id}/applications/{group}": "/networks/{network}/applications/{nobody}",
    "/networks/{id}/applications/{group}/admit": "/networks/{network}/applications/{nobody}/admit",
    "/networks/{id}/applications/{group}/decline": (
        "/networks/{network}/applications/{nobody}/decline"
    ),
    "/networks/{id}/expel/{group}": "/networks/{network}/expel/{rkslp}",
    "/networks/{id}/proposals/{proposal}": "/networks/{network}/proposals/{proposal}",
    "/networks/{id}/proposals/{proposal}/oppose": "/networks/{network}/proposals/{proposal}/oppose",
    "/networks/{id}/decisions/{letters}": "/networks/{network}/decisions/{letters}",
    "/networks/{id}/left": "/networks/{old}/left",
    "/networks/{id}/apply": "/networks/{old}/apply",
    "/networks/{id}/apply/back": "/networks/{unanswered}/apply/back",
    **{
        f"/networks/{{id}}/{one}": f"/networks/{{network}}/{one}"
        for one in ("invite", "proposals", "amend", "move", "show-us", "show-publicly", "leave")
    },
    "/groups/{id}/show-publicly": "/groups/{partner}/show-publicly",
    "/pacts/{id}": "/pacts/{open}",
    **{f"/pacts/{{id}}/{one}": f"/pacts/{{open}}/{one}" for one in ("now", "sign", "aside")},
    "/meetings/{host}/{name}": "/meetings/{home}/{public}",
    "/meetings/{host}/{name}/meeting.ics": "/meetings/{home}/{public}/meeting.ics",
    **{
        f"/meetings/{{host}}/{{name}}/{one}": f"/meetings/{{home}}/{{public}}/{one}"
        for one in ("edit", "undo", "cancel", "invite", "erase")
    },
    "/meetings/{host}/{name}/answer/{answer}": "/meetings/{rkslp}/intern/answer/counter",
    "/meetings/{host}/{name}/adopt/{guest}": "/meetings/{home}/{public}/adopt/{inclusion}",
    "/exchange/{author}/{kind}/{name}": "/exchange/{home}/offer/{tables}",
    **{
        f"/exchange/{{author}}/{{kind}}/{{name}}{one}": f"/exchange/{{home}}/offer/{{tables}}{one}"
        for one in ("/change", "/take", "/end")
    },
    "/statements/{network}/alike/{one}/{other}": "/statements/{network}/alike/{home}/{partner}",
    **{
        f"/statements/{{network}}/one/{{name}}{one}": f"/statements/{{network}}/one/{{houses}}{one}"
        for one in ("", "/back", "/change", "/remove")
    },
    "/bundles/{id}": "/bundles/{partner}",
    "/ties/add/{id}": "/ties/add/{r_seen}",
    "/bundles/from/{id}": "/bundles/from/{strange}",
    "/bundles/from/{id}/accept": "/bundles/from/{strange_over}/accept",
    "/bundles/from/{id}/drop": "/bundles/from/{strange}/drop",
    **{
        f"/ties/add/{{id}}/{one}": f"/ties/add/{{r_unseen}}/{one}"
        for one in ("accept", "again", "allow", "drop")
    },
    "/ties/links/{id}": "/ties/links/{given}",
    "/ties/links/{id}/poster": "/ties/links/{given}/poster",
    "/ties/links/{id}/end": "/ties/links/{given}/end",
    "/ties/{id}": "/ties/{partner}",
    "/ties/{id}/name": "/ties/{partner}/name",
    "/ties/{id}/end": "/ties/{partner}/end",
    "/join/{token}": "/join/{join}",
    "/invited/{token}": "/invited/{invited}",
    "/invitations/{id}": "/invitations/{link}",
    "/invitations/{id}/poster": "/invitations/{link}/poster",
    "/invitations/{id}/end": "/invitations/{link}/end",
    "/newcomers/{id}": "/newcomers/{newcomer}",
    "/newcomers/{id}/decline": "/newcomers/{newcomer}/decline",
    "/members/{id}/role": "/members/{member}/role",
    "/members/{id}/code": "/members/{member}/code",
    "/members/{id}/invite": "/members/{invitee}/invite",
    "/members/{id}/acting": "/members/{member}/acting",
    "/members/{id}/seconds/end": "/members/{member}/seconds/end",
    "/static/{name}": "/static/style.css",
    "/circles/{circle}/people/{person}": "/circles/{circle}/people/{member}",
    "/circles/{circle}/files/{file}": "/circles/{circle}/files/file",
    "/participants/{whom}": "/participants/{network}",
    "/participants/{whom}/me": "/participants/{network}/me",
    "/participants/{whom}/withdraw": "/participants/{network}/withdraw",
    "/members/export/{form}": "/members/export/csv",
    "/members/columns/{key}": "/members/columns/own-1",
    "/members/columns/{key}/move/{way}": "/members/columns/own-1/move/up",
    "/members/columns/{key}/remove": "/members/columns/own-1/remove",
    "/members/undo/{batch}": "/members/undo/1",
    "/members/{id}": "/members/{member}",
    **{
        f"/members/import/{{id}}{one}": f"/members/import/{{import_preview}}{one}"
        for one in ("", "/columns", "/sheet", "/answers", "/commit", "/undo", "/give-up")
    },
    "/members/{id}/edit": "/members/{member}/edit",
    "/members/{id}/end": "/members/{member}/end",
    "/members/{id}/rejoin": "/members/{left}/rejoin",
    "/members/{id}/membership/{no}": "/members/{member}/membership/1",
    "/members/{id}/merge": "/members/{member}/merge",
    "/members/{id}/merge/{other}": "/members/{member}/merge/{twin}",
    "/members/{id}/different/{other}": "/members/{member}/different/{twin}",
    "/me/undo/{batch}": "/me/undo/1",
    **ANSWERS,
}
"""Of each address with a variable part one that is there. Others are made anew (`address`)."""

GIVEN_OUT = frozenset(
    f"/circles/{{circle}}{rest}"
    for rest in ("/change", "/leave", "/close", "/posts/{post}/change", "/posts/{post}/erase")
)
"""Where people give out rights of their own: others who may ask hear that nothing is there."""

ALLOWED_TO_STREAM = {
    route.path
    for one in FEATURES
    for route in one.routes
    if route.streams and route.method == "POST"
}
"""They read what is sent by themselves, and are asked for it in the tests of their nouns."""

KEPT_FROM_OUTSIDE = {
    "/groups/{id}": ("/groups/{listed}", "/groups/{waiting}"),
    "/networks/{id}": ("/networks/{unanswered}", "/networks/{old}"),
    "/meetings/{host}/{name}": ("/meetings/{rkslp}/intern", "/meetings/{home}/{private}"),
    "/meetings/{host}/{name}/meeting.ics": (
        "/meetings/{rkslp}/intern/meeting.ics",
        "/meetings/{home}/{private}/meeting.ics",
    ),
    "/meetings/{host}/{name}/answer": ("/meetings/{home}/{private}/answer",),
    "/exchange/{author}/{kind}/{name}": (
        "/exchange/{home}/want/{projector}",
        "/exchange/{partner}/offer/{bench}",
    ),
}
"""Where everybody may ask, but not for everything: outside it is as if it were not there."""


def table() -> list[str]:
    """Who has which right, and which right each address needs."""
    who = [f"{'right':24}{' '.join(f'{name:11}' for name in VISITORS)}".rstrip()]
    for right in Right:
        marks = ("yes" if may(*VISITORS[name], right) else "–" for name in VISITORS)
        who.append(f"{right.value:24}{' '.join(f'{mark:11}' for mark in marks)}".rstrip())
    lines = [f"{right.value:24}{method:6}{path}" for (method, path), right in RIGHTS.items()]
    return [*who, "", *sorted(lines)]


def test_the_policy_stands_in_a_file() -> None:
    assert POLICY.read_text("utf-8").splitlines() == table()


def test_every_address_of_the_server_is_in_it(new_core: Core) -> None:
    app = make_app(new_core, Links(new_core), None, FEATURES)
    served = {(one.method, one.resource.canonical) for one in app.router.routes() if one.resource}
    assert {one for one in served if one[0] != "HEAD"} == set(RIGHTS)
    heads = {path for method, path in served if method == "HEAD"}
    assert heads < {path for method, path in RIGHTS if method == "GET"}


def test_address_without_a_right_is_not_served(new_core: Core) -> None:
    talks = Feature("talks", routes=(Route("/talks", "pages:talks", None),))
    with pytest.raises(TypeError, match="/talks names no right"):
        make_app(new_core, Links(new_core), None, (*FEATURES, talks))


NONCE = "n" * 32
"""Of a browser that nobody is signed in with."""


def address(site: Site, path: str) -> str:
    if path == "/enter/{code}":
        return f"/enter/{code_for(site.core)}"
    if path == "/settings/requests/{id}":
        return f"/settings/requests/{begun(site.core)}"
    if path == "/erased/{token}":
        return f"/erased/{erase_person(site.core, person(site.core).id).token}"
    if path.startswith("/machine/backups/{name}"):
        return path.replace("{name}", backed_up(site.core))
    return THERE.get(path, path)


def backed_up(core: Core) -> str:
    """The name of a backup that lies there."""
    file = core.home.path / FOLDER / "2027-01-01.verbund"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"sealed")
    return file.name


def begun(core: Core) -> str:
    """The id of an act that waits for other key persons."""
    with core.transaction():
        rules(core).set_needed("leave", 2)
    kept = [person(core, key_person=True) for _ in range(2)]
    return begin(core, kept[0].id, "leave", {"network": kept[1].id.encode().hex()}).request


def sent(site: Site, path: str, token: str) -> FormData:
    """What a form of ours would send, with nothing filled in; of bundles one's own."""
    made = FormData()
    made.add_field("token", form_token(token or NONCE))
    if path == "/bundles":
        file = site.core.home.path.parent / "own.verbund"
        write_bundle(site.core, None, file, replace=True)
        made.add_field("file", file.open("rb"), filename="x")
    return made


async def ask(site: Site, method: str, path: str, token: str = "") -> int:
    """The status of an answer; of a link between machines, that it says so."""
    data = sent(site, path, token) if method == "POST" else None
    url = site.server.make_url("/").join(site.server.make_url(site.path(address(site, path))))
    port = site.server.port
    cookie = f"verbund-{port}={token}" if token else f"verbund-form-{port}={NONCE}"
    headers = {"Cookie": cookie, "Origin": str(site.root).rstrip("/")}
    answer = await site.browser.request(
        method, url, data=data, headers=headers, allow_redirects=False
    )
    if path == LINK:
        assert "WebSocket" in await answer.text()
        return 200 if answer.status == 400 else answer.status
    return answer.status


def come(site: Site, name: str) -> str:
    """The token of a visitor of this kind; empty of one who is not signed in."""
    someone, keeper = VISITORS[name]
    if someone is None:
        return site.sessions.begin(None, "link", "") if keeper else ""
    with site.core.transaction():
        persons(site.core).add(
            name, name, someone.standing, site.core.clock(),
            key_person=someone.key_person, treasurer=someone.treasurer,
        )  # fmt: skip
    return site.sessions.begin(name, "password", "")


@pytest.mark.parametrize(("method", "path"), RIGHTS)
async def test_every_visitor_gets_what_the_table_says(
    site: Site, method: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All kinds of visitors at one address: refused with 403, or let in."""
    right = RIGHTS[method, path]
    for name, (someone, keeper) in VISITORS.items():
        if path == "/styleguide":
            monkeypatch.setenv("VERBUND_DEVELOPMENT", "1")
        site.browser.cookie_jar.clear()
        status = await ask(site, method, path, come(site, name))
        if may(someone, keeper, right):
            # What a form lacks is said in words: it came past the door.
            good = status < 400 if method == "GET" else status < 500 and status not in (403, 405)
            good = good or (status == 404 and path in GIVEN_OUT)
            assert good, f"{name} is let in: {status}"
        else:
            assert status == 403, f"{name} is refused: {status}"


@pytest.mark.parametrize(
    "path", [one for (method, one), r in RIGHTS.items() if r is not Right.EVERYBODY]
)
async def test_outside_other_methods_give_nothing_away(site: Site, path: str) -> None:
    for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        url = site.server.make_url(site.path(address(site, path)))
        answer = await site.browser.request(method, url, allow_redirects=False)
        assert answer.status in (403, 405)
        assert SECRET not in await answer.text()


@pytest.mark.parametrize("path", [one for some in KEPT_FROM_OUTSIDE.values() for one in some])
async def test_what_is_kept_from_outside_is_not_there(site: Site, path: str) -> None:
    assert (await site.get(path)).status == 404
    await site.enter()
    assert (await site.get(path)).status == 200


# What pages are given

ONLY_INSIDE: Mapping[str, Mapping[str, object]] = {
    "GroupView": {"audience": "public", "networks": ()},
    "NetworkView": {
        "standing": None,
        "held_here": False,
        "held_before": False,
        "members": None,
        "unconfirmed": (),
        "proposals": (),
    },
    "MeetingView": {
        "audience": "public",
        "audience_name": None,
        "own": False,
        "invited": False,
        "note": None,
        "my_answer": None,
        "my_answer_outdated": False,
        "answers": (),
    },
    "ThingView": {"audience": "public", "seen_by": (), "own": False, "taken": None, "takes": ()},
}
"""Fields of views that only inside may see, and what they are outside."""

Given = list[tuple[Visit, Page]]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """What each page was made of."""
    found: Given = []
    render = Renderer.render

    def noting(self: Renderer, page: Page, visit: Visit, *more: Any) -> str:
        found.append((visit, page))
        return render(self, page, visit, *more)

    monkeypatch.setattr(Renderer, "render", noting)
    return found


def parts(value: object) -> Iterator[object]:
    """All that a template can get to from a value, but for what functions give."""
    yield value
    inner: Iterator[object] | list[object] = []
    if is_dataclass(value):
        inner = [getattr(value, one.name) for one in fields(value)]
    elif isinstance(value, Mapping):
        inner = [*value, *value.values()]
    elif isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        inner = [*value]
    else:
        assert value is None or isinstance(value, str | int | float | Enum), (
            f"a template gets {value!r}"
        )
    for one in inner:
        yield from parts(one)


async def test_public_pages_are_given_nothing_from_inside(site: Site, given: Given) -> None:
    """Not even what their templates don't show: a slip in a template can give nothing away."""
    for path in OUTSIDE:
        await site.get(path)
    assert len(given) == len(OUTSIDE)
    unseen = [site.path(f"{{{one}}}") for one in ("waiting", "nobody", "gone", "old", "unanswered")]
    for visit, page in given:
        assert not visit.token
        for one in parts(page.values):
            assert SECRET not in str(one)
            assert one not in unseen
            for name, public in ONLY_INSIDE.get(type(one).__name__, {}).items():
                assert getattr(one, name) == public, name


async def test_inside_sees_each_of_these_fields(inside: Site, given: Given) -> None:
    """So that the list above stays one of fields that would say something."""
    for path in (*OUTSIDE, *INSIDE):
        await inside.get(path)
    seen: set[tuple[str, str]] = set()
    for _visit, page in given:
        for one in parts(page.values):
            for name, public in ONLY_INSIDE.get(type(one).__name__, {}).items():
                seen |= {(type(one).__name__, name)} if getattr(one, name) != public else set()
    missing = {(view, name) for view, some in ONLY_INSIDE.items() for name in some} - seen
    assert missing == {("NetworkView", "held_before")}
