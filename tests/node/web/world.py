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
    "/peer",
    "/code",
)
"""Pages that everybody may see."""

INSIDE = (
    "/ties",
    "/erasures",
    "/bundles",
    "/machine",
    "/machine/phones",
    "/machine/address",
    "/machine/words",
    "/machine/words/new",
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
    "/meetings/{rkslp}/intern",
    "/meetings/{home}/{private}",
    "/exchange/{home}/want/{projector}",
    "/exchange/{partner}/offer/{bench}",
    "/invitations",
    "/invitations/new",
    "/invitations/{link}",
    "/newcomers",
    "/newcomers/{newcomer}",
    "/newcomers/{newcomer}/decline",
    "/members/{member}/role",
    "/members/{member}/code",
    "/members/{member}/invite",
    "/members/{member}/acting",
)
"""Pages for those who run the node."""

CLOSED = ("/ties", "/erasures", "/bundles", "/pacts", "/machine")
"""How addresses begin that say to everybody outside that they are for inside."""
