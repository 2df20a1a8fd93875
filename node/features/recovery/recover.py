"""A node again from nothing but the recovery words, and from what its peers have (§5.5, §8.2).

Rules: the id of a group follows from its words; a peer whose address a person gave is trusted for
as long as this lasts; it shows who is behind the chain that counts, then sends what its gate
allows; the keys of each identity are found by trying; nothing is issued before everything is here.
Only a peer that gave back what shows the tie, signed by the group itself, counts as asked. Done
twice, also on two machines, it gives the same chain and the same keys.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp

from node.base import turns
from node.base.addresses import PrivateAddressError, is_inside
from node.base.errors import Problem
from node.features.recovery.memory import remember
from node.features.recovery.rotate import adopt, follow, say_again
from node.keys.home import Home
from node.keys.recovery_words import SEARCHED, Found, Phrase
from node.keys.ring import Held, Ring
from node.links.descriptor import open_descriptor
from node.links.dial_plan import Target
from node.links.dialling import OnionError, client
from node.links.link import Link
from node.links.one_call import call_once
from node.links.proxy import Proxy, kept
from node.links.proxy_dial import PROXY_SECONDS, ProxyTrouble
from node.records import stale_copy
from node.records.introduce import introduce
from node.records.reactions import write_owed
from node.records.transaction import act, go_on
from node.store.core import Core
from node.store.schema import Schema
from node.store.serve_settings import allows_private_addresses
from protocol.control_state import Relation, related
from protocol.encoding import ENVELOPE_BYTES
from protocol.errors import Malformed, ProtocolError
from protocol.fields import origin
from protocol.peering import PeerLink

ROUNDS = 12
"""Calls to one peer: each may bring an identity that has to be proven in the next."""

TRIES, ELSEWHERE_SECONDS = 5, 2.0
"""Where another machine of the group is connected, each side drives the other out for a while."""

DESCRIPTOR_SECONDS = 10.0
"""A few hundred bytes, over a slow line."""

CALL_SECONDS = 120.0
"""One call: a full directory over a slow line."""


class Recovered(NamedTuple):
    """What came back. `waiting`: nothing is issued yet, for no peer could be asked."""

    id: bytes
    link: int
    rotated: bool
    waiting: bool = False


def begin(home: Home, phrase: Phrase, passphrase: str | None, schema: Schema) -> Core:
    """A node in `home` that holds the group of these words, as it was on its first day."""
    home.create()
    ring = Ring.from_entropy(phrase.entropy)
    slot = ring.slots[0]
    genesis = slot.genesis("group")
    held = ring.hold(slot, genesis)
    home.write_ring(ring, passphrase)
    core = Core(home, passphrase, schema=schema)
    with act(core) as publisher:
        introduce(core, publisher, held, genesis, incarnation=0)  # below all that was ever issued
        stale_copy.begin(core, "recovered")
    return core


def adopt_all(core: Core, phrase: Phrase) -> bool:
    """Hold what these words speak for by the chains known here; whether that changed anything.

    `Problem` `keys-contested` if somebody else's link counts for the home group.
    """
    changed = False
    with core.transaction():
        for held in list(core.ring.held):
            found = _tip(phrase, core, held)
            if found is not None and found.chain.current.signing != held.signing.public:
                adopt(core, phrase, held.index, found)
                changed = True
        for identity, index, found in _networks(core, phrase):
            _take_up(core, phrase, identity, index, found)
            changed = True
        core.refresh_own()
    core.forget_old_keys()
    if changed:
        core.reload()
    return changed


def _tip(phrase: Phrase, core: Core, held: Held) -> Found | None:
    """The chain that counts, if these words made its last link."""
    chain = core.ties.identities.get(held.id)
    found = phrase.find(held.index, chain) if chain else None
    return found if found and chain and found.chain == chain else None


def _networks(core: Core, phrase: Phrase) -> list[tuple[bytes, int, Found]]:
    """Networks with keys of these words that are not held yet."""
    ties = core.ties
    for one in list(core.strangers.apart):  # nothing may refer yet to what is to be found again
        ties.identities.get(one)
    chains = [
        chain
        for id_, chain in ties.identities.items()
        if chain.type == "network" and core.ring.get(id_) is None
    ]
    if not chains:
        return []
    steps = range(max(len(chain.links) for chain in chains))
    keys = {
        phrase.signing(index, step).public: index for index in range(1, SEARCHED) for step in steps
    }
    found = []
    for chain in chains:
        index = keys.get(chain.current.signing)
        fits = None if index is None else phrase.find(index, chain)
        if index is not None and fits is not None and fits.chain == chain:
            found.append((chain.id, index, fits))
    return found


def _take_up(core: Core, phrase: Phrase, identity: bytes, index: int, found: Found) -> None:
    core.ring.slots = [slot for slot in core.ring.slots if slot.index != index]
    number = found.chain.current.number
    core.ring.held.append(phrase.held(identity, index, number, found.step))
    core.ring.refill(phrase.entropy)
    core.save_ring()
    core.counters.start(identity, 0)


def recover(
    core: Core, phrase: Phrase, addresses: Sequence[str], compromised: bool = False
) -> Recovered:
    """Get everything back from the peers at these addresses, then go on.

    `core` is one that `begin` made, or that of a folder whose keys are behind.
    """
    phrase.require_home(core.ring)
    if compromised and not addresses:
        raise Problem("recover-ask-peer")  # before anything is changed
    waited, newest = stale_copy.state(core), core.records.newest()
    with core.transaction():
        stale_copy.begin(core, "recovered")
    if not addresses:
        adopt_all(core, phrase)
        _require_keys(core)
        return Recovered(core.home_id, core.ring.held[0].link, False, waiting=True)
    try:
        _fetch(core, phrase, addresses, compromised)
    except Problem:
        if waited is None and core.records.newest() == newest:
            # Nobody said anything: it is as it was.
            with core.transaction():
                stale_copy.dismiss(core)
        raise
    return finish(core, phrase, compromised)


def finish(core: Core, phrase: Phrase, compromised: bool) -> Recovered:
    """Begin a new incarnation, and new keys if the old ones may be in wrong hands."""
    _require_keys(core)
    if not compromised:
        with core.transaction():
            remember(core)
    go_on(core)
    if compromised:
        with act(core) as publisher:
            for held in list(core.ring.held):
                if held.id in core.own:
                    follow(core, publisher, phrase, held.id, compromised=True)
            # Where the old key's numbers were used up, that had to wait for the new one.
            stale_copy.settle(core, lambda owed: write_owed(core, publisher, owed))
        core.forget_old_keys()
        say_again(core)
    with core.transaction():
        core.ring.backup = phrase.backup
        core.save_ring()
    return Recovered(core.home_id, core.ring.held[0].link, compromised)


def _require_keys(core: Core) -> None:
    if core.is_superseded(core.ring.held[0]):
        raise Problem("keys-contested")


def _fetch(core: Core, phrase: Phrase, addresses: Sequence[str], compromised: bool) -> None:
    """From each address until nothing more comes; `Problem` if none gave anything."""
    failed: list[Problem] = []
    for address in addresses:
        try:
            turns.run(fetch_from(core, phrase, address, compromised))
        except Problem as problem:
            failed.append(problem)
    if len(failed) == len(addresses):
        raise failed[0]


async def fetch_from(core: Core, phrase: Phrase, address: str, compromised: bool) -> None:
    """From one address until nothing more comes; `Problem` if it gave nothing."""
    private = allows_private_addresses(core.settings)
    try:
        target = await target_at(address, private, kept(core))
        await exchange(core, phrase, target, private, compromised)
    except (aiohttp.ClientError, OSError, ValueError, TimeoutError) as error:
        raise _unreached(error, address) from error


def _unreached(error: Exception, address: str) -> Problem:
    inside = getattr(error, "os_error", error)
    if isinstance(inside, PrivateAddressError):
        return Problem("recover-private", url=address)
    if isinstance(inside, OnionError):
        return Problem("recover-onion", url=address)
    if isinstance(error, ProxyTrouble):
        return error.problem
    return Problem("recover-unreachable", url=address)


def require_address(address: str, private: bool) -> None:
    """Refuse what can't be a node, or one that is not to be dialled, before 24 words are typed.

    `Problem` as `recover` gives it. A name is looked up only when it is dialled.
    """
    try:
        url = PeerLink.parse(address).url
    except Malformed:
        url = address.strip().rstrip("/")
    if not origin(url):
        raise Problem("recover-address", url=address)
    if not private and is_inside(urlsplit(url).hostname or ""):
        raise Problem("recover-private", url=address)


async def target_at(address: str, private: bool, proxy: Proxy | None) -> Target:
    """Whom to expect at an address: as the peer link says, or as the node there says itself."""
    try:
        link = PeerLink.parse(address)
    except Malformed:
        pass
    else:
        return Target(link.url, link.tls, link.id)
    url = address.strip().rstrip("/")
    if not origin(url):
        raise Problem("recover-address", url=address)
    # A certificate of the node's own can be checked only once it is known: the session that
    # follows pins it, and what comes back proves that this is somebody we knew (`_require_tie`).
    async with (
        client(private, proxy) as session,
        asyncio.timeout(DESCRIPTOR_SECONDS + (PROXY_SECONDS if proxy else 0)),
        session.get(f"{url}/.well-known/verbund", ssl=False) as answer,
    ):
        raw = await answer.content.read(ENVELOPE_BYTES + 1)
    try:
        found = open_descriptor(raw)
    except ProtocolError as error:
        raise Problem("recover-no-node", url=address) from error
    return Target(url, found.tls if url.startswith("https:") else None, found.ids[0])


async def exchange(
    core: Core, phrase: Phrase, target: Target, private: bool, compromised: bool = False
) -> None:
    """Call one peer until nothing more comes; then forget that it was trusted."""
    core.ties.trusted |= {target.expected}
    tries = 0
    try:
        for _ in range(ROUNDS):
            before = core.records.newest()
            link = await call_once(core, target, private, CALL_SECONDS, _end_when_quiet)
            changed = adopt_all(core, phrase)
            if not link.went_quiet and not (link.was_behind or changed):
                problem = _refusal(link, target)
                tries += 1
                if problem.code != "recover-elsewhere" or tries > TRIES:
                    raise problem
                await asyncio.sleep(ELSEWHERE_SECONDS)  # the other machine redials less each time
                continue
            if link.was_behind and core.is_superseded(core.ring.held[0]):
                _contest(core, phrase, compromised)
            if link.went_quiet and not changed and core.records.newest() == before:
                _require_tie(core, target)
                return
    finally:
        core.ties.trusted = frozenset()


def _require_tie(core: Core, target: Target) -> None:
    """Somebody in between could show a node of his own: it has no record of ours for its id."""
    core.ties.trusted = frozenset()
    if related(core.ties, core.own, [target.expected], core.clock()) is not Relation.TIED:
        raise Problem("recover-not-known", url=target.url)


def _contest(core: Core, phrase: Phrase, compromised: bool) -> None:
    """Somebody else made a link: one more of ours counts, if a person says that keys were stolen.

    It does not say so itself yet: what stands under the stolen keys is to be fetched first.
    """
    if not compromised:
        raise Problem("keys-contested")
    with act(core) as publisher:
        follow(core, publisher, phrase, core.home_id, compromised=False, again=False)
    core.forget_old_keys()


def _end_when_quiet(link: Link) -> None:
    """The peer has nothing more for us, as we stand to it now."""
    link.on_quiet = lambda: link.end("shutdown")


def _refusal(link: Link, target: Target) -> Problem:
    code, met = link.end_code, link.secure is not None
    if code == "not-accepted":
        return Problem("recover-not-known", url=target.url)
    if code == "wrong-address":
        return Problem("recover-wrong-peer", url=target.url)
    # One session per pair of nodes (§8.1): another machine has it. Who keeps its own hangs up.
    if code == "replaced" or (code == "connection" and met):
        return Problem("recover-elsewhere", url=target.url)
    return Problem("recover-unreachable", url=target.url)


def alone(core: Core) -> Recovered:
    """Go on without anybody: only from the first link, and nothing that was issued is known."""
    go_on(core)
    return Recovered(core.home_id, 0, False)
