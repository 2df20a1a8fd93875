"""What can be the group's public address, and whether it leads here.

Rules: a name, with https unless somebody says http; numbers, this machine and names of one house
are nobody's to find. Whether it leads here is looked at from here, once, when a person asks for it.
"""

import asyncio
import socket
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

import aiohttp

from node.base.addresses import is_inside, plain_url
from node.links.descriptor import open_descriptor
from node.links.dialling import client
from node.links.trust import trusted
from node.store.core import Core
from node.web.hosts import is_address, plain_host
from protocol.encoding import ENVELOPE_BYTES
from protocol.errors import ProtocolError
from protocol.fields import origin

LOOK_SECONDS = 8.0
"""A person waits for it."""


class BadAddressError(ValueError):
    """It can't be a public address; `why` is the last part of the key of the words for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def public_address(text: str) -> str:
    """What somebody typed, as records have it; `BadAddressError` if it can't be one.

    >>> public_address(" Garten.Example "), public_address("http://abc.onion/")
    ('https://garten.example', 'http://abc.onion')
    """
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    if text.partition("://")[0].lower() not in ("http", "https"):
        raise BadAddressError("scheme")
    url = plain_url(text)
    try:
        parts = urlsplit(url)
        host = plain_host(parts.hostname or "")
        rest = parts.path.strip("/") or parts.query or parts.fragment
    except ValueError:
        raise BadAddressError("none") from None
    if rest:
        raise BadAddressError("path")
    if host == "localhost" or host.endswith((".local", ".localhost", ".home", ".internal", ".lan")):
        raise BadAddressError("house")
    if is_address(host):
        raise BadAddressError("inside" if is_inside(host) else "number")
    if "." not in host or not origin(url):
        raise BadAddressError("none")
    return url


def proxy_at(text: str) -> str:
    """The address of a proxy on another machine, plain; `BadAddressError` if it is none."""
    host = plain_host(text.strip())
    if host and not is_address(host):
        raise BadAddressError("proxy")
    return host


async def leads_here(core: Core, url: str) -> str:
    """What is found at an address: `here`, or why not: `unknown`, `silent`, `certificate`,
    `another` (somebody else answers), `no-node` (something that is no node of ours)."""
    host = urlsplit(url).hostname or ""
    if not await _is_known(host):
        return "unknown"
    try:
        async with (
            client(True) as session,
            asyncio.timeout(LOOK_SECONDS),
            session.get(f"{url}/.well-known/verbund", ssl=await trusted(url)) as answer,
        ):
            raw = await answer.content.read(ENVELOPE_BYTES + 1)
    except (aiohttp.ClientConnectorCertificateError, ssl.SSLError):
        return "certificate"
    except aiohttp.ClientSSLError:
        return "certificate"
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return "silent"
    try:
        found = open_descriptor(raw)
    except ProtocolError:
        return "no-node"
    return "here" if core.home_id in found.ids else "another"


async def _is_known(host: str) -> bool:
    loop = asyncio.get_running_loop()
    with suppress(OSError, UnicodeError, TimeoutError):
        asking = loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return bool(await asyncio.wait_for(asking, LOOK_SECONDS))
    return host.endswith(".onion")
