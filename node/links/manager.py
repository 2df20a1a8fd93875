"""All links of a node: who is dialled, who may come in, and what is passed on when.

* Whom it dials `node.links.dial_plan` says; it tries again for ever, less and less often.
* One session per pair of nodes: of two whose dialling crossed, the one dialled by the smaller home
  id stays; of others the newer one.
* Whatever is committed is offered to every session at once (`node.links.after_commit`).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import aiohttp

from node.base.errors import Problem
from node.base.events import Event
from node.base.logs import event
from node.base.throttle import Throttle
from node.links.after_commit import AfterCommit
from node.links.cpu_quota import CpuQuota
from node.links.debounce import Debounce
from node.links.dial_plan import GIVEN_UP, Target, wanted
from node.links.dialling import CLOSE_SECONDS, client, dial
from node.links.fetching import PATIENCE_SECONDS, Fetching
from node.links.group_commit import GroupCommit
from node.links.link import Link, WebSocket
from node.links.own_proofs import about, concerned, holdings, tied
from node.links.peer_proofs import hear, holds_still, let_in, may_cost, may_go_on, take_own_chains
from node.links.progress import TransferProgress
from node.links.proxy import kept
from node.links.proxy_dial import ProxyTrouble, noting
from node.links.seats import find_seat, make_room
from node.links.session_store import shelves_of
from node.links.verifiers import Verifiers
from node.records.transaction import go_on
from node.store.core import Core
from node.store.serve_settings import allows_private_addresses
from protocol.encoding import encode
from protocol.kinds import CONTROL, KINDS
from protocol.sealed import OUTSIDE
from sync.channel import Secure
from sync.events import Introduced
from sync.handshake import HANDSHAKE_SECONDS, Answerer, Dialler
from sync.proof import host_of
from sync.shelf import Header

log = logging.getLogger(__name__)

IDLE_SECONDS = 30.0
"""Between two looks at whom to dial where nothing happened: time alone may begin a tie."""

LOOKS_APART = 0.1
"""Between two of them where much happens: each goes through all co-members."""

CROSSING_SECONDS = 5.0
"""Two that dial each other at the same time are done with both handshakes by then."""


class Links:
    """The links of one node: `connections` are all, `sessions` those with a peer, by its home;
    `targets` are what is dialled, by address."""

    def __init__(self, core: Core, private: bool = False, hosts: Sequence[str] = ()) -> None:
        self.core = core
        self.private = private
        self.hosts = set(hosts)
        self.sessions: dict[bytes, Link] = {}
        self.connections: set[Link] = set()
        self._pushed: int | None = None
        self.on_reconciled: Callable[[], None] | None = None
        self.targets: dict[str, Target] = {}
        self._inviting: set[bytes] = set()
        self.dialling: set[asyncio.Task[None]] = set()
        self.dials = Throttle(self._dial, LOOKS_APART)
        self.after_commit = AfterCommit(core, self._pass_on)
        self.on_passed: Callable[[], None] = lambda: None
        """Called whenever what was committed has been passed on."""
        self.changes = Debounce(self._look_anew, self.tick)
        self._client: aiohttp.ClientSession | None = None
        self._near: aiohttp.ClientSession | None = None
        self._allowed = private
        self._left: list[aiohttp.ClientSession] = []
        """Clients of before; their links go on."""
        self.nearby: Callable[[bytes], Sequence[str]] = lambda _one: ()
        self._closing = False
        self.handshake_seconds: float = HANDSHAKE_SECONDS
        self.idle_seconds = IDLE_SECONDS
        self.verifiers = Verifiers()
        self.arrivals = TransferProgress()
        self.commits = GroupCommit(core)
        self.shelves = shelves_of(core)
        self.shares = CpuQuota()
        self.fetching: Fetching[Link] = Fetching()
        self._patience: asyncio.TimerHandle | None = None

    # What a link asks (node.links.link.Host)

    def welcome(self, introduced: Introduced, dialled: bool) -> bool:
        """Talk to those with a tie, with an unused code, or whose code we use (§8.2)."""
        inviting = dialled and not self._inviting.isdisjoint(introduced.ids)
        return let_in(self.core, introduced, dialled, inviting)

    def introduced(self, secure: Secure) -> None:
        """Take in the chains of the further identities that are there, and its time (§8.2)."""
        hear(self.core, secure)
        self.stored()

    def joined(self, link: Link) -> bool:
        """One session per pair of nodes (§8.1)."""
        assert link.secure is not None  # noqa: S101 - called when the handshake is done
        if not holds_still(self.core, link.own, link.keys, link.shown):
            link.end_code = "changed"
            return False
        home = link.secure.peer[0]
        other = self.sessions.get(home)
        link.joined_at = asyncio.get_running_loop().time()
        if other is not None and other.secure is not None:
            crossed = link.joined_at - other.joined_at < CROSSING_SECONDS
            if crossed and other.secure.dialled != link.secure.dialled:
                mine_smaller = self.core.home_id < home
                if other.secure.dialled == mine_smaller:
                    link.end_code = "replaced"
                    return False
            other.end("replaced")
        elif not find_seat(self.core, link, self.sessions.values()):
            link.end_code = "busy"
            return False
        self.sessions[home] = link
        return True

    def left(self, link: Link) -> None:
        """Forget a link."""
        self.connections.discard(link)
        self._fetch(self.fetching.gone(link, asyncio.get_running_loop().time()))
        if link.secure is not None:
            home = link.secure.peer[0]
            if self.sessions.get(home) is link:
                del self.sessions[home]
                self.arrivals.over(home)
        self.dials.due()

    def stored(self) -> None:
        """Pass on what was committed, now. It is done by itself, too."""
        self.after_commit.now()

    def _pass_on(self) -> None:
        self._offer(self.core.clock())
        self.shelves.drop_deleted()
        for link in list(self.sessions.values()):
            if not holds_still(self.core, link.own, link.keys, link.shown):
                link.end("changed")
        self.on_passed()

    def _offer(self, now: int) -> None:
        core = self.core
        last = core.records.last()
        if self._pushed is None or last == self._pushed:
            self._pushed = last
            return
        fresh = list(core.records.headers(now, KINDS, after=self._pushed))
        self._pushed = last
        self.fetching.stored(one.id for one in fresh)
        control = any(one.kind in CONTROL or one.kind in OUTSIDE for one in fresh)
        for link in list(self.sessions.values()):
            link.offer(fresh, now)
        if control:
            self.changes.happened(fresh)
            self.dials.due()
            self._follow()

    def _look_anew(self, records: Sequence[Header]) -> None:
        now = self.core.clock()
        for link in list(self.sessions.values()):
            link.control_changed(records, now)

    def _follow(self) -> None:
        """What a certificate asks for, after it was passed on."""
        try:
            self.core.tell(Event.COMMITTED)
        except Problem as problem:  # a full disk: at the next look, or the next start
            event(log, "pact-not-followed", code=problem.code)

    def behind(self, envelopes: Sequence[bytes]) -> None:
        """Take in newer chains of one's own: somebody else speaks for them by now (§8.2)."""
        take_own_chains(self.core, envelopes)

    def announced(self, link: Link, ids: Sequence[bytes]) -> Sequence[bytes]:
        """The announced ids to ask this link for: not here, and asked of nobody else."""
        loop = asyncio.get_running_loop()
        lacking = self.shelves.lacking(ids, self.core.clock())
        asked = self.fetching.announced(link, lacking, loop.time())
        if self._patience is None:
            self._patience = loop.call_later(PATIENCE_SECONDS, self._fetch_late)
        return asked

    def came(self, link: Link, ids: Iterable[bytes]) -> None:
        """Note that a link sends what it is asked for."""
        self.fetching.came(link, ids)

    def arrived(self, here: Iterable[bytes], refused: Iterable[bytes]) -> None:
        """Ask nobody for these any more."""
        self.fetching.stored(here)
        self.fetching.refused(refused)

    def _fetch_late(self) -> None:
        loop, self._patience = asyncio.get_running_loop(), None
        self._fetch(self.fetching.late(loop.time()))
        if not self.fetching.idle:
            self._patience = loop.call_later(PATIENCE_SECONDS, self._fetch_late)

    def _fetch(self, asked: Mapping[Link, Sequence[bytes]]) -> None:
        for link, ids in asked.items():
            link.get(ids)

    def reconciled(self, link: Link) -> None:
        """Go on issuing, if this node waited for what the peer had of its own records (§4.4)."""
        self.core.tell(Event.QUIET, link.keys)
        if not may_go_on(self.core, link.keys):
            return
        go_on(self.core)
        if self.on_reconciled is not None:
            self.on_reconciled()

    # Connections

    @property
    def is_quiet(self) -> bool:
        """Every session went through all sets, and nothing is under way or about to be."""
        sessions = [link.session for link in self.sessions.values()]
        idle = self.after_commit.idle and self.changes.idle and self.fetching.idle
        return idle and all(one is not None and one.is_quiet for one in sessions)

    def connected(self, identity: bytes) -> bool:
        """Whether there is a session with the node that holds `identity`."""
        return any(
            link.secure is not None and identity in link.secure.peer
            for link in self.sessions.values()
        )

    async def answer(self, ws: WebSocket) -> None:
        """Somebody dialled us."""
        if self._closing or not make_room(self.connections):
            await ws.send_bytes(encode(["end", "busy"]))
            await ws.close()
            return
        seed, nonce = self.core.entropy(32), self.core.entropy(32)
        handshake = Answerer(
            holdings(self.core),
            self.core.ties,
            self.hosts,
            seed,
            nonce,
            self.core.chains_of,
            partial(concerned, self.core),
            about(self.core),
            tied(self.core),
            lambda claimed, code: may_cost(self.core, self.shares, claimed, code),
        )
        await self.run(Link(self, ws, handshake))

    async def call(
        self, target: Target, code: bytes | None = None, guest: bytes | None = None
    ) -> Link:
        """Dial an address; gives the link, not yet run. Raises what `dial` raises.

        `code`: of a one-time link, whose node is welcome; `guest`: for which of one's own.
        """
        ws = await self.connect(target)
        if code is not None:
            self._inviting.add(target.expected)
        seed, nonce = self.core.entropy(32), self.core.entropy(32)
        host = host_of(target.url)
        handshake = Dialler(
            holdings(self.core),
            self.core.ties,
            target.expected,
            host,
            code,
            seed,
            nonce,
            self.core.chains_of,
            # Whose link is used is about to be accepted.
            partial(concerned, self.core) if code is None else lambda _peer: self.core.own,
            about(self.core),
            guest,
            tied(self.core),
        )
        return Link(self, ws, handshake)

    async def connect(self, target: Target) -> WebSocket:
        """A WebSocket to the target, or what stands for one in the simulator."""
        with noting(self.core, works=bool(self.sessions)):
            return await dial(self._client_for(target), target.url, target.tls, local=target.local)

    def _client_for(self, target: Target) -> aiohttp.ClientSession:
        """Found addresses are private ones, and were looked at: no other check, and no proxy."""
        if target.local:
            self._near = self._near or client(private=True)
            return self._near
        private = self.private or allows_private_addresses(self.core.settings)
        if self._client is None or private is not self._allowed:  # people may allow it meanwhile
            self._left += [self._client] if self._client is not None else []
            self._client, self._allowed = client(private, kept(self.core)), private
        return self._client

    async def run(self, link: Link) -> str:
        """Go on with a link until it ends; gives why it did."""
        self.connections.add(link)
        return await link.run()

    # Dialling out

    def wanted(self) -> list[Target]:
        """The targets to dial, most important first."""
        there = {one for link in self.sessions.values() if link.secure for one in link.secure.peer}
        return wanted(self.core, there.__contains__, self.nearby, self._given_up)

    def _given_up(self, url: str) -> bool:
        target = self.targets.get(url)
        return target is not None and target.wait > GIVEN_UP

    def begin(self) -> None:
        """Dial whom this node wants to be linked with, and pass on what is committed."""
        self.after_commit.begin()
        self.after_commit.now()  # what comes from now on is offered
        self.dials.due()

    def _dial(self) -> None:
        self.dials.due(self.idle_seconds)  # whatever comes now
        now = asyncio.get_running_loop().time()
        found = {one.url: one for one in self.wanted()}
        for url in self.targets.keys() - found.keys():
            if not self.targets[url].busy:
                del self.targets[url]
        for url, fresh in found.items():
            target = self.targets.setdefault(url, fresh)
            target.others, target.local = fresh.others, fresh.local
            if target.busy:
                continue
            if target.not_before <= now:
                self._start(target)
            else:
                self.dials.due(target.not_before - now + 0.01)

    def _start(self, target: Target) -> None:
        target.busy = True
        if (target.tls, target.expected) not in target.others:
            target.tls, target.expected = target.others[0]
        task = asyncio.create_task(self.try_once(target))
        self.dialling.add(task)
        task.add_done_callback(self.dialling.discard)

    async def try_once(self, target: Target) -> None:
        """Dial a target, go on until its session ends, and note when to dial it again."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        code = "unreachable"
        try:
            link = await self.call(target)
            code = await self.run(link)
            if link.rounds:
                target.talked(code)
        except ProxyTrouble as trouble:
            code = trouble.code
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            pass
        except Problem as problem:
            code = problem.code
        finally:
            wait = target.over(code, loop.time() - began)
            target.not_before = loop.time() + wait * (0.5 + self.core.entropy(1)[0] / 512)
            self.dials.due()
        event(log, "link-over", code=code)

    def drop_clients(self) -> None:
        """Dial by the ways that are set from now on."""
        for one in filter(None, (self._client, self._near)):
            closing = asyncio.create_task(one.close())
            self.dialling.add(closing)
            closing.add_done_callback(self.dialling.discard)
        self._client = self._near = None

    # Housekeeping

    def tick(self) -> None:
        """Do what had to wait, and end sessions that stall: every few seconds, and for rounds."""
        now = self.core.clock()
        for link in list(self.sessions.values()):
            link.tick(now)

    def refresh(self) -> None:
        """Time may have ended ties: look at every session anew."""
        self.changes.happened(())
        self.dials.due()

    def rest(self) -> None:
        """Begin nothing any more."""
        self._closing = True
        for one in (self.after_commit, self.dials, self.changes, self.commits.commits):
            one.close()
        if self._patience is not None:
            self._patience.cancel()

    async def close(self) -> None:
        """Say goodbye to everybody."""
        self.rest()
        for link in list(self.connections):
            link.end("shutdown")
        if self.dialling:  # those that only wait for somebody to answer are not worth a wait
            await asyncio.wait(self.dialling, timeout=CLOSE_SECONDS / 4)
        for task in list(self.dialling):
            task.cancel()
        await asyncio.gather(*self.dialling, return_exceptions=True)
        self.verifiers.close()
        for one in (self._client, self._near, *self._left):
            if one is not None:
                await one.close()
