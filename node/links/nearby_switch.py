"""Looking for partner groups in the local network (§11) follows its switch while the node runs.

Rules: off, nothing is imported and nothing announced. With a proxy set it stays off: what is
dialled past the proxy would tell who one is.
"""

import asyncio
from typing import TYPE_CHECKING

from node.links.manager import Links
from node.store import troubles
from node.store.core import Core
from node.store.serve_settings import serve_options

if TYPE_CHECKING:
    from node.links.local_network import Nearby

LOOK_SECONDS = 3.0
"""Between two looks at the switch: as long as a person waits without doubt."""


class NearbySwitch:
    """Of one running node; `listens`: host, port, and whether with TLS."""

    def __init__(self, core: Core, links: Links, listens: tuple[str, int, bool]) -> None:
        self.core, self.links, self.listens = core, links, listens
        self.nearby: Nearby | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether a person switched it on."""
        options = serve_options(self.core.settings)
        return bool(options.get("local_network")) and not options.get("proxy")

    async def follow(self) -> None:
        """For ever; what runs is ended with it."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._stop()

    async def look(self) -> None:
        """Begin or end it, as it is wanted now."""
        if self.is_wanted and self._running is None:
            self._begin()
        elif not self.is_wanted:
            await self._stop()
            troubles.over(self.core, "local_network")

    def _begin(self) -> None:
        from node.links.local_network import Nearby, listening_at, local_networks

        host, port, tls = self.listens
        links = self.links
        made = Nearby(self.core, port, tls, listening_at(host), local_networks, links.hosts)
        links.nearby, made.on_found = made.addresses_of, links.dials.due
        self.nearby, self._running = made, asyncio.create_task(made.run())

    async def _stop(self) -> None:
        running, self._running, self.nearby = self._running, None, None
        self.links.nearby = lambda _one: ()
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
