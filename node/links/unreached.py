"""Whom a running node does not reach, and what a person can do about it: try at once.

A node that was not at its address for long is tried less and less often (`node.links.dial_plan`).
"""

import asyncio

from node.links.dial_plan import FIRST_WAIT, GIVEN_UP
from node.links.manager import Links
from node.store.serve_settings import Unreached


def unreached(links: Links) -> list[Unreached]:
    """Whom this node gave up trying often, once for each address."""
    now = asyncio.get_running_loop().time()
    found = []
    for one in links.targets.values():
        ids = tuple(dict.fromkeys(who for _tls, who in one.others))
        if one.wait > GIVEN_UP and ids and not any(map(links.connected, ids)):
            found.append(Unreached(ids, max(0, round(one.not_before - now))))
    return found


def dial_again(links: Links) -> None:
    """Dial those at once who were tried less and less often."""
    for one in links.targets.values():
        if not one.busy:
            one.wait, one.not_before = FIRST_WAIT, 0.0
    links.dials.due()


def dial_anew(links: Links) -> None:
    """By another way from now on, and no longer by the one before: with another proxy, or none."""
    links.drop_clients()
    for link in list(links.connections):
        link.end("shutdown")
    dial_again(links)
