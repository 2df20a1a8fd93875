"""What makes a start quick, begun by whoever starts a server, before it imports `node.serving`.

aiohttp takes longest to import. It is imported in a thread, while the other libraries are in the
main one. On import it reads all certificates of the system, twice: 2 MiB and some forty
milliseconds for what a node needs when it dials an https address for the first time. Here it finds
none, and trusts nobody; whoever dials brings what to trust (`node.links.trust`).
Until the node is up there is little garbage, so it is rarely looked for.
"""

import gc
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Thread

from node.base.tuning import NEW_OBJECTS


def begin() -> None:
    """Begin to import aiohttp, and don't wait for it."""
    gc.set_threshold(NEW_OBJECTS)
    Thread(target=_import, daemon=True).start()


def _import() -> None:
    with _trusting_nobody():
        import_module("aiohttp.connector")
    import_module("aiohttp.web")


@contextmanager
def _trusting_nobody() -> Iterator[None]:
    """No list of certificates is read inside, by any context that is made: each is empty."""
    was = ssl.SSLContext.set_default_verify_paths
    ssl.SSLContext.set_default_verify_paths = _read_none  # type: ignore[method-assign]
    try:
        yield
    finally:
        ssl.SSLContext.set_default_verify_paths = was  # type: ignore[method-assign]


def _read_none(self: ssl.SSLContext) -> None:
    """Instead of the certificates of the system."""
