"""The nodes that a node dials (docs/protocol.md §8.1).

The addresses of whom it accepted or shares a network with, of those who have not yet confirmed a
departure, of those with whom it decides about a network, and of those who were asked to sign a pact
that was signed here; then those of some
co-members of each network: what goes to a network passes from member to member.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from crypto.hashing import digest
from node.store.core import Core
from protocol.certificates import LATE_SECONDS
from protocol.control_state import Standing
from protocol.ids import to_text

DIALS = 32
"""Addresses that are tried at a time, and co-members of each network with whom this node keeps up
links by itself: all of a usual one, some of a large one. Each has its own choice, so that the whole
hangs together; with links to all of them a network of thousands would leave nobody any room."""

GIVEN_UP = 60.0
"""Seconds between tries from which on a co-member leaves its place to another one."""

FIRST_WAIT, LONGEST_WAIT = 0.5, 300.0
"""Seconds between attempts to reach a node that is down: doubled each time, drawn below that."""

AGAIN_WAIT, AGAIN_LONGEST = 0.05, 25.6
"""Seconds: the first, and the longest."""

AT_ONCE = {"replaced": 8, "changed": 2}
"""After these ends there is somebody to be dialled at once; how many times as long each further
wait is. Where one replaces the other again and again another machine of the same group is there,
perhaps to take over from a stolen one: it must get to speak. Where somebody founds
networks, what the node holds changes a few times in a row, and nobody wants to wait for that."""

AGAIN_TIMES = 3
"""After so many that were replaced it is the longest."""

AGAIN_MOST = 9
"""After so many of any kind it is the longest, too."""

LASTED_SECONDS = 30.0
"""A session that ended after so long begins the waits anew."""

_INVITED_AT = "invited_at/"
"""Before an id: the address and the certificate of the link by which it was accepted. A network has
no endpoint of its own, and a first exchange may break off before it tells one."""

TELL_SECONDS = 7 * 86_400
"""How long a former peer is still dialled, to be told that the tie ended."""


@dataclass
class Target:
    """An address to be dialled, whom one expects there, and when to try.

    `others`: who else says to be there. Anybody can say so of an address that is not his own; each
    has its turn, so that he keeps nobody from being reached.
    """

    url: str
    tls: bytes | None
    expected: bytes
    local: bool = field(default=False, kw_only=True)
    """Found in the local network (§11): its certificate is not looked at."""
    others: tuple[tuple[bytes | None, bytes], ...] = ()
    wait: float = FIRST_WAIT
    not_before: float = 0.0
    busy: bool = False
    ended: dict[str, int] = field(default_factory=dict)
    """How many sessions in a row ended by each code of `AT_ONCE`."""

    def again(self, code: str, lasted: float) -> float:
        """Seconds until the next try after a session that ended by `code` and `lasted` so long."""
        if code not in AT_ONCE:
            return self.wait
        times = 0 if lasted > LASTED_SECONDS else self.ended.get(code, 0) + 1
        if code == "replaced":
            times = min(times, AGAIN_TIMES)
        self.ended[code] = min(times, AGAIN_MOST)
        return float(min(AGAIN_WAIT * AT_ONCE[code] ** self.ended[code], AGAIN_LONGEST))

    def talked(self, code: str) -> None:
        """A session that came as far as a round ended by `code`: the waits begin anew."""
        if code != "busy":  # without room now, it has none in half a second
            self.wait = FIRST_WAIT

    def over(self, code: str, lasted: float) -> float:
        """A try ended by `code` after `lasted` seconds; gives how many to wait before the next.

        Half of it to one and a half times: whoever dials draws. The next one expects somebody else
        who says to be there.
        """
        if lasted > LONGEST_WAIT:
            self.wait = FIRST_WAIT
        wait = self.again(code, lasted)
        self.wait = min(self.wait * 2, LONGEST_WAIT)
        self.busy = False
        here = (self.tls, self.expected)
        if code not in AT_ONCE and here in self.others:
            turn = self.others.index(here) + 1
            self.tls, self.expected = self.others[turn % len(self.others)]
        return wait


def wanted(
    core: Core,
    connected: Callable[[bytes], bool],
    nearby: Callable[[bytes], Sequence[str]] = lambda _one: (),
    given_up: Callable[[str], bool] = lambda _url: False,
) -> list[Target]:
    """The targets to dial, most important first.

    `nearby`: where it was found in the local network; `given_up`: whether nobody was at an address
    for long.
    """
    now = core.clock()
    networks = sorted({n for own in core.own for n in core.ties.connected(own, now)})
    first, direct = _first(core, networks, now), _in_pacts(core, now)
    links = dict(core.settings.starting_with(_INVITED_AT))
    targets: dict[str, list[tuple[bytes | None, bytes]]] = {}
    local: set[str] = set()

    def add(one: bytes, more: bool = True) -> bool:
        """Where `one` is; an address that is not there yet only if there is room for `more`."""
        near = list(nearby(one))
        local.update(near)
        link = links.get(_INVITED_AT + to_text(one)) if links else None
        said = [*((url, None) for url in near), *_addresses(core, one, link, now)]
        for url, tls in said:
            if url in targets or (more and len(targets) < DIALS):
                targets.setdefault(url, []).append((tls, one))
        return more and any(not given_up(url) for url, _tls in said)

    def within_reach(one: bytes) -> bool:
        return (
            one in core.ties.endpoints
            or connected(one)
            or bool(nearby(one))
            or (bool(links) and _INVITED_AT + to_text(one) in links)
        )

    for one in first:
        if one not in core.own and not connected(one):
            add(one)
    for network in networks:
        places = DIALS
        for one in _co_members(core, network, now, within_reach):
            if one in core.own or one in first:
                continue
            found = connected(one) or add(one, one in direct or places > 0)
            places -= found and one not in direct
    return [
        Target(url, *found[0], tuple(found), local=url in local) for url, found in targets.items()
    ]


def invited_at(core: Core, peer: bytes) -> tuple[str, str | None] | None:
    """Where the link led by which a peer was accepted: address, and certificate in hex."""
    found = core.settings.get(_INVITED_AT + to_text(peer))
    return None if found is None else (found[0], found[1])


def set_invited_at(core: Core, peer: bytes, url: str, tls: bytes | None) -> None:
    """Remember where the link of a peer led. Inside a transaction."""
    core.settings.set(_INVITED_AT + to_text(peer), (url, tls.hex() if tls else None))


def _first(core: Core, networks: Sequence[bytes], now: int) -> dict[bytes, None]:
    """Identities that no other node stands for, in order."""
    ranked: list[bytes] = []
    for own in core.ring.ids:
        ranked += core.ties.accepted(own, now)
        ranked += core.ties.taken_back(own, now - TELL_SECONDS)
    ranked += networks
    ranked += [one.witness for one in core.departures.all() if one.confirmed is None]
    for network in networks:
        if _decides(core, network, now):
            ranked += sorted(core.ties.deciders(network))
    for case in core.ties.certificates.cases.values():
        # Who did not sign yet may do so when nothing else ties it to those who did (§6.5).
        if case.pact is not None and case.pact.until_acted(now) and core.own & case.signed.keys():
            ranked += [one for one in case.pact.asked if one not in case.signed]
    return dict.fromkeys(ranked)


def _in_pacts(core: Core, now: int) -> set[bytes]:
    """Parties of pacts under way: nobody else carries the records of these (§6.5)."""
    pacts = [case.pact for case in core.ties.certificates.cases.values() if case.pact is not None]
    open_ = [pact for pact in pacts if pact.until + LATE_SECONDS > now]
    return {one for pact in open_ for one in (pact.proposer, *pact.asked, *pact.carriers)}


def _addresses(
    core: Core, one: bytes, link: tuple[str, str | None] | None, now: int
) -> list[tuple[str, bytes | None]]:
    """Addresses that an identity published; without any, the one its link led to."""
    halves = core.ties.endpoints.get(one, {}).values()
    said = [half.content for half in halves if half.content is not None and half.stands(now)]
    if not said and link is not None:
        url, tls = link
        return [(url, None if tls is None else bytes.fromhex(tls))]
    return [(content["url"], content["tls"]) for content in said]


def _co_members(
    core: Core, network: bytes, now: int, within_reach: Callable[[bytes], bool]
) -> Iterator[bytes]:
    """Those of whom there is any sign where they are, each node in an order of its own."""
    ties = core.ties
    if not any(ties.is_part(network, own, now) for own in core.own):
        return
    # Everybody begins somewhere else, so that a large network becomes no star.
    found, home = filter(within_reach, ties.rosters.get(network, ())), core.home_id
    for one in sorted(found, key=lambda one: digest(home + one)):
        if ties.standing(network, one, now) in (Standing.MEMBER, Standing.APPLIED):
            yield one


def _decides(core: Core, network: bytes, now: int) -> bool:
    """Whether something is to be decided here, also with those whom the node expelled."""
    ties = core.ties
    open_ = any(one.until > now for one in ties.decisions.proposals.get(network, {}).values())
    return open_ and any(ties.may_vote(network, own, now) for own in core.own)
