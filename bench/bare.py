"""What the node is compared to: a process that imports libraries and answers with aiohttp.

`python bench/bare.py PORT MODULE …` imports the modules in this order and then answers `GET /` on
loopback. Nothing of ours is in it, not even what is in this folder.
"""

import asyncio
import sys
from contextlib import suppress
from importlib import import_module


def main(port: int, modules: list[str]) -> None:
    """Import and answer, until the process is ended."""
    for name in modules:
        with suppress(ImportError):  # tried in vain there too: parts for other systems
            import_module(name)
    asyncio.run(_serve(port))


async def _serve(port: int) -> None:
    from aiohttp import web

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
