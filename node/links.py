"""All links of a node: who is dialled, who may come in, and what is passed on when.

* Whom it dials `node.targets` says; it tries again for ever, less and less often.
* One session per pair of nodes: of two whose dialling crossed, the one dialled by the smaller home
  id stays; of others the newer one.
* Whatever is committed, here or in another process, is offered to every session at once.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

import aiohttp

from crypto.hashing import digest
from node import reconciling
from node.actions.peers import use_code
from node.changes import Changes
from node.commits import Commits
from node.core import Core
from node.desk import go_on, take
from node.dialling import CLOSE_SECONDS, client, dial
from node.errors import Problem
from node.link import Link, WebSocket, records_of
from node.logs import event
from node.targets import FIRST_WAIT, LONGEST_WAIT, Target, wanted
from node.together import follow
from node.verifiers import Verifiers
from protocol.audience import PUBLIC
from protocol.encoding import encode
from protocol.kind import Place
from protocol.kinds import CONTROL, KINDS
from protocol.record import Record, verify_all
from protocol.sealed import OUTSIDE
from protocol.ties import Relation, related
from sync.events import Introduced
from sync.handshake import HANDSHAKE_SECONDS, Answerer, Dialler
from sync.proof import Holding, host_of
from sync.shelf import Header

log = logging.getLogger(__name__)

SESSIONS = 256
"""Memory: a session may hold a few MiB while it transfers."""

IDLE_SECONDS = 30.0
"""Between two looks at whom to dial where nothing happened: time alone may begin a tie."""

CROSSING_SECONDS = 5.0
"""Two that dial each other at the same time are done with both handshakes by then."""


class Links:
    """The links of one node."""

    def __init__(self, core: Core, private: bool = False, hosts: Sequence[str] = ()) -> None:
        self.core = core
        self.private = private
        self.hosts = set(hosts)
        self.sessions: dict[bytes, Link] = {}
        self._open: set[Link] = set()
        self._pushed = core.cursor
        self.on_reconciled: Callable[[], None] | None = None
        self._targets: dict[str, Target] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._look = asyncio.Event()
        self._changes = Changes(self._look_anew, self._begin_rounds)
        self._client: aiohttp.ClientSession | None = None
        self._closing = False
        self.handshake_seconds: float = HANDSHAKE_SECONDS
        self.idle_seconds = IDLE_SECONDS
        self.verifiers = Verifiers()
        self.commits = Commits(core, self.stored)

    # What a link asks (node.link.Host)

    def welcome(self, introduced: Introduced, dialled: bool) -> bool:
        """Whoever has a tie, or a code that was given out and not used (§8.2)."""
        core, now = self.core, self.core.clock()
        relation = related(core.ties, core.own, introduced.ids, now)
        code = None if dialled else introduced.code
        if code is not None and core.notes.code_owner(digest(code), now) is None:
            code = None
        expected = relation is not Relation.NONE or self._is_expected(introduced)
        if not expected and code is None:
            return False
        take(core, records_of(introduced), frozenset(introduced.ids))
        accepted = code is not None and use_code(core, code, introduced.ids[0]) is not None
        self.stored()
        return accepted or expected

    def _is_expected(self, introduced: Introduced) -> bool:
        """Whether a network of ours admitted somebody whose stolen key ended.

        With the key went the membership (§5.3); it comes back in the session that is to begin.
        """
        core, now = self.core, self.core.clock()
        for network in {n for own in core.own for n in core.ties.parts(own, now)}:
            for one in introduced.ids:
                bond, chain = core.ties.bond(network, one), core.ties.identities.get(one)
                admission = bond.admission if bond and bond.membership is None else None
                ended = chain is not None and any(link.compromised for link in chain.links)
                if ended and admission and admission.content and admission.stands(now):
                    return bool(admission.content["decision"] == "admitted")
        return False

    def joined(self, link: Link) -> bool:
        """One session per pair of nodes (§8.1)."""
        assert link.secure is not None  # noqa: S101 - called when the handshake is done
        if not self._holds(link):
            link.end_code = "replaced"
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
        self.sessions[home] = link
        return True

    def left(self, link: Link) -> None:
        """Forget a link."""
        self._open.discard(link)
        if link.secure is not None:
            home = link.secure.peer[0]
            if self.sessions.get(home) is link:
                del self.sessions[home]
        self._look.set()

    def stored(self) -> None:
        """Offer what was committed since the last time."""
        core, now = self.core, self.core.clock()
        core.catch_up()
        self._offer(now)
        for link in list(self.sessions.values()):
            if not self._holds(link):
                link.end("replaced")

    def _offer(self, now: int) -> None:
        core = self.core
        last = core.records.last()
        if last == self._pushed:
            return
        fresh = list(core.records.headers(now, KINDS, after=self._pushed))
        self._pushed = last
        control = any(one.kind in CONTROL or one.kind in OUTSIDE for one in fresh)
        for link in list(self.sessions.values()):
            link.offer(fresh, now)
        if control:
            self._changes.happened(fresh)
            self._look.set()
            if self._follow():  # what a certificate asks for: after it was passed on
                self.stored()

    def _look_anew(self, records: Sequence[Header], begin: bool) -> None:
        now = self.core.clock()
        for link in list(self.sessions.values()):
            link.control_changed(records, begin, now)

    def _begin_rounds(self) -> None:
        now = self.core.clock()
        for link in list(self.sessions.values()):
            link.tick(now)

    def _follow(self) -> bool:
        try:
            return follow(self.core)
        except Problem as problem:  # a full disk: at the next look, or the next start
            event(log, "pact-not-followed", code=problem.code)
            return False

    def _holds(self, link: Link) -> bool:
        """Whether a session still stands for what both sides proved when it began.

        It outlives a rotation, for the old key is good for a while, but not one that says that the
        old key is in wrong hands; nor does it speak for what the node held earlier or later.
        """
        if {id_ for id_, _key in link.own} != self.core.own:
            return False
        return all(self._is_good(id_, key) for id_, key in (*link.own, *link.keys.items()))

    def _is_good(self, identity: bytes, key: bytes) -> bool:
        chain = self.core.ties.identities.get(identity)
        if chain is None:
            return True
        at = [n for n, one in enumerate(chain.links) if one.signing == key]
        return bool(at) and not any(one.compromised for one in chain.links[at[-1] + 1 :])

    def behind(self, envelopes: Sequence[bytes]) -> None:
        """Take in newer chains of one's own: somebody else speaks for them by now (§8.2)."""
        own = frozenset(self.core.ring.ids)
        found = [one for one in verify_all(envelopes) if isinstance(one, Record)]
        take(self.core, [one for one in found if one.kind == "identity" and one.author in own])
        self.stored()

    def reconciled(self, link: Link) -> None:
        """What a peer had of ours is here: go on where this node waited for that (§4.4)."""
        core = self.core
        if core.is_reconciled or reconciling.state(core) == "twins" or link.secure is None:
            return
        now = core.clock()
        if related(core.ties, core.own, link.secure.peer, now) is not Relation.TIED:
            return
        go_on(core)
        if self.on_reconciled is not None:
            self.on_reconciled()
        self.stored()

    # Connections

    @property
    def is_quiet(self) -> bool:
        """Every session went through all sets, and nothing is under way or about to be."""
        sessions = [link.session for link in self.sessions.values()]
        return self._changes.idle and all(one is not None and one.is_quiet for one in sessions)

    def connected(self, identity: bytes) -> bool:
        """Whether there is a session with the node that holds `identity`."""
        return any(
            link.secure is not None and identity in link.secure.peer
            for link in self.sessions.values()
        )

    def holdings(self, only: bytes | None = None) -> list[Holding]:
        """This node's identities with their keys and records, home first."""
        found = []
        for held in self.core.ring.held:
            if held.id not in self.core.own or only not in (None, held.id):
                continue
            record = self.core.introduction(held)
            if record is not None:
                found.append(Holding(held.id, held.signing, record.raw, self._voters(held.id)))
        return found

    def _voters(self, identity: bytes) -> tuple[bytes, ...]:
        """The chains of those who signed majority links: nobody can check them without."""
        core, found = self.core, []
        for one in sorted(core.ties.identities[identity].signers):
            chain = core.ties.identities.get(one)
            place = chain and Place(one, PUBLIC, "identity", chain.name)
            record = core.records.at(place) if place else None
            if record is not None:
                found.append(record.raw)
        return tuple(found)

    async def answer(self, ws: WebSocket) -> None:
        """Somebody dialled us."""
        if len(self._open) >= SESSIONS or self._closing:
            await ws.send_bytes(encode(["end", "busy"]))
            await ws.close()
            return
        seed, nonce = self.core.entropy(32), self.core.entropy(32)
        handshake = Answerer(
            self.holdings(), self.core.ties, self.hosts, seed, nonce, self.core.chains_of
        )
        await self._run(Link(self, ws, handshake))

    async def call(
        self, target: Target, code: bytes | None = None, only: bytes | None = None
    ) -> Link:
        """Dial an address; gives the link, not yet run. Raises what `dial` raises."""
        ws = await self._connect(target)
        seed, nonce = self.core.entropy(32), self.core.entropy(32)
        host = host_of(target.url)
        handshake = Dialler(
            self.holdings(only),
            self.core.ties,
            target.expected,
            host,
            code,
            seed,
            nonce,
            self.core.chains_of,
        )
        return Link(self, ws, handshake)

    async def _connect(self, target: Target) -> WebSocket:
        if self._client is None:
            self._client = client(self.private)
        return await dial(self._client, target.url, target.tls)

    async def _run(self, link: Link) -> str:
        self._open.add(link)
        return await link.run()

    # Dialling out

    def wanted(self) -> list[Target]:
        """Whom to dial, most important first."""
        return wanted(self.core, self.connected)

    async def keep_up(self) -> None:
        """Dial whom this node wants to be linked with, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            self._look.clear()
            now, soonest = loop.time(), self.idle_seconds
            found = {one.url: one for one in self.wanted()}
            for url in self._targets.keys() - found.keys():
                if not self._targets[url].busy:
                    del self._targets[url]
            for url, fresh in found.items():
                target = self._targets.setdefault(url, fresh)
                target.others = fresh.others
                if target.busy:
                    continue
                if target.not_before <= now:
                    self._start(target)
                else:
                    soonest = min(soonest, target.not_before - now)
            try:
                async with asyncio.timeout(soonest + 0.01):
                    await self._look.wait()
            except TimeoutError:
                continue

    def _start(self, target: Target) -> None:
        target.busy = True
        if (target.tls, target.expected) not in target.others:
            target.tls, target.expected = target.others[0]
        task = asyncio.create_task(self._try(target))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try(self, target: Target) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        code = "unreachable"
        try:
            link = await self.call(target)
            code = await self._run(link)
            if link.rounds:
                target.wait = FIRST_WAIT
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            pass
        except Problem as problem:
            code = problem.code
        finally:
            if loop.time() - began > LONGEST_WAIT:
                target.wait = FIRST_WAIT
            lasted = loop.time() - began
            wait = target.again(lasted) if code == "replaced" else target.wait
            target.not_before = loop.time() + wait * (0.5 + self.core.entropy(1)[0] / 512)
            target.wait = min(target.wait * 2, LONGEST_WAIT)
            target.busy = False
            if code != "replaced" and (target.tls, target.expected) in target.others:
                turn = target.others.index((target.tls, target.expected)) + 1
                target.tls, target.expected = target.others[turn % len(target.others)]
            self._look.set()
        event(log, "link-over", code=code)

    # Housekeeping

    def tick(self) -> None:
        """Every few seconds: what had to wait, and peers that stall."""
        now = self.core.clock()
        for link in list(self.sessions.values()):
            link.tick(now)

    def refresh(self) -> None:
        """Time may have ended ties: look at every session anew."""
        self._look_anew((), True)
        self._look.set()

    async def close(self) -> None:
        """Say goodbye to everybody."""
        self._closing = True
        self._changes.close()
        for link in list(self._open):
            link.end("shutdown")
        if self._tasks:  # those that only wait for somebody to answer are not worth a wait
            await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS / 4)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.verifiers.close()
        if self._client is not None:
            await self._client.close()
