"""What pages and the command line show: plain values, made by `node.features.facade` from the store.

Ids are texts (docs/protocol.md §1), times are seconds UTC unless a field says otherwise. An
optional field is None when its author did not say it.
"""

from dataclasses import dataclass, field
from enum import Enum


class Viewer(Enum):
    """Who looks: anybody from outside sees what is public; whoever runs the node sees all."""

    OUTSIDE = "outside"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Name:
    """An identity as shown: its name if known here, and its id."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """An entry of the directory. `form` is group, network, or entry (one's own list, no node)."""

    id: str
    form: str
    name: str
    purpose: str | None = None
    orientation: str | None = None
    topics: tuple[str, ...] = ()
    convictions: tuple[str, ...] = ()
    region: str | None = None
    languages: tuple[str, ...] = ()
    contacts: tuple[tuple[str, str | None], ...] = ()
    takes_members: bool | None = None
    links: tuple[str, ...] = ()
    own: bool = False
    audience: str = "public"
    issued: int | None = None
    expires: int | None = None
    networks: tuple[Name, ...] = ()
    """Networks that the viewer's node shares with it (inside only)."""


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """What to look for. `text` is searched in names, purposes, topics, convictions and regions."""

    text: str = ""
    topic: str | None = None
    region: str | None = None
    language: str | None = None
    takes_members: bool | None = None
    network: str | None = None
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """A page of hits. `total` counts all; `capped` says that there were too many to rank all."""

    entries: tuple[GroupView, ...]
    total: int
    capped: bool
    page: int
    pages: int
    topics: tuple[tuple[str, int], ...] = ()
    regions: tuple[tuple[str, int], ...] = ()
    languages: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class MemberView:
    """How an identity stands to a network: a `Standing` of protocol.control_state, as text."""

    who: Name
    standing: str
    since: int | None = None
    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A field of the charter as it is and as it shall be; nothing where it is empty."""

    field: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What members propose. `state` is one of protocol.tally, as text."""

    id: str
    who: Name
    issued: int
    until: int
    state: str
    moves: bool
    """Whether another node is to look after the network; `host` is that one's group."""
    host: Name
    mandate: int
    changes: tuple[ChangeView, ...]
    added: tuple[Name, ...]
    """Members who would be confirmed from now on; `removed`: who would not be any more."""
    removed: tuple[Name, ...]
    confirmed: tuple[Name, ...]
    """Who voted for it."""
    voters: int
    needed: int
    ours: bool
    """Whether this node's group may vote and did not yet."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkView:
    """A network's charter, and its members where the viewer may see them."""

    id: str
    name: str
    purpose: str | None
    motto: str | None
    orientation: str | None
    consensus: tuple[str, ...]
    topics: tuple[str, ...]
    region: str | None
    languages: tuple[str, ...]
    admission: str
    majority: int
    term: int
    host: Name | None
    """Who looks after it; None where this viewer may not know."""
    mandate: int
    links: tuple[str, ...]
    standing: str | None = None
    """How this node's group stands to it; None outside."""
    held_here: bool = False
    held_before: bool = False
    """Was looked after from this node, until its members moved it."""
    members: tuple[MemberView, ...] | None = None
    unconfirmed: tuple[Name, ...] = ()
    """Members who are not on the roster that decides."""
    proposals: tuple[ProposalView, ...] = ()
    """Those that are open."""


@dataclass(frozen=True, slots=True)
class CounterView:
    """A counter-proposal."""

    starts: str
    zone: str
    minutes: int
    place: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A guest's reply. `answer` is accept, decline, counter, or None while there is none."""

    guest: Name
    invited: bool
    answer: str | None
    people: int | None = None
    note: str | None = None
    counter: CounterView | None = None
    changed_since: bool = False
    """The meeting was changed after this answer."""


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting. `starts` is wall clock in `zone`; `starts_at` the same instant in UTC seconds."""

    id: str
    host: Name
    title: str
    topic: str | None
    text: str | None
    starts: str
    zone: str
    starts_at: int | None
    minutes: int
    place: str | None
    link: str | None
    open_to: str
    capacity: int | None
    cancelled: str | None
    audience: str
    audience_name: str | None = None
    own: bool = False
    invited: bool = False
    note: str | None = None
    my_answer: str | None = None
    my_answer_outdated: bool = False
    """It was given to an earlier version: the host asks again."""
    answers: tuple[AnswerView, ...] = ()
    issued: int | None = None
    """When it was written or last changed, by its author's clock; None if it is no record."""


@dataclass(frozen=True, slots=True)
class PeerView:
    """A bilateral tie: `state` is active, waiting (the other side did not confirm yet) or ended."""

    who: Name
    state: str
    connected: bool
    since: int | None = None


@dataclass(frozen=True, slots=True)
class ArrivingView:
    """A large transfer under way: `taken` records of `of` that a peer is sending came in."""

    who: Name
    taken: int
    of: int


@dataclass(frozen=True, slots=True)
class SignerView:
    """One of those asked to sign a pact."""

    who: Name
    signed: bool
    reached: str | None = None
    """`yes`: it has the pact; `carried`: somebody who passes it on has; `waiting`: neither yet;
    `no-way`: nothing that is written here can reach it; None for one's own, and where nothing of
    ours is to reach anybody."""


@dataclass(frozen=True, slots=True)
class PactView:
    """A pact. `state` is open, over, agreed, late, declined or done (node.features.pacts.views)."""

    id: str
    name: str
    """What the new network is to be called."""
    state: str
    proposer: Name
    signers: tuple[SignerView, ...]
    signed: int
    quorum: int
    proposed: int
    until: int
    leaves: Name | None
    carriers: tuple[Name, ...]
    note: str | None
    asked: bool
    """This node's group is among those asked."""
    signed_here: bool
    network: str
    charter: NetworkView

    @property
    def waits(self) -> bool:
        """Whether this node's group is to sign it, or to decide on it."""
        return self.state == "late" or (
            self.state == "open" and self.asked and not self.signed_here
        )


@dataclass(frozen=True, slots=True)
class DepartureView:
    """A network that was left: who confirmed the deletion, and who did not yet."""

    network: Name
    left: int
    confirmed: tuple[Name, ...]
    missing: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class TroubleView:
    """What fails in the background: backup, erasures, tidy or pact; why; when last tried."""

    what: str
    why: str
    at: int


@dataclass(frozen=True, slots=True)
class ContradictionView:
    """Who wrote two different things under one number (protocol.md §4.4); `ours`: held here."""

    who: Name
    ours: bool
    kinds: tuple[str, ...]
    times: int
    last: int


@dataclass(frozen=True, slots=True)
class ConfirmationView:
    """Who confirmed an erasure, and when by its own clock. `carried`: it only passed it on."""

    who: Name
    at: int
    carried: bool


@dataclass(frozen=True, slots=True)
class ErasureView:
    """Something erased here: never what it was, only its kind."""

    kind: str
    """group, meeting, invitation, reply, or other."""
    author: Name
    erased: int
    until: int
    """When it would have ended everywhere by itself; nobody is waited for after that."""
    over: bool
    wiped: int | None
    """When its bytes were gone from this node's database; None while something still reads it."""
    backups_until: int | None
    """Until when a backup from before may lie in this node's folder; None if there is none."""
    confirmed: tuple[ConfirmationView, ...] = ()
    missing: tuple[Name, ...] = ()
    missing_carriers: tuple[Name, ...] = ()
    untied: tuple[Name, ...] = ()
    """Who did not confirm, and has no tie any more over which it could."""


@dataclass(frozen=True, slots=True)
class BundleView:
    """What became of a bundle that was handed in."""

    writer: Name
    new: int
    known: int
    refused: dict[str, int]
    """By code (docs/protocol.md §4.1)."""
    missing_parts: int
    missing_records: int
    back: int | None
    """Records that could go back to the writer; None: too many to count."""


@dataclass(frozen=True, slots=True)
class RunOutView:
    """Something of one's own whose time ran out; it is renewed by itself, or by editing it."""

    kind: str
    """group, network, endpoint, membership, admission, peering."""
    who: Name
    """Whose it is; of a membership or a peering, with whom."""
    since: int


@dataclass(frozen=True, slots=True)
class ClockView:
    """That the machine's clock is in doubt, or was until lately."""

    trouble: str
    """ahead, behind, unset; or `mended`: right again, and something was issued again for it."""
    shown: int
    """What the clock shows."""
    expected: int
    """The time that is known to have come."""
    records: int = 0
    """How many things that bore a wrong time were issued again."""


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
    clock: ClockView | None = None
    """What is wrong with the clock; None if nothing is."""
    run_out: tuple[RunOutView, ...] = ()
    """What is one's own and ended by time: kept here, and not shown to others until renewed."""
