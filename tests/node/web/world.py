"""The node that the page tests show: a real store, built once and copied for each test."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from node.app import open_core
from node.keys.home import Home
from tests.node.web.building import NAMES
from tests.node.world import Clock
from tests.sync.people import NOW


class World:
    """A copy of it, opened: the store, its clock, and the names of what is in it."""

    def __init__(self, template: Path, folder: Path) -> None:
        shutil.copytree(template / "home", folder / "home")
        self.names: Mapping[str, str] = json.loads((template / NAMES).read_text())
        self.clock = Clock(NOW)
        self.core = open_core(Home(folder / "home"), clock=self.clock)

    def path(self, pattern: str) -> str:
        """`/groups/{hostile}` with the id of the hostile group."""
        return pattern.format_map(self.names)


OUTSIDE = (
    "/",
    "/directory",
    "/directory?q=begleitung&takes=yes",
    "/directory?q=nirgends",
    "/directory?view=table&region=Sachsen&kind=group&sort=-name",
    "/groups/{hostile}",
    "/groups/{utopie}",
    "/networks",
    "/networks/{network}",
    "/networks/{open_network}",
    "/meetings",
    "/meetings?past=1",
    "/meetings/{home}/{public}",
    "/meetings/{home}/{cancelled}",
    "/meetings/{hostile}/strange.meeting",
    "/exchange",
    "/exchange?what=offer&q=tische&place=lange&page=7",
    "/exchange?what=want&q=nirgends&network={network}&mine=yes",
    "/exchange/{home}/offer/{tables}",
    "/exchange/{hostile}/want/strange.thing",
    "/networks/link",
    "/peer",
    "/code",
    "/sign-in",
    "/join/{join}",
    "/invited/{invited}",
    "/meetings/{home}/{public}/answer",
    "/answer/{answer}",
    "/answer/{taken_back}",
    "/come/{come}",
)
"""Pages that everybody may see."""

INSIDE = (
    "/ties",
    "/ties?what=over&q=a",
    "/ties?what=waiting&page=7",
    "/ties?q=nirgends",
    "/ties/add",
    "/ties/add/{r_seen}",
    "/ties/add/{r_plain}",
    "/ties/add/{r_unseen}",
    "/ties/add/{r_failed}",
    "/ties/add/{r_over}",
    "/ties/links",
    "/ties/links/{given}",
    "/ties/{partner}",
    "/ties/{hostile}",
    "/ties/{waiting}",
    "/ties/{gone}",
    "/ties/{hostile}/end",
    "/erasures",
    "/entry",
    "/entry/erase",
    "/directory/import",
    "/directory/new",
    "/directory/list/1",
    "/directory/list/1/remove",
    "/bundles",
    "/machine",
    "/machine/phones",
    "/machine/address",
    "/machine/words",
    "/machine/clock",
    "/machine/disk",
    "/machine/version",
    "/machine/backups",
    "/machine/keys",
    "/machine/keys/renew",
    "/machine/keys/stolen",
    "/machine/nearby",
    "/machine/proxy",
    "/machine/unreached",
    *(
        f"/pacts/{{{pact}}}"
        for pact in (
            "open",
            "hostile_pact",
            "signed",
            "agreed",
            "done",
            "without_us",
            "late",
            "over",
        )
    ),
    "/groups/{listed}",
    "/groups/{waiting}",
    "/networks/{unanswered}",
    "/networks/{old}",
    "/networks/new",
    "/networks/{old}/apply",
    "/networks/{network}/invite",
    "/networks/{network}/applications/{nobody}",
    "/networks/{network}/expel/{rkslp}",
    "/networks/{network}/proposals",
    "/networks/{network}/proposals/{proposal}",
    "/networks/{network}/decisions/{letters}",
    "/networks/{network}/amend",
    "/networks/{network}/amend?all=yes",
    "/networks/{network}/move",
    "/networks/{network}/leave",
    "/networks/{open_network}/leave",
    "/networks/{old}/left",
    "/meetings/{rkslp}/intern",
    "/meetings/{home}/{private}",
    "/meetings/new",
    "/meetings/{home}/{public}/edit",
    "/meetings/{home}/{public}/invite",
    "/meetings/{home}/{public}/cancel",
    "/meetings/{home}/{public}/erase",
    "/meetings/{home}/{public}/adopt/{inclusion}",
    "/meetings/{rkslp}/intern/answer/accept",
    "/meetings/{rkslp}/intern/answer/decline",
    "/meetings/{rkslp}/intern/answer/counter",
    "/exchange/{home}/want/{projector}",
    "/exchange/{partner}/offer/{bench}",
    "/exchange/offer",
    "/exchange/want",
    "/exchange/{home}/offer/{tables}/change",
    "/exchange/{home}/offer/{tables}/end",
    "/exchange/{hostile}/want/strange.thing/take",
    "/statements/{network}",
    "/statements/{network}/new",
    "/statements/{network}/one/{houses}",
    "/statements/{network}/one/{buses}",
    "/statements/{network}/one/{buses}/change",
    "/statements/{network}/one/{buses}/remove",
    "/statements/{network}/alike",
    "/statements/{network}/alike?order=different&with={partner}&page=7",
    "/statements/{network}/alike/{home}/{partner}",
    "/statements/{open_network}",
    "/statements/{open_network}/one/strange.statement",
    "/statements/{open_network}/alike/{hostile}/{home}",
    "/members",
    "/members?q=ute&own-1=Kochen&who=all&sort=-since",
    "/members?q=nobody",
    "/members/print?who=all",
    "/members/history",
    "/members/export",
    "/members/import",
    "/members/import/{import_columns}",
    "/members/import/{import_preview}",
    "/members/import/{import_preview}?show=ask",
    "/members/import/{import_preview}/columns",
    "/members/import/{import_failed}",
    "/members/new",
    "/members/twins",
    "/members/columns",
    "/members/columns/mail",
    "/members/columns/own-1",
    "/members/columns/own-1/remove",
    "/members/{member}",
    "/members/{member}/edit",
    "/members/{member}/end",
    "/members/{member}/membership/1",
    "/members/{member}/merge",
    "/members/{member}/merge?q=ute",
    "/members/{member}/merge/{twin}",
    "/members/{left}",
    "/members/{left}/rejoin",
    "/circles",
    "/circles/{circle}",
    "/circles/{closed_circle}",
    "/circles/{circle}/people",
    "/circles/{circle}/posts/{post}",
    "/participants",
    "/participants/{network}",
    "/participants/{hostile}",
    "/publicly",
    "/settings",
    "/dissolve",
    "/invitations",
    "/invitations/new",
    "/invitations/{link}",
    "/newcomers",
    "/newcomers/{newcomer}",
    "/newcomers/{newcomer}/decline",
    "/members/{member}/role",
    "/members/{member}/code",
    "/members/{invitee}/invite",
    "/members/{member}/acting",
    "/meetings/{home}/{private}/answer",
    "/meetings/{home}/{public}/answers",
    "/meetings/{home}/{private}/answers",
    "/meetings/{home}/{public}/answers/erase",
    "/meetings/{home}/{public}/sheet",
)
"""Pages for those who run the node."""

OWN = (
    "/me",
    "/me/sessions",
    "/me/password",
    "/me/ways",
    "/me/acting",
    "/welcome",
    "/me/data",
    "/me/data/erase",
    "/circles/new",
    "/participants/{network}/me",
    "/me/entry",
    "/me/shown",
    "/me/leave",
    "/me/calendar",
    "/meetings/{home}/{public}/mine",
)
"""Pages of who is signed in as a person."""

CLOSED = (
    *("/ties", "/erasures", "/bundles", "/pacts", "/members", "/circles", "/participants"),
    *("/entry", "/directory/"),
    *("/meetings/new", "/meetings/{home}/{public}/", "/meetings/{rkslp}/intern/"),
    *("/exchange/offer", "/exchange/want"),
    *("/exchange/{home}/offer/{tables}/", "/exchange/{hostile}/want/strange.thing/"),
    *("/networks/new", "/networks/{network}/", "/networks/{old}/"),
    *(
        "/settings",
        "/machine",
        "/invitations",
        "/newcomers",
        "/dissolve",
        "/statements",
        "/publicly",
    ),
)
"""How addresses begin that say to everybody outside that they are for inside."""

CLOSED_BELOW = ("/answers", "/sheet")
"""And what below a meeting's page does."""
