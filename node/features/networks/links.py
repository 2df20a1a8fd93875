"""Addresses of pages about networks, and the link with which a network is found by others."""

import re
from typing import NamedTuple
from urllib.parse import quote

from node.base.errors import Problem
from protocol.ids import from_text, to_text

LINK_CHARACTERS = 1_000
"""An address of 500 characters, an id, and letters to compare."""

PATH = "/networks/link"

_PARTS = re.compile(r"([a-z2-7]{52})(?:\.([a-z2-7]{16}))?").fullmatch


def network_path(id: str) -> str:
    """The page of a network."""
    return f"/networks/{quote(id, safe='')}"


class NetworkLink(NamedTuple):
    """Which network is meant, and the letters of the decision that counts where it was made, so
    that nobody can show another one under its name.

    It holds no secret: who has it can ask to be admitted, like everybody who knows of the network.
    """

    network: bytes
    letters: str = ""

    @property
    def code(self) -> str:
        """What tells it, in an address or alone."""
        return to_text(self.network) + (f".{self.letters}" if self.letters else "")

    def at(self, address: str) -> str:
        """As an address of somebody's pages: they say there what to do with it."""
        return f"{address}{PATH}#{self.code}"

    @classmethod
    def read(cls, text: str) -> "NetworkLink":
        """From what a person pasted: the address, or the code alone; `Problem` if it is neither."""
        found = _PARTS(text.strip().rpartition("#")[2])
        if found is None or len(text) > LINK_CHARACTERS:
            raise Problem("network-link-broken")
        try:
            network = from_text(found[1])
        except ValueError as error:
            raise Problem("network-link-broken") from error
        return cls(network, found[2] or "")
