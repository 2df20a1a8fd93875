"""Using a one-time link: dial, be introduced, accept each other (docs/protocol.md §9.3)."""

import asyncio

import aiohttp

from node.base import turns
from node.base.addresses import PrivateAddressError
from node.base.errors import Problem
from node.features.peers.actions import accept_peer
from node.links.dial_plan import Target, set_invited_at
from node.links.dialling import OnionError
from node.links.link import Link, records_of
from node.links.manager import Links
from node.links.proxy_dial import ProxyTrouble
from node.records.transaction import take
from node.store.core import Core
from node.store.serve_settings import allows_private_addresses
from protocol.peering import PeerLink
from sync.events import Introduced

EXCHANGE_SECONDS = 15.0
"""How long `peer accept` waits for the first exchange, after both sides accepted."""


def accept_link(core: Core, own: bytes, link: PeerLink) -> bytes:
    """Use a one-time link: dial, be introduced, accept each other, exchange once; gives the id."""
    return turns.run(_accept_link(core, own, link))


async def _accept_link(core: Core, own: bytes, link: PeerLink) -> bytes:
    private = allows_private_addresses(core.settings)
    links = _Accepting(core, own, link, private)
    try:
        call = await links.call(Target(link.url, link.tls, link.id), link.code, own)
        call.on_round = lambda _round: call.end("shutdown")
        async with asyncio.timeout(EXCHANGE_SECONDS):
            code = await links.run(call)
    except TimeoutError:
        code = "time"
    except PrivateAddressError as error:
        raise Problem("private-address", url=link.url) from error
    except OnionError as error:
        raise Problem("onion-without-proxy", url=link.url) from error
    except ProxyTrouble as trouble:
        raise trouble.problem from trouble
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Problem("peer-unreachable", url=link.url) from error
    finally:
        await links.close()
    if not links.accepted:
        raise Problem(
            "link-refused" if code == "not-accepted" else "peer-unreachable", url=link.url
        )
    return link.id


class _Accepting(Links):
    """Links for one call: whoever invited us is welcome, and accepted once they accepted us."""

    def __init__(self, core: Core, own: bytes, link: PeerLink, private: bool) -> None:
        super().__init__(core, private)
        self._acting, self._link = own, link
        self.accepted = False

    def welcome(self, introduced: Introduced, dialled: bool) -> bool:
        """They proved to be who the link says. Nobody can dial us here."""
        assert dialled  # noqa: S101 - this Links has no server
        take(self.core, records_of(introduced), frozenset(introduced.ids))
        return True

    def joined(self, link: Link) -> bool:
        """They accepted us: now we accept them."""
        invited = self._link
        with self.core.transaction():
            set_invited_at(self.core, invited.id, invited.url, invited.tls)
            accept_peer(self.core, self._acting, invited.id)
        self.accepted = True
        return super().joined(link)
