"""Links to partners for the page tests' node: given out, and received. Nobody is called there."""

from dataclasses import replace

from crypto.hashing import digest
from node.features.bundles.tables import Strange, strange_files
from node.features.groups.actions import group_content
from node.features.peers.tables import Received, peer_links
from node.store.core import Core
from protocol.peering import PeerLink
from tests.node.web.texts import HOSTILE, SECRET
from tests.sync.people import entropy

NOWHERE = "http://127.0.0.1:1"
"""A private address: it is never called."""

DAY = 86_400


def link(n: int, expires: int) -> PeerLink:
    """A link of nobody."""
    return PeerLink(entropy("inviter", n), NOWHERE, None, entropy("code", n, size=16), expires)


def peer_links_there(core: Core) -> dict[str, str]:
    """Names of what the node shows."""
    now, table = core.clock(), peer_links(core)
    said = {**group_content(HOSTILE), "kind": "group"}
    one = link(1, now + 5 * DAY)
    rows = [
        Received("r-seen", str(one), one.id, one.url, one.expires, None, now, "seen", said),
        Received("r-plain", str(one), one.id, one.url, one.expires, None, now, "seen"),
        Received("r-unseen", str(one), one.id, one.url, one.expires, None, now, "unseen",
                 why="peer-unreachable"),
        Received("r-failed", str(one), one.id, one.url, one.expires, None, now, "failed", said,
                 "link-refused"),
        Received("r-over", None, one.id, one.url, one.expires, None, now, "dropped", said),
    ]  # fmt: skip
    with core.transaction():
        for n, id in enumerate(("g-open", "g-over")):
            expires, mark = now + (DAY if id == "g-open" else -DAY), digest(b"given %d" % n)
            core.codes.add(mark, core.home_id, now - 2 * DAY, expires)
            table.add_given(id, mark, f"Für {SECRET}", None, now - 2 * DAY, expires)
        for at, row in enumerate(rows):
            table.add_received(replace(row, moved=now), digest(b"%d" % at))
        table.met(one.id, now - DAY, 0)
        for id, state, why in (
            ("strange", "seen", None),
            ("strange_over", "dropped", None),
            ("strange_failed", "failed", "bundle-old"),
        ):
            file = Strange(id, one.id, now - DAY, None, now, state, said, why, now)
            strange_files(core).add(file, b"")
    files = ("strange", "strange_over", "strange_failed")
    received = {row.id.replace("-", "_"): row.id for row in rows}
    return {"given": "g-open", **{one: one for one in files}, **received}
