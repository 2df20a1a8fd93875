"""What went wrong in the background and a person should do something about: it stands in `status`.

Rules: one entry for each thing that is tried again and again, the latest; it goes when that
succeeds. The log has the same under the same name, each time. Where nothing can be written, on a
full disk or a read-only one, that itself is said (`Reserve.state`).

`EVENTS` says of each event of the log where a person sees it; an event that is in no row fails a
test. Who adds one decides whether somebody should do something about it.
"""

import contextlib
import sqlite3
from typing import NamedTuple

from node.base.errors import Problem
from node.store.core import Core

_KEY = "trouble/"

TOLD_AGAIN_SECONDS = 3_600
"""What fails every second is not written down every second."""

ROUTINE = "routine"
"""Nobody has to do anything: it is how things go, or what others brought about."""

EVENTS = {
    "ready": ROUTINE,
    "stopping": ROUTINE,
    "tidied": ROUTINE,
    "command": ROUTINE,  # who typed it has the answer
    "session-begins": ROUTINE,
    "session-ends": ROUTINE,
    "link-over": ROUTINE,  # it is dialled again; that a proxy is to blame stands in `status`
    "link-failed": "disk",  # nothing could be written
    "intake-failed": "disk",
    "delivery-not-noted": "disk",
    "not-read-again": "disk",  # the next start tries again
    "not-packed": "disk",  # the next start takes longer, no more
    "not-answered": ROUTINE,  # more than our own rules let us answer; it was others who asked
    "not-confirmed": ROUTINE,
    "issued-again": "clock",
    "clock-set": "clock",
    "not-said-again": "disk",  # within the hour after there is room
    "peer-call-failed": ROUTINE,  # its page says so, and what to do
    "import-failed": ROUTINE,  # its page says so, and that nothing was taken in
    "local-pages-on": ROUTINE,
    "local-pages-off": ROUTINE,
    "local-pages-open": ROUTINE,
    "local-pages-closed": ROUTINE,
    "local-network-announced": ROUTINE,
    "local-network-found": ROUTINE,
    "local-network-unread": ROUTINE,  # one announcement of a stranger
    "local-network-failed": "troubles/local_network",
    "local-network-flooded": "troubles/local_network",
    "leftover-stays": "troubles/leftovers",
    "store-unreadable": "troubles/store",
    "endpoint-not-written": "troubles/endpoint",
    "not-renewed": "troubles/renewal",
    "tidy-failed": "troubles/tidy",
    "backup-not-written": "troubles/backup",
    "erasures-not-listed": "troubles/erasures",
    "pact-not-followed": "troubles/pact",
    "not-carried-out": "troubles/decision",
}
"""By the name of an event: the field of `StatusView` that shows it, of troubles with their name."""

WHATS = tuple(sorted({one.partition("/")[2] for one in EVENTS.values() if "/" in one}))


class Trouble(NamedTuple):
    """What does not succeed (`status.cli.trouble_…`), why, and when it was last tried."""

    what: str
    why: str
    at: int


def note(core: Core, what: str, error: BaseException | str) -> None:
    """Keep that something failed: by what the system said, or the code of a problem."""
    named = type(error).__name__ if isinstance(error, BaseException) else error
    why = getattr(error, "strerror", None) or named
    if isinstance(error, Problem):
        why = str(error.values.get("why") or error.code)
    assert what in WHATS, what  # noqa: S101 - or nobody has words for it
    kept, now = core.settings.get(_KEY + what), core.clock()
    if kept and kept["why"] == why and 0 <= now - kept["at"] < TOLD_AGAIN_SECONDS:
        return
    with contextlib.suppress(Problem, sqlite3.Error), core.transaction():
        core.settings.set(_KEY + what, {"why": why, "at": now})


def over(core: Core, what: str) -> None:
    """It succeeded."""
    with contextlib.suppress(Problem, sqlite3.Error):
        if core.settings.get(_KEY + what) is not None:
            with core.transaction():
                core.settings.set(_KEY + what, None)


def troubles(core: Core) -> list[Trouble]:
    """All that there are."""
    kept = core.settings.starting_with(_KEY)
    return [Trouble(key.removeprefix(_KEY), one["why"], one["at"]) for key, one in kept]
