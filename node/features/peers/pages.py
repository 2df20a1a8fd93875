"""What a link leads to: on the machine of who made it, and on the machine of who was given it.

Rules: the secret of a link stands after `#`, so no machine is sent it by opening an address; a
script of ours moves it on from there, and without scripts people copy it. Looking uses nothing up.
"""

from aiohttp import web

from node.feature import Right
from node.features.groups.views import home_entry
from node.features.peers.words import letters
from node.web.page import Asked, Page


def peer(asked: Asked) -> Page:
    """Where a phone lands that scans the code: at the machine of the group that invites."""
    values = {
        "name": asked.sight.home_name,
        "group": home_entry(asked.sight, asked.core.home_id),
        "letters": letters(asked.core.home_id),
        "ours": asked.visit.inside,
    }
    return Page("peer.html", asked.texts("peers.web.title"), "", values)


def opened(asked: Asked) -> Page | web.StreamResponse:
    """Where a link goes on, at one's own machine: a browser takes what is behind `#` along."""
    if asked.has(Right.KEY):
        return asked.go("/ties/add")
    values = {"member": asked.has(Right.MEMBER)}
    return Page("peer_opened.html", asked.texts("peers.web.opened.title"), "", values)
