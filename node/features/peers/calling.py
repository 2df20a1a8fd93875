"""Asking who gave a link, and calling them: in the loop, while pages and peers are served.

Rules:

1. What is at work is a task; what it is about stands in the table. A page that was closed finds it
   again, and after a stop the next start goes on (`go_on`, at each tidying).
2. Where nobody answers it is tried again by itself, less and less often, until the link runs out or
   somebody drops it. What can't be mended by waiting is told at once.
3. A command that has no loop calls by itself (`accepting.accept_link`).
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp

from node.base.addresses import PrivateAddressError
from node.base.errors import Problem
from node.base.logs import event
from node.features.peers.accepting import use_link
from node.features.peers.received import link_of
from node.features.peers.tables import Received, peer_links
from node.links.dial_plan import Target
from node.links.dialling import OnionError
from node.links.one_call import who_is_there
from node.links.proxy_dial import ProxyTrouble
from node.store.core import Core
from node.store.serve_settings import allows_private_addresses
from protocol.errors import ProtocolError
from protocol.peering import PeerLink

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""A person waits for it."""

SOON_SECONDS = 1.5
"""For which an answer waits for the work, so that most people never see a progress page."""

FIRST_WAIT, LONGEST_WAIT = 20.0, 3_600.0
"""Seconds between two calls of a machine that is off: doubled each time."""

HELD = "peer-held"
"""Why it is not known who made a link: the machine is another group's, perhaps of one that looks
after a network in whose name the link is."""

LATER = frozenset({"peer-unreachable", "proxy-down", "proxy-slow"})
"""Problems that may go by themselves: a machine is off, or not reached."""


class Calls:
    """Of one running node; made in its loop."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._resting: dict[str, asyncio.Event] = {}
        self.first_wait = FIRST_WAIT

    def go_on(self) -> None:
        """Take up whatever waits to be asked or called."""
        for one in peer_links(self._core).in_state("looking", "calling"):
            if one.id not in self._tasks:
                work = self._look if one.state == "looking" else self._call
                self._begin(one.id, work(one))

    def now(self, id: str) -> None:
        """Don't wait any longer for the next try."""
        if id in self._resting:
            self._resting[id].set()

    async def soon(self, id: str) -> None:
        """Take up what waits, and wait a moment for this one."""
        self.go_on()
        task = self._tasks.get(id)
        if task is not None:
            await asyncio.wait([task], timeout=SOON_SECONDS)

    async def done(self, id: str) -> None:
        """Wait until nothing is at work on it; at once where nothing is."""
        if task := self._tasks.get(id):
            await asyncio.wait([task])

    def stop(self, id: str) -> None:
        """Somebody dropped it."""
        if task := self._tasks.get(id):
            task.cancel()

    async def rest(self) -> None:
        """Stop all of it; the next start goes on."""
        tasks = list(self._tasks.values())
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, id: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._guarded(id, work), name="peer-call")
        self._tasks[id] = task
        task.add_done_callback(lambda _done: self._tasks.pop(id, None))

    async def _guarded(self, id: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Problem as problem:  # of the node itself, such as a full disk
            event(log, "peer-call-failed", code=problem.code)
            self._end(id, "failed", problem.code)
        except Exception as error:  # noqa: BLE001 - whatever it was, a person is told
            event(log, "peer-call-failed", error=type(error).__name__)
            self._end(id, "failed", "failure")

    def _end(self, id: str, state: str, why: str | None) -> None:
        with self._core.transaction():
            before = ("calling",) if state in ("done", "failed") else ("looking",)
            if not peer_links(self._core).move(id, before, state, self._core.clock(), why):
                peer_links(self._core).move(id, ("looking",), "unseen", self._core.clock(), why)

    # Who is there

    async def _look(self, one: Received) -> None:
        try:
            said, home = await look(self._core, link_of(self._core, one))
        except Problem as problem:
            self._end(one.id, "unseen", problem.code)
            return
        with self._core.transaction():
            peer_links(self._core).see(one.id, said)
        self._end(one.id, "seen", None if home else HELD)

    # Calling

    async def _call(self, one: Received) -> None:
        wait, core = self.first_wait, self._core
        while True:
            try:
                await use_link(core, core.home_id, link_of(core, one))
            except Problem as problem:
                if problem.code not in LATER:
                    self._end(one.id, "failed", problem.code)
                    return
                with core.transaction():
                    peer_links(core).tried(one.id, problem.code)
            else:
                self._end(one.id, "done", None)
                return
            await self._wait(one.id, wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _wait(self, id: str, seconds: float) -> None:
        self._resting[id] = asyncio.Event()
        try:
            async with asyncio.timeout(seconds):
                await self._resting[id].wait()
        except TimeoutError:
            pass
        finally:
            del self._resting[id]


async def look(core: Core, link: PeerLink) -> tuple[dict[str, Any] | None, bool]:
    """What the group that made a link says of itself to everybody, None if it says nothing; and
    whether the machine there is its own.

    `Problem` if nobody answers there, or what is no node. A machine names only what it looks after
    for everybody to know, so who else it speaks for shows when it is called.
    """
    target, private = Target(link.url, link.tls, link.id), allows_private_addresses(core.settings)
    try:
        found = await who_is_there(core, target, private, LOOK_SECONDS)
    except PrivateAddressError as error:
        raise Problem("private-address", url=link.url) from error
    except OnionError as error:
        raise Problem("onion-without-proxy", url=link.url) from error
    except ProxyTrouble as trouble:
        raise trouble.problem from trouble
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, PrivateAddressError):
            raise Problem("private-address", url=link.url) from error
        if isinstance(error.os_error, OnionError):
            raise Problem("onion-without-proxy", url=link.url) from error
        raise Problem("peer-unreachable", url=link.url) from error
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise Problem("peer-unreachable", url=link.url) from error
    except ProtocolError as error:
        raise Problem("peer-elsewhere", url=link.url) from error
    home = link.id == found.ids[0]
    return (found.said if home else None), home


_calls: WeakKeyDictionary[Core, Calls] = WeakKeyDictionary()


def calls_of(core: Core) -> Calls:
    """Those of a node: one for its pages and for what key persons agreed on elsewhere."""
    found = _calls.get(core)
    if found is None:
        found = _calls[core] = Calls(core)
    return found


def begin_calls(core: Core) -> None:
    """Take up what waits, where a loop serves; elsewhere the next one that serves does."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    calls_of(core).go_on()
