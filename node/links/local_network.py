"""Peers in the local network, found by mDNS; off until a person switches it on (protocol.md §11).

* Announced is where this node listens, and tags that only the peers it accepted can read. The
  service has a random name and host name, both new every hour and at every start.
* Of what others announce, only what an accepted peer made counts, and only addresses in the
  networks in which this machine is itself. Names are never looked up.
* What was found is kept in memory, as further addresses to dial (`node.links.dial_plan`); the
  handshake proves who is there.
* Anybody in the local network can announce: how much is looked at and kept is bounded.
"""

import asyncio
import ipaddress
import logging
import random
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from crypto.errors import BadKey
from node.base.addresses import is_neighbour
from node.base.logs import event
from node.store import troubles
from node.store.core import Core
from protocol.errors import Malformed
from protocol.nearby import (
    ADDRESSES,
    HOUR,
    LADDER,
    NONCE_BYTES,
    SERVICE,
    TAG_BYTES,
    Announcement,
    pair_key,
)

if TYPE_CHECKING:
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

log = logging.getLogger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
Pair = tuple[bytes, bytes]

LOOK_SECONDS = 5.0
"""How often it is looked whether peers, interfaces or the hour changed."""

AGAIN_SECONDS = 60.0
"""After an error, or too many records: perhaps the network is another one by then."""

CACHED = 2_000
"""Names that the library remembers for others, some hundred bytes each; then it starts anew."""

WAITING = CACHED
"""Services that wait to be looked at. The library names each only once, so none is left out before
it forgets them all; of more, some by chance are looked at: a flood hides nobody for sure."""

ASKED = 8
"""Asked at the same time for what they did not say by themselves."""

PAUSE_SECONDS = 0.05
"""After each of `ASKED`: 160 a second at most, some hundredths of a second of work."""

ASK_MILLISECONDS = 2_000
"""Until somebody in the same network answered."""

PEERS = 4_096
"""Peers that are recognised: three keyed hashes each for every announcement, some milliseconds."""

WELL_LOOKS = 15
"""After so many looks in a row without trouble it counts as over."""

_NAME = re.compile(r"[0-9a-f]{16}\." + re.escape(SERVICE))


class Nearby:
    """Announces this node and finds peers. `run` goes on until it is cancelled.

    `addresses`: where it listens in local networks; none if only this machine reaches it. Then it
    announces nothing, and finds others all the same. `hosts`: gets what it is dialled as (§8.2).
    """

    def __init__(
        self,
        core: Core,
        port: int,
        tls: bool,
        addresses: Callable[[], Sequence[str]],
        networks: Callable[[], Sequence[Interface]],
        hosts: set[str],
    ) -> None:
        self.core = core
        self.on_found: Callable[[], None] = lambda: None
        self.found: dict[str, tuple[bytes, list[str]]] = {}
        """By service: who made it, and where that is."""
        self._port, self._tls = port, tls
        self._addresses, self._networks, self._hosts = addresses, networks, hosts
        self._added: set[str] = set()
        self._keys: dict[tuple[bytes, ...], bytes] = {}
        self.waiting: list[str] = []
        """Services to be looked at."""
        self._silent: list[str] = []
        """Those that said nothing but their name; they are asked once nothing else waits."""
        self._work = asyncio.Event()
        self.zeroconf: AsyncZeroconf | None = None
        """The library, while this node looks."""
        self._browser: AsyncServiceBrowser | None = None
        self.said: AsyncServiceInfo | None = None
        """The service that this node announces now."""

    def addresses_of(self, identity: bytes) -> list[str]:
        """Addresses at which a peer was found."""
        return [url for who, urls in self.found.values() if who == identity for url in urls]

    async def run(self) -> None:
        """Announce and look, for ever; whatever goes wrong with the network, begin again."""
        try:
            while True:
                try:
                    await self._run()
                except Exception as error:  # noqa: BLE001 - whatever it is, the node goes on
                    event(log, "local-network-failed", error=type(error).__name__)
                    troubles.note(self.core, "local_network", error)
                finally:
                    await self._stop()
                await asyncio.sleep(AGAIN_SECONDS)
        finally:
            await self._stop()

    async def _run(self) -> None:
        from zeroconf import IPVersion
        from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

        networks = list(self._networks())
        if not networks:
            return
        interfaces = [str(one.ip) for one in networks if one.version == 4]
        self.zeroconf = AsyncZeroconf(interfaces=interfaces, ip_version=IPVersion.V4Only)
        self._browser = AsyncServiceBrowser(
            self.zeroconf.zeroconf, SERVICE, handlers=[self._changed]
        )
        askers = [asyncio.create_task(self._ask_for_ever()) for _ in range(ASKED)]
        try:
            state: object = None
            well = 0
            while list(self._networks()) == networks:
                if len(self.zeroconf.zeroconf.cache.cache) > CACHED:
                    event(log, "local-network-flooded")
                    troubles.note(self.core, "local_network", "flooded")
                    return
                now = (self._hour(), self.pairs(), tuple(self._addresses()))
                if now != state:
                    await self._announce()
                    self.forget_strangers()
                    state = now
                await asyncio.sleep(LOOK_SECONDS)
                well += 1
                if well == WELL_LOOKS:
                    troubles.over(self.core, "local_network")
        finally:
            for task in askers:
                task.cancel()
            await asyncio.gather(*askers, return_exceptions=True)

    async def _stop(self) -> None:
        browser, zeroconf = self._browser, self.zeroconf
        self._browser = self.zeroconf = self.said = None
        self.found.clear()
        self.waiting.clear()
        self._silent.clear()
        with suppress(Exception):  # of a network that is gone
            if browser is not None:
                await browser.async_cancel()
        with suppress(Exception):
            if zeroconf is not None:
                await zeroconf.async_close()

    # Who we are to whom

    def _hour(self) -> int:
        return self.core.clock() // HOUR

    def pairs(self) -> tuple[Pair, ...]:
        """(own identity, peer that it accepts), home first."""
        core, now = self.core, self.core.clock()
        found = [
            (own, peer)
            for own in core.ring.ids
            if own in core.own
            for peer in core.ties.accepted(own, now)
            if peer not in core.own and peer in core.ties.identities
        ]
        return tuple(found[:PEERS])

    def _key(self, pair: Pair, announcing: bool) -> bytes | None:
        """The key of the tags from one of the pair to the other; None if a key is bad."""
        own, peer = pair
        held = self.core.ring.get(own)
        if held is None:
            return None
        mine, theirs = held.sealing[0], self.core.ties.identities[peer].current.sealing
        ends = (own, peer) if announcing else (peer, own)
        place = (*ends, mine.public, theirs)
        if place not in self._keys:
            if len(self._keys) > 2 * PEERS:
                self._keys.clear()
            with suppress(BadKey):
                self._keys[place] = pair_key(mine, theirs, *ends)
        return self._keys.get(place)

    # Announcing

    def announcement(self) -> Announcement:
        """A new announcement: nonce and tags differ each time."""
        packed = [ipaddress.ip_address(one).packed for one in self._addresses()]
        pairs = list(self.pairs())
        random.shuffle(pairs)  # of more peers than there is room for, others each hour
        keys = [key for pair in pairs if (key := self._key(pair, announcing=True))]
        bare = Announcement(secrets.token_bytes(NONCE_BYTES), self._tls, self._port, packed)
        return bare.with_tags(keys, self._hour(), secrets.token_bytes(LADDER[-1] * TAG_BYTES))

    async def _announce(self) -> None:
        from zeroconf.asyncio import AsyncServiceInfo

        assert self.zeroconf is not None  # noqa: S101 - only called while it runs
        before, self.said = self.said, None
        if before is not None:
            await (await self.zeroconf.async_unregister_service(before))
        if not self._addresses():
            return
        self._hosts -= self._added
        now = {f"{_bracketed(one)}:{self._port}" for one in self._addresses()}
        self._added = now - self._hosts
        self._hosts |= now
        one = self.announcement()
        self.said = AsyncServiceInfo(
            SERVICE,
            f"{secrets.token_hex(8)}.{SERVICE}",
            port=self._port,
            addresses=one.addresses,
            properties=one.strings(),
            server=f"{secrets.token_hex(8)}.local.",
        )
        await (await self.zeroconf.async_register_service(self.said))
        event(log, "local-network-announced")

    # Finding

    def _changed(self, zeroconf: Any, service_type: str, name: str, state_change: Any) -> None:
        """Called by the library, in the loop."""
        from zeroconf import ServiceStateChange

        del zeroconf, service_type
        if state_change is ServiceStateChange.Removed:
            self.found.pop(name, None)
        elif _NAME.fullmatch(name) and not self._is_ours(name):
            _add(self.waiting, name)
            self._work.set()

    def _is_ours(self, name: str) -> bool:
        return self.said is not None and self.said.name == name

    async def _ask_for_ever(self) -> None:
        while True:
            await self._work.wait()
            if not self.waiting and not self._silent:
                self._work.clear()
                continue
            try:
                await self._look_at_next()
            except Exception as error:  # noqa: BLE001 - one bad service must not stop the rest
                event(log, "local-network-unread", error=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _look_at_next(self) -> None:
        """Read what a service said of itself; ask it only if it said nothing.

        Its strings are all that counts (§11). A node says them along with its name, so whoever
        floods the network with names that answer nothing does not keep it waiting.
        """
        from zeroconf.asyncio import AsyncServiceInfo

        silent = not self.waiting
        name = (self._silent if silent else self.waiting).pop(0)
        if self.zeroconf is None:
            return
        info, zeroconf = AsyncServiceInfo(SERVICE, name), self.zeroconf.zeroconf
        if silent:
            await info.async_request(zeroconf, ASK_MILLISECONDS)
        else:
            info.load_from_cache(zeroconf)
        if info.text:
            self.heard(name, info.properties)
        elif not silent:
            _add(self._silent, name)

    def heard(self, name: str, strings: dict[bytes, bytes | None]) -> None:
        """Keep where an announcement leads, if a peer of this node made it."""
        try:
            one = Announcement.parse(strings)
        except Malformed:
            return
        who = self._maker(one)
        urls = self._reachable(one)
        if who is not None and urls:
            self._forget_older(who)
            self.found[name] = (who, urls)
            event(log, "local-network-found")
            self.on_found()

    def _maker(self, one: Announcement) -> bytes | None:
        hour = self._hour()
        for pair in self.pairs():
            key = self._key(pair, announcing=False)
            if key is not None and one.is_for(key, hour):
                return pair[1]
        return None

    def _reachable(self, one: Announcement) -> list[str]:
        """Its addresses in the networks in which this machine is itself."""
        networks, scheme = self._networks(), "https" if one.tls else "http"
        addresses = map(ipaddress.ip_address, one.addresses)
        return [
            f"{scheme}://{_bracketed(str(address))}:{one.port}"
            for address in addresses
            if any(_is_near(address, network) for network in networks)
        ]

    def _forget_older(self, who: bytes) -> None:
        """A peer is at one place: what it says now counts."""
        for name in [name for name, (other, _urls) in self.found.items() if other == who]:
            del self.found[name]

    def forget_strangers(self) -> None:
        """Drop addresses of peers whose tie ended."""
        peers = {peer for _own, peer in self.pairs()}
        for name in [name for name, (who, _urls) in self.found.items() if who not in peers]:
            del self.found[name]


def _add(queue: list[str], name: str) -> None:
    """Let a name wait; if too many do, another one, by chance, does no longer."""
    if len(queue) >= WAITING:
        queue.pop(random.randrange(WAITING))  # noqa: S311 - only to be fair
    queue.append(name)


def _is_near(address: Address, interface: Interface) -> bool:
    """Whether an address is in the network of an interface, and not of the whole internet."""
    local = is_neighbour(str(address)) or interface.network.is_loopback
    return local and address in interface.network


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def local_networks() -> list[Interface]:
    """The networks in which this machine is, of those that homes and offices have. IPv4 only: the
    addresses of the other kind are of the whole internet as a rule, and published as such."""
    import ifaddr

    found = [
        ipaddress.ip_interface(f"{one.ip}/{one.network_prefix}")
        for adapter in ifaddr.get_adapters()
        for one in adapter.ips
        if isinstance(one.ip, str) and is_neighbour(one.ip)
    ]
    return sorted(set(found))


def listening_at(host: str) -> Callable[[], list[str]]:
    """The addresses in local networks at which a node that listens at `host` is reached."""
    everywhere = host in ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound

    def addresses() -> list[str]:
        own = [str(one.ip) for one in local_networks()]
        return [one for one in own if everywhere or one == host][:ADDRESSES]

    return addresses
