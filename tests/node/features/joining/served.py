"""A small group served at `http://localhost:…`, for a real browser, which blocks its own thread."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from aiohttp import web

from node.features import FEATURES
from node.links.manager import Links
from node.people.one_time_codes import make_code
from node.store.core import Core
from node.web.server import make_app
from tests.node.world import make_core, shut

T = TypeVar("T")


class Served(NamedTuple):
    """Its address, its store, and the loop in which that is used."""

    root: str
    core: Core
    loop: asyncio.AbstractEventLoop

    def there(self, act: Callable[[], T]) -> T:
        """Do something where the server is."""

        async def acting() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(acting(), self.loop).result(10)

    @property
    def entrance(self) -> str:
        """The link of the group's machine."""
        return f"{self.root}/enter/{self.there(lambda: make_code(self.core))}"


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Until the end of the block."""
    loop = asyncio.new_event_loop()

    async def start() -> tuple[Core, web.AppRunner]:
        core = make_core(folder, "Chor am Hafen")
        runner = web.AppRunner(make_app(core, Links(core), None, FEATURES), handle_signals=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return core, runner

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        core, runner = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        yield Served(f"http://localhost:{runner.addresses[0][1]}", core, loop)

        async def stop() -> None:
            await shut(runner)
            core.close()

        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
