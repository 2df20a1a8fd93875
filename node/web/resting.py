"""After pages were asked for: let go of memory that is wanted again only when somebody comes back.

The database's pages and what was freed of the answers, some MiB; to read them again takes less than
a millisecond.
"""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

from node.base.throttle import Throttle
from node.base.tuning import give_back
from node.store.core import Core

QUIET_SECONDS = 1.0
"""Nobody asked for so long: whoever goes from page to page is not made to wait."""

REST = 100
"""After it, so many times as long as it took: in a large store it may take some milliseconds."""


class Resting:
    """Of one running node."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._asked = 0.0
        self._rests = Throttle(self._rest, QUIET_SECONDS, REST)

    @web.middleware
    async def noticing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer, and rest later."""
        try:
            return await handler(request)
        finally:
            self._asked = asyncio.get_running_loop().time()
            self._rests.due(QUIET_SECONDS)

    async def close(self, _app: web.Application) -> None:
        """Rest no more."""
        self._rests.close()

    def _rest(self) -> None:
        left = self._asked + QUIET_SECONDS - asyncio.get_running_loop().time()
        if left > 0:
            self._rests.due(left)
            return
        self._core.db.shrink()
        give_back()
