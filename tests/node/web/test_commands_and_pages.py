"""Every command that changes something has its page, and every form its command: one table.

What has only one of the two stands in it with the reason. The table is compared whole with what the
nouns declare, so that nobody adds the one and forgets the other.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from node.cli.effects import Effect
from node.features import FEATURES

COMMANDS = {
    " ".join(one.path)
    for feature in FEATURES
    for one in feature.commands
    if one.effect is not Effect.READS
}
"""Those that write or end something."""

FORMS = {route.path for feature in FEATURES for route in feature.routes if route.method == "POST"}

EXCHANGE = "/exchange/{author}/{kind}/{name}"
MEETING = "/meetings/{host}/{name}"
NETWORK = "/networks/{id}"
STATEMENT = "/statements/{network}/one/{name}"

PAGES: Mapping[str, tuple[str, ...]] = {
    "bundle read": ("/bundles", "/bundles/from/{id}/accept"),
    "clock confirm": ("/machine/clock",),
    "exchange end": (f"{EXCHANGE}/end",),
    "exchange offer": ("/exchange/offer",),
    "exchange take": (f"{EXCHANGE}/take",),
    "exchange want": ("/exchange/want",),
    "keys new-words": ("/machine/words/new",),
    "keys rotate": ("/machine/keys/renew", "/machine/keys/stolen"),
    "keys words": ("/machine/words", "/machine/words/check"),
    "meeting cancel": (f"{MEETING}/cancel",),
    "meeting edit": (f"{MEETING}/adopt/{{guest}}", f"{MEETING}/edit"),
    "meeting erase": (f"{MEETING}/erase",),
    "meeting invite": (f"{MEETING}/invite",),
    "meeting new": ("/meetings/new",),
    "meeting reply": (f"{MEETING}/answer/{{answer}}",),
    "group edit": ("/entry",),
    "group erase": ("/entry/erase",),
    "group same": ("/groups/{id}/same",),
    "import": (
        "/directory/import",
        "/directory/import/{id}/commit",
        "/directory/import/{id}/give-up",
        "/directory/import/{id}/mine",
        "/directory/undo/{edition}",
    ),
    "group show-publicly": ("/groups/{id}/show-publicly",),
    "network admit": (f"{NETWORK}/applications/{{group}}/admit",),
    "network amend": (f"{NETWORK}/amend",),
    "network apply": (f"{NETWORK}/apply",),
    "network confirm": (
        f"{NETWORK}/decisions/{{letters}}",
        f"{NETWORK}/proposals/{{proposal}}",
    ),
    "network decline": (f"{NETWORK}/applications/{{group}}/decline",),
    "network expel": (f"{NETWORK}/expel/{{group}}",),
    "network found": ("/networks/new",),
    "network leave": (f"{NETWORK}/leave",),
    "network move": (f"{NETWORK}/move",),
    "network oppose": (f"{NETWORK}/proposals/{{proposal}}/oppose",),
    "network show-publicly": (f"{NETWORK}/show-publicly",),
    "network show-us": (f"{NETWORK}/show-us",),
    "peer accept": ("/ties/add", "/ties/add/{id}/accept"),
    "peer end": ("/ties/{id}/end",),
    "peer invite": ("/ties/links",),
    "peer show-us": ("/ties/{id}/name",),
    "statements add": ("/statements/{network}/new",),
    "statements answer": (STATEMENT, f"{STATEMENT}/back"),
    "statements edit": (f"{STATEMENT}/change",),
    "statements remove": (f"{STATEMENT}/remove",),
    "members import": (
        "/members/import",
        "/members/import/{id}/answers",
        "/members/import/{id}/columns",
        "/members/import/{id}/commit",
        "/members/import/{id}/give-up",
        "/members/import/{id}/sheet",
    ),
    "members merge": ("/members/{id}/merge/{other}",),
    "members undo": ("/members/import/{id}/undo", "/members/import/undo", "/members/undo/{batch}"),
    "pact propose": ("/pacts/new",),
    "pact sign": ("/pacts/{id}/sign",),
    "participants publish": ("/participants/{whom}/me",),
    "participants withdraw": ("/participants/{whom}/withdraw",),
    "people code": ("/members/{id}/code",),
    "people invite": ("/invitations/new", "/members/{id}/invite"),
    "phones": ("/machine/phones",),
    "settings set": ("/settings",),
}
"""Command → where its forms are sent."""

NO_PAGE_YET = "before there is a page: it makes the node, or makes it again"
NO_SERVER = "it begins or ends the server that gives the pages"

WITHOUT_PAGE: Mapping[str, str] = {
    "init": NO_PAGE_YET,
    "keys recover": NO_PAGE_YET,
    "restore": f"{NO_PAGE_YET}; its --go-on is /machine/keys/waiting",
    "page": "it makes the link that leads to the pages",
    "run": NO_SERVER,
    "serve": f"{NO_SERVER}; address, proxy and local network are pages of the machine",
    "stop": f"{NO_SERVER}; nobody could start from a page what was stopped from it",
}
"""What has none, and why."""

AT_THE_DOOR = "who signs in does it in the browser; a terminal is let in by the folder"
ONESELF = "a person does it for themselves, and no terminal knows who that is"
GROUP = "the list of members is kept on its pages; commands show, merge, undo and import"
COMING_IN = "people come in by a browser; `people invite` and `people code` make the links"
CIRCLES = "circles and who is in them belong to persons, and no terminal knows who that is"

WITHOUT_COMMAND: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("/code", "/code/passkey", "/code/passkey/options", "/enter/{code}"),
            *("/sign-in", "/sign-out"),
        ),
        AT_THE_DOOR,
    ),
    **dict.fromkeys(
        (
            *("/me/acting/begin", "/me/acting/end", "/me/acting/stop", "/me/acting/yes"),
            *("/me/data/erase", "/me/entry", "/me/leave", "/me/password", "/me/sessions"),
            *("/me/shown", "/me/undo/{batch}", "/me/ways/code", "/me/ways/paper"),
            *("/me/ways/passkeys", "/me/ways/passkeys/options", "/me/ways/passkeys/remove"),
            "/members/{id}/acting",
            "/settings/requests/{id}",
        ),
        ONESELF,
    ),
    **dict.fromkeys(
        (
            *("/members/columns", "/members/columns/{key}", "/members/columns/{key}/move/{way}"),
            *("/members/columns/{key}/remove", "/members/new", "/members/{id}/different/{other}"),
            *("/members/{id}/edit", "/members/{id}/end", "/members/{id}/membership/{no}"),
            *("/members/{id}/rejoin", "/members/{id}/role", "/members/{id}/seconds/end"),
            "/dissolve",
        ),
        GROUP,
    ),
    **dict.fromkeys(
        (
            *("/invitations/{id}/end", "/invited/{token}", "/join/{token}", "/newcomers/{id}"),
            *("/newcomers/{id}/decline", "/welcome"),
        ),
        COMING_IN,
    ),
    **dict.fromkeys(
        (
            *("/circles/new", "/circles/{circle}", "/circles/{circle}/change"),
            *("/circles/{circle}/close", "/circles/{circle}/come-in", "/circles/{circle}/leave"),
            *("/circles/{circle}/people", "/circles/{circle}/people/{person}"),
            *("/circles/{circle}/posts/{post}", "/circles/{circle}/posts/{post}/change"),
            "/circles/{circle}/posts/{post}/erase",
        ),
        CIRCLES,
    ),
    **dict.fromkeys(
        (
            *("/answer/{token}", "/answer/{token}/withdraw", "/come/{token}"),
            *(f"{MEETING}/answer", f"{MEETING}/mine", f"{MEETING}/tap"),
            *("/me/calendar", "/me/calendar/end"),
        ),
        "one person answers, with an account or without; `meeting reply` answers for the group",
    ),
    **dict.fromkeys(
        (
            *(f"{MEETING}/answers/close", f"{MEETING}/answers/erase", f"{MEETING}/answers/link"),
            *(f"{MEETING}/answers/put-back/{{batch}}", f"{MEETING}/answers/seen"),
            *(f"{MEETING}/answers/strike", f"{MEETING}/answers/unlink"),
        ),
        "the list of who comes is kept on its page; `meeting answers` shows it",
    ),
    **dict.fromkeys(
        (
            *("/bundles/from/{id}/drop", "/ties/add/{id}/again", "/ties/add/{id}/drop"),
            "/ties/links/{id}/end",
        ),
        "`peer accept` is typed again or not at all; a link that nobody uses runs out",
    ),
    **dict.fromkeys(
        ("/directory/list/{no}", "/directory/list/{no}/remove", "/directory/new"),
        "one's own list is changed as a file and taken in again: `export`, `import`",
    ),
    "/publicly": "what one's own page shows of partners is chosen where it is seen",
    "/ties/add/{id}/allow": "`serve --private-addresses`",
    f"{MEETING}/undo": "`meeting edit` says again what was said before",
    "/pacts/{id}/aside": "who does not sign goes on as before; on the page it is out of sight",
    f"{NETWORK}/apply/back": "`network leave` takes back what was asked",
    "/networks/link/paste": "`network apply` takes the link",
    f"{EXCHANGE}/change": "a command ends the entry and writes it anew",
    "/machine/address": "`serve --public-url`",
    "/machine/address/look": "`serve` says what it finds",
    "/machine/backups": "`backup` writes a file and changes nothing here",
    "/machine/backups/{name}": "`backup` writes the file where one wants it",
    "/machine/backups/{name}/words": "`restore` says so before it does anything",
    "/machine/keys/waiting": "`restore --go-on`",
    "/machine/nearby": "`serve --local-network`",
    "/machine/proxy": "`serve --proxy`",
    "/machine/unreached": "starting `serve` anew does it",
}
"""What no command sends, and why."""

ALL = (PAGES, WITHOUT_PAGE)


def twice(names: Iterable[str]) -> list[str]:
    found = sorted(names)
    return [one for one, next_ in pairwise(found) if one == next_]


def test_every_command_that_changes_something_has_its_page() -> None:
    assert sorted(COMMANDS) == sorted([*PAGES, *WITHOUT_PAGE])


def test_every_form_has_its_command() -> None:
    sent = [path for paths in PAGES.values() for path in paths]
    assert sorted(FORMS) == sorted({*sent, *WITHOUT_COMMAND})
    assert set(sent) & WITHOUT_COMMAND.keys() == set()
    assert twice(sent) == []


def test_each_exception_says_why() -> None:
    for reason in (*WITHOUT_PAGE.values(), *WITHOUT_COMMAND.values()):
        assert len(reason.split()) > 1, reason
