"""What pages and the command line show of how the node stands."""

from dataclasses import dataclass, field

from node.features.groups.types import GroupView
from node.features.meetings.types import MeetingView
from node.features.networks.types import DepartureView, MemberView, NetworkView
from node.features.pacts.types import PactView
from node.features.peers.types import PeerView
from node.lookup.types import ClockView, ContradictionView, Name, RunOutView, TroubleView


@dataclass(frozen=True, slots=True)
class ArrivingView:
    """A large transfer under way: `taken` records of `of` that a peer is sending came in."""

    who: Name
    taken: int
    of: int


@dataclass(frozen=True, slots=True)
class StatusView:
    """What `verbund status` shows."""

    own: tuple[GroupView, ...]
    home: str
    running: bool
    address: str | None
    endpoints: tuple[str, ...]
    peers: tuple[PeerView, ...]
    networks: tuple[NetworkView, ...]
    departures: tuple[DepartureView, ...]
    pacts: tuple[PactView, ...]
    applications: tuple[MemberView, ...]
    """Who waits for a decision of a network held here; `who` applied."""
    upcoming: tuple[MeetingView, ...]
    groups_known: int
    set_aside: dict[str, int] = field(default_factory=dict)
    """How many records were refused, by code."""
    frozen: tuple[Name, ...] = ()
    """Identities of which two successors contradict each other (protocol.md §5.3)."""
    superseded: tuple[Name, ...] = ()
    """Own identities for which other keys speak by now."""
    words_unconfirmed: bool = False
    """Nobody has the recovery words on paper yet (§5.5): there are no ties until then."""
    waiting: str | None = None
    """Why nothing is issued (§4.4): restored, recovered, newer, twins, used-up; None if well."""
    disk: str | None = None
    """`full`: nothing but what takes back and erases is written; `low`: soon; None if well."""
    proxy: str | None = None
    """The SOCKS proxy through which everybody is dialled, without its password."""
    proxy_trouble: str | None = None
    """Why it is of no use: proxy-down, proxy-wrong, proxy-slow."""
    local_network: bool = False
    """Whether peers are looked for in the local network."""
    arriving: tuple[ArrivingView, ...] = ()
    """Large transfers under way."""
    contradictions: tuple[ContradictionView, ...] = ()
    """Who contradicts themselves, one's own first."""
    troubles: tuple[TroubleView, ...] = ()
    """What fails in the background, and is tried again."""
    zone: str = ""
    """The time zone by which days and meetings are shown."""
    zone_source: str = "said"
    """Who knows: `said` by a person, `machine` (its clock shows it), or `assumed`: nobody."""
    clock: ClockView | None = None
    """What is wrong with the clock; None if nothing is."""
    run_out: tuple[RunOutView, ...] = ()
    """What is one's own and ended by time: kept here, and not shown to others until renewed."""
