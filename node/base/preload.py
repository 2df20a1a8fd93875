"""What makes a start quick. Imported first by `node.serving`; importing it is all there is to do.

aiohttp takes longest to import: it reads all certificates of the system, for which it does not hold
the interpreter's lock. It is imported in a thread, while the other libraries are in the main one.
Until the node is up there is little garbage, so it is rarely looked for.
"""

import gc
from importlib import import_module
from threading import Thread

from node.base.tuning import NEW_OBJECTS

gc.set_threshold(NEW_OBJECTS)
Thread(target=import_module, args=("aiohttp.web",), daemon=True).start()
