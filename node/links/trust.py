"""Whom a dialled https address is believed: the certificates of the system, read when first needed.

They take some MiB and tens of milliseconds, so a node that dials nobody by https does without them
(`node.base.preload`), and they are read in a thread. Nobody is trusted before.
"""

import asyncio
import ssl
from functools import cache


@cache
def _of_the_system() -> ssl.SSLContext:
    made = ssl.create_default_context()
    made.set_alpn_protocols(["http/1.1"])
    return made


async def trusted(url: str) -> ssl.SSLContext | bool:
    """What aiohttp takes as `ssl` for this address, where a certificate must be one of those."""
    if not url.startswith(("https:", "wss:")):
        return True
    return await asyncio.to_thread(_of_the_system)
