"""What makes a start quick, begun by whoever starts a server, before it imports `node.serving`.

aiohttp takes longest to import: it reads all certificates of the system, for which it does not hold
the interpreter's lock. It is imported in a thread, while the other libraries are in the main one.
Until the node is up there is little garbage, so it is rarely looked for.
"""

import gc
from importlib import import_module
from threading import Thread

from node.base.tuning import NEW_OBJECTS


def begin() -> None:
    """Begin to import aiohttp, and don't wait for it."""
    gc.set_threshold(NEW_OBJECTS)
    Thread(target=import_module, args=("aiohttp.web",), daemon=True).start()
