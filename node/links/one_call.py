"""One call to one node, for a person who waits for it: dial, talk, hang up; or ask who is there.

What is asked may not be used up by it: the one-time code of a link goes with `call_once` alone.
"""

import asyncio
from collections.abc import Callable

from node.links.descriptor import Descriptor, open_descriptor
from node.links.dial_plan import Target
from node.links.dialling import believed, client
from node.links.link import Link
from node.links.manager import Links
from node.links.proxy import kept
from node.links.proxy_dial import noting, patience
from node.store.core import Core
from protocol.encoding import ENVELOPE_BYTES

DESCRIPTOR = "/.well-known/verbund"
"""Where a node says who is there (docs/protocol.md §9.1)."""


async def call_once(
    core: Core,
    target: Target,
    private: bool,
    seconds: float,
    prepare: Callable[[Link], None],
    code: bytes | None = None,
    guest: bytes | None = None,
) -> Link:
    """The link when it is over: `end_code` says why, the rest what it came to.

    `prepare` gets the link before it begins. Raises what `Links.call` raises, and `TimeoutError`
    if it is not over `seconds` after it began; `code` and `guest` as there.
    """
    links = Links(core, private)
    try:
        link = await links.call(target, code, guest)
        prepare(link)
        async with asyncio.timeout(seconds):
            link.end_code = await links.run(link)
    finally:
        await links.close()
    return link


async def who_is_there(core: Core, target: Target, private: bool, seconds: float) -> Descriptor:
    """What the node at an address says of itself, signed by its home.

    Raises `aiohttp.ClientError`, `OSError`, `TimeoutError`, and `ProtocolError` for what is no
    description of a node.
    """
    with noting(core, works=False):
        async with (
            client(private, kept(core)) as session,
            asyncio.timeout(seconds + patience(session)),
            session.get(
                target.url + DESCRIPTOR,
                ssl=await believed(target.url, target.tls, target.local),
            ) as answer,
        ):
            raw = bytearray()
            async for piece in answer.content.iter_any():
                raw += piece
                if len(raw) > ENVELOPE_BYTES:
                    break
    return open_descriptor(bytes(raw))
