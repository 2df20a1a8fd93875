"""What must always hold, each stated relative to what a node can know.

At every step:

* `gate`: no honest node sends what its gate, on the control records it has, denies;
* `raised`: no task of a node ends by an error, and nothing is thrown into the loop.

Whenever a node starts, whatever its clock shows, when that was set, and at rest (everybody up, in
reach, with right clocks, nothing under way):

* `acknowledged`: what an honest node acknowledged to a peer, or wrote itself and said so, stands
  at its place, or something newer, unless its time truly ran out, its tie ended, its author's keys
  ended, it was over a limit, or the node's disk was lost;
* `erased`: where a node stored a tombstone nothing older stands again (and, at rest, the bytes of
  what was erased are not in its file).

At rest:

* `agree`: all honest members of a network know the same members, and hold the same live records to
  it; of whoever two honest nodes that are tied both list they hold the same public records; who is
  addressed by a sealed record of somebody tied to him holds it;
* `keeps`: no honest node keeps content that its gate denies, once it holds what was decided;
* `held`: in a world with a thief, nobody who holds a decision follows his (`thieves`);
* `pact`: whoever holds a certificate in time has acted on it; nobody acted without one;
* `bounds`: no author has more at an audience than a kind's limit, nor the store more than its own;
* `rest`: rest is reached at all.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from node.features.meetings.tables import kept_meetings
from node.features.pacts.tables import stage_of
from node.records.held import is_held
from node.store.core import Core
from node.store.refused import LISTED
from protocol.audience import Audience
from protocol.certificates import Case, Pact
from protocol.control_state import Relation, Standing, related
from protocol.kind import Place, Seq
from protocol.kinds import CONTROL, KINDS
from protocol.record import Record, reread
from protocol.sealed import OUTSIDE
from sync.gate import Verdict, gate

if TYPE_CHECKING:
    from tests.simulated.people import Person
    from tests.simulated.world import World

_gate = gate
"""The gate as it was when this was imported: mutations break the one that nodes use."""


class BrokenError(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant


class Stood(NamedTuple):
    """What a node acknowledged at a place."""

    seq: Seq
    id: bytes
    expires: int
    erased: bool
    epoch: bytes | None
    key: bytes


def _is_behind(core: Core) -> bool:
    """Its keys are older than what it was told of: a restored backup from before a rotation.

    Nobody talks to it until its people give the words (§8.2), so it can't know what others do.
    """
    return core.is_superseded(core.ring.held[0])


class Watch:
    """Writes down what nodes do, and compares it with what they may."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.acked: dict[str, dict[Place, Stood]] = {}
        self._at_save: dict[tuple[str, str], dict[Place, Stood]] = {}
        self.seen: list[bytes] = []
        """Envelopes that passed, for those who replay them."""
        self._known: set[bytes] = set()
        self._cursors: dict[str, int] = {}
        self.counts: dict[str, int] = {"sent": 0, "acked": 0, "refused": 0}

    # At every step

    def denied(self, core: Core, peer: Iterable[bytes], record: Record) -> None:
        """The watched session is about to send what the gate denies."""
        name = core.home.path.name
        whom = "+".join(sorted(self.world.name_of(one) for one in peer))
        self.world.fail("gate", f"{name} sends {whom} {self.show(record)}")

    def sent(self, core: Core, _peer: Iterable[bytes], envelopes: Sequence[bytes]) -> None:
        self.counts["sent"] += len(envelopes)
        for raw in envelopes:
            if raw not in self._known:
                self._known.add(raw)
                self.seen.append(raw)

    def refused(self, core: Core, _peer: Iterable[bytes], code: str) -> None:
        self.counts["refused"] += 1
        self.world.log(f"{core.home.path.name} refuses: {code}")

    def acknowledged(self, core: Core, record: Record) -> None:
        """An honest node told a peer that it has this."""
        self.counts["acked"] += 1
        self._stands(core.home.path.name, record)

    def wrote(self, person: "Person") -> None:
        """A person was told that it is done: what is own stands from now on."""
        core = person.core
        if core is None or not person.honest:
            return
        last = self._cursors.get(person.name, 0)
        for author in core.own:
            headers = core.records.headers(0, KINDS, author=author, after=last)
            for record in core.records.records(list(headers)):
                self._stands(person.name, record)
        self._cursors[person.name] = core.records.last()

    def _stands(self, name: str, record: Record) -> None:
        places = self.acked.setdefault(name, {})
        old = places.get(record.place)
        erased = record.body is None
        new = Stood(record.seq, record.id, record.expires, erased, record.epoch, record.key)
        if old is None or (new.seq, old.id) > (old.seq, new.id):
            expires = max(new.expires, old.expires) if old else new.expires
            places[record.place] = new._replace(expires=expires)

    def saved(self, person: "Person", file: str = "") -> None:
        """A backup was written: so much is known to be in it."""
        self._at_save[person.name, file] = dict(self.acked.get(person.name, {}))

    def went_back(self, person: "Person", file: str = "") -> None:
        """The disk was lost: only what is in the backup can be asked for."""
        self.acked[person.name] = dict(self._at_save.get((person.name, file), {}))
        self._cursors[person.name] = 0

    def joins(self, person: "Person", network: bytes) -> None:
        """It is no member now, so it has deleted what the network's members said to it before."""
        places, to_it = self.acked.get(person.name, {}), Audience.network(network)
        for place in [one for one in places if one.audience == to_it]:
            if place.kind not in CONTROL:
                del places[place]

    # Whenever a node starts, and at rest

    def check_acknowledged(self, person: "Person") -> None:
        """`acknowledged` and `erased`, for one node."""
        core = person.core
        if core is None or not person.honest:
            return
        now = self.world.now()  # not the node's: a wrong clock excuses nothing
        for place, stood in self.acked.get(person.name, {}).items():
            found = core.records.at(place)
            if found is not None and (found.seq, stood.id) >= (stood.seq, found.id):
                continue
            what = f"{person.name} {self.show(place)}"
            known = core.ties.identities.get(place.author)
            keys = [link.signing for link in known.links] if known else []
            if found is not None and stood.key not in keys:
                continue  # another chain counts now, and its numbers begin anew (§5.3)
            invariant = "erased" if stood.erased else "acknowledged"
            if found is not None:
                self.world.fail(invariant, f"{what}: {stood.seq}, now {found.seq}")
            elif not self._may_be_gone(person, core, place, stood, now):
                self.world.fail(invariant, f"{what}: {stood.seq} is gone")

    def _may_be_gone(
        self, person: "Person", core: Core, place: Place, stood: Stood, now: int
    ) -> bool:
        ties, kind = core.ties, place.kind
        if stood.expires <= now + 60:
            return True
        thieves = self.world.thieves
        if thieves and thieves.made_forget(person, place.author):
            return True
        known = ties.identities.get(place.author)
        if known is None:
            return kind != "identity" or place.author not in core.own
        at, links = stood.seq.link, known.links
        if at >= len(links) or links[at].signing != stood.key:
            return True
        if ties.has_ended(place.author, at, now):
            return True
        if kind == "network" and any(link.roster for link in known.links):
            return True  # a majority named another charter (§5.4)
        witnesses = ties.successions[place.author].witnesses
        # A longer one: a stolen key took back its vote, until it is given again (§6.7, 6).
        if len(witnesses) > 1 or kind == "identity" or len(witnesses[0].links) > len(links):
            return True
        if place.audience.scope == "network" and kind not in CONTROL:
            network = place.audience.ids[0]
            return (
                not any(ties.is_part(network, own, now) for own in core.own)
                or not ties.is_part(network, place.author, now)
                or (ties.member_epoch(network, place.author, now) != stood.epoch)
            )
        return self._at_limit(core, place)

    @staticmethod
    def _at_limit(core: Core, place: Place) -> bool:
        found = core.records.headers(0, [place.kind], place.audience, place.author)
        return len(list(found)) >= KINDS[place.kind].limit > 1

    # At rest

    def check_rest(self) -> None:
        """Everything that holds when nothing moves."""
        people = [one for one in self.world.people if one.honest and one.core is not None]
        for one in people:
            self.check_acknowledged(one)
            self._check_keeps(one)
            self._check_pacts(one)
            self._check_bounds(one)
            self._check_bytes(one)
        speaking = [one for one in people if one.core is not None and not _is_behind(one.core)]
        self._check_networks(speaking)
        self._check_pairs(speaking)

    def _check_keeps(self, person: "Person") -> None:
        core = person.core
        assert core is not None
        now = core.clock()
        for header in core.records.headers(now, KINDS):
            if header.audience.scope != "network" or header.kind in CONTROL:
                continue
            if not is_held(core, header.audience.ids[0]):
                continue  # what is merely followed hides, and deletes nothing (§6.10)
            if _gate(core.own, header, core.ties, now) is Verdict.NO:
                self.world.fail("keeps", f"{person.name} keeps {self.show(header)}")

    def _check_pacts(self, person: "Person") -> None:
        core = person.core
        assert core is not None
        for case in core.ties.certificates.cases.values():
            if case.pact is not None:
                for own in sorted(core.own & case.signed.keys()):
                    self._check_case(person, core, case, case.pact, own)
        for network, own in self._left(core):
            if (network, own) not in self.world.left and not any(
                case.pact is not None
                and case.pact.leaves == network
                and len(case.signed) >= case.pact.quorum
                for case in core.ties.certificates.cases.values()
                if own in case.signed
            ):
                self.world.fail("pact", f"{person.name} left without a certificate")

    def _check_case(self, person: "Person", core: Core, case: Case, pact: Pact, own: bytes) -> None:
        stage = stage_of(core, pact.digest, own)
        certified = len(case.signed) >= pact.quorum  # counted here, not asked for
        what = f"{person.name} {stage} with {len(case.signed)} signatures"
        if stage == "done" and not certified:
            self.world.fail("pact", f"{what}: acted without a certificate")
        if not certified or not core.may_issue:
            return
        if stage not in ("done", "void", "late"):
            self.world.fail("pact", f"{what}: did not act on its certificate")
        if stage == "late":
            self.world.fail("pact", f"{what}: in time, and not acted on")
        left, again = pact.leaves, self.world.joined_again
        still = left is not None and core.ties.is_member(left, own, core.clock())
        if stage == "done" and still and again.get((left, own), -1) < pact.proposed:
            self.world.fail("pact", f"{what}: did not leave")

    def _check_bytes(self, person: "Person") -> None:
        """What was erased is not in the file any more, unless an invitation carries it."""
        core = person.core
        assert core is not None
        core.db.fold()
        file = person.home.database.read_bytes()
        for mark, place in self.world.erased:
            found = core.records.at(place)
            if found is None or found.body is not None or mark.encode() not in file:
                continue
            kept = [body for own in core.own for _name, body in kept_meetings(core).all(own)]
            for kind in ("invitation", "meeting"):
                kept += [one.body or b"" for one in core.records.statements(kind, 0)]
            if not any(mark.encode() in one for one in kept):
                self.world.fail("erased", f"{person.name} still has the bytes of {mark}")

    def _left(self, core: Core) -> list[tuple[bytes, bytes]]:
        now = core.clock()
        return [
            (network, own)
            for network in core.ties.rosters
            for own in core.own
            if core.ties.standing(network, own, now) is Standing.LEFT
        ]

    def _check_bounds(self, person: "Person") -> None:
        core = person.core
        assert core is not None
        rows = core.db.all(
            "select kind, audience, author, count(*) from records group by kind, audience, author"
        )
        for kind, _audience, author, count in rows:
            if count > KINDS[kind].limit:
                of = self.world.name_of(core.records.identities.thing(author))
                self.world.fail("bounds", f"{person.name} holds {count} {kind} of {of}")
        (aside,) = core.db.one("select count(*) from refused")
        if aside > LISTED:
            self.world.fail("bounds", f"{person.name} wrote down {aside} refusals")

    def _check_networks(self, people: Sequence["Person"]) -> None:
        for network in self.world.networks:
            parts = [one for one in people if self._is_part(one, network)]
            views = {one.name: self._members(one, network) for one in parts}
            first = next(iter(views.values()), None)
            for view in views.values():
                if view != first:
                    self.world.fail("agree", f"members of {self.world.name_of(network)}: {views}")
            held = {one.name: self._live(one, Audience.network(network)) for one in parts}
            self._same(held, f"to {self.world.name_of(network)}")

    def _is_part(self, person: "Person", network: bytes) -> bool:
        core = person.core
        assert core is not None
        return any(core.ties.is_part(network, own, core.clock()) for own in core.own)

    def _members(self, person: "Person", network: bytes) -> list[str]:
        core = person.core
        assert core is not None
        return sorted(map(self.world.name_of, core.ties.members(network, core.clock())))

    def _live(
        self, person: "Person", audience: Audience, author: bytes | None = None
    ) -> set[tuple[str, str, str, bytes]]:
        core = person.core
        assert core is not None
        now = core.clock()
        return {
            (self.world.name_of(one.author), one.kind, one.name, one.id)
            for one in core.records.headers(now, KINDS, audience, author)
            if (one.kind not in CONTROL) and one.expires > now + 60
        }

    def _same(self, held: dict[str, set[Any]], what: str) -> None:
        everything = set().union(*held.values())
        for name, some in held.items():
            for one in sorted(everything - some):
                having = sorted(other for other, theirs in held.items() if one in theirs)
                self.world.fail("agree", f"{what}: {name} lacks {one[:3]}, which {having} have")

    def _check_pairs(self, people: Sequence["Person"]) -> None:
        for one in people:
            for other in people:
                if one is not other:
                    self._check_pair(one, other)

    def _check_pair(self, one: "Person", other: "Person") -> None:
        """What `other` should have of the own identities of `one`."""
        mine, theirs = one.core, other.core
        assert mine is not None
        assert theirs is not None
        now = theirs.clock()
        tied = [related(c.ties, mine.own, theirs.own, c.clock()) for c in (mine, theirs)]
        if tied != [Relation.TIED, Relation.TIED]:
            return
        for author in sorted(mine.own):
            if not theirs.ties.accepts_public_from(author, now):
                continue
            for header in mine.records.headers(mine.clock(), KINDS, author=author):
                if header.expires <= now + 60 or header.audience.scope == "network":
                    continue
                chain = mine.ties.identities[author]
                if header.kind == "identity" and header.name != chain.name:
                    continue  # which others are kept depends on what is held (§5.3)
                if header.audience.scope == "direct" and not (
                    header.kind in OUTSIDE
                    and _gate(theirs.own, header, theirs.ties, now) is Verdict.READ
                    and _gate(theirs.own, header, mine.ties, now) is Verdict.READ
                ):
                    continue
                (raw,) = mine.records.envelopes([header.ref])
                assert raw is not None
                place = reread(raw).place
                found = theirs.records.at(place)
                if found is None and self._at_limit(theirs, place):
                    continue
                if found is None or found.id != header.id:
                    which = "lacks" if found is None else "has another version of"
                    what = f"{other.name} {which} {self.show(header)}, a record of {one.name}"
                    self.world.fail("agree", what)

    def show(self, what: Any) -> str:
        """A record or a place, without what it says."""
        audience = what.audience
        to = "+".join(self.world.name_of(one) for one in audience.ids) or audience.scope
        return f"{what.kind} {what.name[:8]!r} by {self.world.name_of(what.author)} to {to}"
