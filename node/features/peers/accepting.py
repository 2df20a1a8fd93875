"""Using a one-time link: dial, be introduced, accept each other (docs/protocol.md §9.3)."""

import aiohttp

from node.base import turns
from node.base.addresses import PrivateAddressError
from node.base.errors import Problem
from node.features.peers.actions import accept_peer
from node.links.dial_plan import Target, set_invited_at
from node.links.dialling import OnionError
from node.links.link import Link
from node.links.one_call import call_once
from node.links.proxy_dial import ProxyTrouble
from node.store.core import Core
from node.store.serve_settings import allows_private_addresses
from protocol.peering import PeerLink

EXCHANGE_SECONDS = 15.0
"""How long `peer accept` waits, once connected, until both sides accepted and exchanged once."""


def accept_link(core: Core, own: bytes, link: PeerLink) -> bytes:
    """Use a one-time link: dial, be introduced, accept each other, exchange once; gives the id."""
    return turns.run(use_link(core, own, link))


async def use_link(core: Core, own: bytes, link: PeerLink) -> bytes:
    """`accept_link` where a loop runs already. `Problem` if the other side did not accept."""
    accepted = False

    def joined() -> None:
        """They accepted us: now we accept them."""
        nonlocal accepted
        with core.transaction():
            set_invited_at(core, link.id, link.url, link.tls)
            accept_peer(core, own, link.id)
        accepted = True

    def prepare(call: Link) -> None:
        call.on_joined = joined
        call.on_round = lambda _round: call.end("shutdown")

    target, private = Target(link.url, link.tls, link.id), allows_private_addresses(core.settings)
    try:
        call = await call_once(core, target, private, EXCHANGE_SECONDS, prepare, link.code, own)
        code = call.end_code
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
    if not accepted:
        if code == "not-accepted":
            raise Problem("link-refused", url=link.url)
        elsewhere = code == "wrong-address"
        raise Problem("peer-elsewhere" if elsewhere else "peer-unreachable", url=link.url)
    return link.id
