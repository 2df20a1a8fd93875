"""The overview, and the pages that only say how it stands: the disk, the software."""

import asyncio
import platform
from dataclasses import asdict

from node import VERSION
from node.features.machine.views import backup_views, folder_bytes, lines, size
from node.store.disk_reserve import LOW_BYTES
from node.web.page import Asked, Page

MACHINE = "/machine"


def machine(asked: Asked) -> Page:
    """One line for each part, with how it stands."""
    found = [asdict(one) for one in lines(asked)]
    return Page("machine.html", asked.texts("machine.web.title"), "machine", {"lines": found})


async def disk(asked: Asked) -> Page:
    """How much room there is, what takes it, and what to do."""
    core, t = asked.core, asked.texts
    taken = await asyncio.to_thread(folder_bytes, core)
    backups = sum(one.bytes for one in backup_views(core))
    values = {
        "state": core.reserve.state,
        "free": size(core.reserve.free_bytes(), t),
        "taken": size(taken, t),
        "backups": size(backups, t),
        "low": size(LOW_BYTES, t),
        "home": str(core.home.path),
    }
    return Page("machine_disk.html", t("machine.web.name.disk"), "machine", values)


def version(asked: Asked) -> Page:
    """What runs here, since when, and how a newer one gets here."""
    server = asked.core.server
    values = {
        "version": VERSION,
        "python": platform.python_version(),
        "since": asked.moment(server.since) if server else "",
        "home": str(asked.core.home.path),
    }
    return Page("machine_version.html", asked.texts("machine.web.name.version"), "machine", values)
