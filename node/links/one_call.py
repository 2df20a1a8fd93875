"""One call to one node, by a command that has no server: dial, talk, hang up."""

import asyncio
from collections.abc import Callable

from node.links.dial_plan import Target
from node.links.link import Link
from node.links.manager import Links
from node.store.core import Core


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
