"""The one way in: bytes → verify → check → store, for what peers send and for one's own records.

`protocol.record.verify_all` is pure and may run in threads; `Intake.take` runs inside one
transaction and gives an outcome for each record. One bad record is refused and written down; it
never stops the rest.
What follows from control records (a membership that ended, an application to an open network) is
done in the same transaction, so that no crash can come between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crypto.errors import CannotOpen
from node.records.carried_quota import CarriedQuota
from node.records.contradictions import write_down
from node.records.erasure_notes import note_erased, standing_before
from node.records.newcomers import Newcomers
from node.records.other_branches import drop, dropped, note_other
from node.records.stale_copy import is_from_a_copy
from node.records.superseded import drop_ended
from node.records.unread_quota import UnreadQuota
from node.store.core import Core
from node.store.directory import put_entries
from node.store.erased import erased_by
from node.store.unread import note as note_unread
from protocol.check import check, check_opened, grounds
from protocol.errors import ProtocolError, Refused, Unknown
from protocol.identity import Identity
from protocol.ids import from_name
from protocol.kind import Statement
from protocol.kinds import CONTROL, DECISIONS, HALVES, LISTED, PACT_KINDS, RECEIPTS
from protocol.record import Record, open_sealed
from protocol.sealed import CLOSED, OUTSIDE
from protocol.unread import is_unread
from sync.gate import Verdict, gate, takes_in

WAITING = frozenset({"unknown-key", "unknown-tie"})
"""Codes of what is neither stored nor refused: it will be offered again."""

PASSES = 8
"""Looks at what waits for the rest of its batch: identity, network by majority, charter,
membership, admission, content, and two to spare. A longer chain, which only a hostile peer makes,
would cost work with the square of its length; it is offered again."""


class Ended(NamedTuple):
    """A membership that ended with a record just taken in."""

    network: bytes
    member: bytes
    epoch: bytes
    how: str
    witnesses: tuple[bytes, ...]
    dropped: int


@dataclass
class Follow:
    """Consequences of the records taken in; `node.records.reactions` acts on them."""

    ended: list[Ended] = field(default_factory=list)
    applied: list[tuple[bytes, bytes, bytes | None]] = field(default_factory=list)
    """Network, group, and who brought it: None where it is one's own."""
    receipts: list[Statement] = field(default_factory=list)
    certified: set[bytes] = field(default_factory=set)
    """Pacts, by digest, that one's own identities signed and that a quorum did."""
    newer: bool = False
    """A record of one's own came that this node did not count: the folder is an old copy (§4.4)."""
    succeeded: list[bytes] = field(default_factory=list)
    """Identities with another chain that counts: records under earlier links may have ended."""


OUTSIDE_BY_ONE = 20_000
"""Sealed and closed records of one author: twenty invitations to each of a thousand. Their limits
(§4.8) are for each audience, and of these an author can invent as many as it likes."""

Batch = Sequence[Record | ProtocolError]


class Intake:
    """The second half: one object for one transaction."""

    def __init__(
        self,
        core: Core,
        proven: frozenset[bytes] = frozenset(),
        introducer: bytes | None = None,
    ) -> None:
        self.proven = proven
        self.core = core
        self.ties = core.ties
        self.now = core.clock()
        self.follow = Follow()
        self.decides = False
        """Whether a proposal, a vote or a chain came in: something may be decided now."""
        self.useful = 0
        """How many records came to a place where nothing stood."""
        self._pending: list[tuple[Record, Statement | None]] = []
        self._refusals: list[tuple[str | None, ProtocolError]] = []
        self._over: set[bytes] = set()
        self._not_known: set[bytes] = set()
        """What is sealed, and of a kind that this software does not know."""
        self._carrying = CarriedQuota(core.records)
        self._unread = UnreadQuota(core.records)
        self._newcomers = Newcomers(core, proven, introducer)
        self._good: set[tuple[object, ...]] = set()
        """Grounds on which content was found good since the last control record."""

    def take(self, batch: Batch) -> list[str | None]:
        """Check and store. Gives, for each record, None (stored, or known already) or its code."""
        self._carrying.look(
            one.author for one in batch if isinstance(one, Record) and one.kind in OUTSIDE
        )
        codes = [self._admit(record) for record in batch]
        waiting = [at for at, code in enumerate(codes) if code in WAITING]
        for _pass in range(PASSES):  # what a record depends on may stand behind it in the batch
            for at in waiting:
                codes[at] = self._admit(batch[at])
            still = [at for at in waiting if codes[at] in WAITING]
            if len(still) == len(waiting):
                break
            waiting = still
        self.flush()
        self._newcomers.settle(self._put_chains)
        self.flush()
        self._write_down()
        if self._over:
            for at, record in enumerate(batch):
                if isinstance(record, Record) and record.id in self._over:
                    codes[at] = "over-limit"
        return codes

    def _admit(self, record: Record | ProtocolError) -> str | None:
        if isinstance(record, ProtocolError):
            self._refusals.append((None, record))
            return record.code
        try:
            if record.kind == "identity":
                if self._newcomers.is_known(record):
                    return None
                self._newcomers.check_room(record)
            chain = self._check(record)
            if chain is not None and not self._succeed(chain, record):
                return None  # what counts does not depend on it: as good as known
            self._check_budget(record)
        except ProtocolError as error:
            if error.code not in WAITING:
                self._refusals.append((record.kind, error))
            return error.code
        if record.author in self.ties.own and is_from_a_copy(self.core, record):
            self.follow.newer = True
        if record.author in self.ties.own:
            self.core.clock.note_own(record.issued)
        inner = self._open(record) if record.kind in OUTSIDE else None
        statement = inner or record
        if statement.kind in CONTROL and (inner is None or self._will_stand(record)):
            self._control(statement, record.id if inner is None else b"", chain)
        if chain is None or not self._newcomers.keep(record):
            self._pending.append((record, inner))
            self.core.db.defer(self.flush)
        if chain is not None and chain.id in self.follow.succeeded:
            drop_ended(self.core, chain.id)
        return None

    def _put_chains(self, records: Iterable[Record]) -> None:
        self._pending += [(one, None) for one in records]
        self.core.db.defer(self.flush)

    def _check_budget(self, record: Record) -> None:
        """New places only: what stands can always be replaced, and erased."""
        author, records = record.author, self.core.records
        if author in self.ties.own:
            return
        if is_unread(record.kind):
            self._unread.check(record)
        if record.kind not in OUTSIDE:
            return
        full = self._carrying.count(author) >= OUTSIDE_BY_ONE
        if full and not records.numbers_at(record.place):
            raise Refused("sealed records of one author", "over-limit")
        self._carrying.check(record, self._is_carried(record))

    def _is_carried(self, record: Record) -> bool:
        """Whether a record is for others only."""
        return not self.ties.own & {record.author, *record.audience.ids}

    def _succeed(self, chain: Identity, record: Record) -> bool:  # §5.3
        """Whether this chain is one to keep; those that it replaces go."""
        if self._stands_newer(chain, record):
            return False
        before, after = self.ties.successions.get(chain.id), self.ties.succession_with(chain)
        if chain not in after.witnesses:
            if before is not None:
                note_other(self.core, before, chain, record)
            return False
        if before is not None:
            gone = dropped(before, after)
            drop(self.core, gone)
            self._newcomers.drop(chain.id, [one.name for one in gone])
        if before is not None and before.counts.links != after.counts.links:
            self.follow.succeeded.append(chain.id)
        return True

    def _stands_newer(self, chain: Identity, record: Record) -> bool:
        """Whether the same links are known, perhaps with votes that were given again since."""
        if self.ties.is_newer(record, record.id):
            return False
        known = self.ties.successions.get(chain.id)
        return known is not None and record.name in {one.name for one in known.witnesses}

    def _check(self, record: Record) -> Identity | None:
        """The rules, then the gate. Once for all content of an author between control records."""
        if record.kind in CONTROL:
            chain = check(record, self.ties, self.now)
            self._check_gate(record)
            return chain
        key = (record.kind == CLOSED.name, *grounds(record))
        if key in self._good:
            check(record, self.ties, self.now, vouched=True)
        else:
            check(record, self.ties, self.now)
            self._check_gate(record)
            self._good.add(key)
        return None

    def _check_gate(self, record: Record) -> None:
        if not self._ask(record):
            raise Refused("not for this node", "not-for-you")

    def _ask(self, record: Record) -> bool:
        if gate(self.ties.own, record, self.ties, self.now) is Verdict.NO:
            return False
        return record.author in self.proven or takes_in(record, self.ties, self.now)

    def _open(self, record: Record) -> Statement | None:
        own = self.ties.own
        mine = [one for one in (*record.audience.ids, record.author) if one in own]
        if not mine:
            return None
        if record.body is None:
            return erased_by(self.core.records, record)
        try:
            inner = open_sealed(record, self.core.ring.sealing_keys(mine))
            check_opened(inner, self.ties, self.now)
        except ProtocolError as error:  # kept unread: whoever carries it can't know (§8.4)
            if record.kind != CLOSED.name or not isinstance(error.__cause__, CannotOpen):
                self._refusals.append((record.kind, error))
            if isinstance(error, Unknown):
                self._not_known.add(record.id)
            return None
        return inner

    def _will_stand(self, sealed: Record) -> bool:
        """Whether a sealed record is the newest at its place; otherwise its content is old, too."""
        return self.core.records.is_newer(sealed)

    def _control(self, statement: Statement, id_: bytes, chain: Identity | None) -> None:
        """Let a control record count, if it is newer than what stands."""
        self._good.clear()
        ties = self.ties
        if not ties.is_newer(statement, id_):
            return
        self.decides = self.decides or chain is not None or statement.kind in DECISIONS
        if statement.kind not in HALVES:
            ties.note(statement, id_)
            ties.apply(statement, chain)
            self._take_up_pacts(statement.kind)
            self._weigh()
            return
        network = statement.audience.ids[0]
        member = statement.author
        if statement.kind == "admission":
            member = (statement.content or {}).get("member") or from_name(statement.name)
            self._newcomers.answered(member)
        elif statement.content is not None and network in ties.own:
            self.follow.applied.append((network, member, self._introducer(member)))
        epoch, at = ties.member_epoch(network, member, self.now), self.now
        if epoch is None and member in ties.own:  # run out, perhaps by a wrong clock: it was one
            epoch, at = ties.member_epoch(network, member, 0), 0
        ties.note(statement, id_)
        ties.apply(statement)
        self._weigh()
        if epoch and ties.member_epoch(network, member, at) != epoch:
            self._ended(network, member, epoch, statement)

    def _introducer(self, member: bytes) -> bytes | None:
        """Whose session or bundle brought a group: its own, if it proved itself there."""
        if member in self.proven or member in self.ties.own:
            return member if member in self.proven else None
        return min(self.proven, default=None)

    def _weigh(self) -> None:
        """What was attested, or called stolen, may let another chain count (§6.10)."""
        changed, self.ties.changed = self.ties.changed, []
        self.follow.succeeded += changed

    def _take_up_pacts(self, kind: str) -> None:  # §6.6
        """A certificate may be complete by this: its network is known from now on."""
        if kind != "identity" and kind not in PACT_KINDS:
            return
        ties = self.ties
        for case in list(ties.certificates.cases.values()):
            pact = case.pact
            if pact is None or not case.certified or not ties.own & case.signed.keys():
                continue
            self.follow.certified.add(pact.digest)
            if pact.network not in ties.charters:
                for record in (pact.identity, pact.charter):
                    self._admit(record)

    def _ended(self, network: bytes, member: bytes, epoch: bytes, cause: Statement) -> None:  # §6.4
        witnesses = sorted({network, *self.ties.members(network, self.now)} - {member})
        own = self.ties.own
        how = "left" if cause.kind == "membership" else "expelled"
        records = self.core.records
        if member not in own:
            gone = records.content_numbers(network, by=member)
        elif any(self.ties.is_part(network, one, self.now) for one in own):
            gone = []
        else:
            gone = records.content_numbers(network, not_by=own)
        records.delete(gone)
        ended = Ended(network, member, epoch, how, tuple(witnesses), len(gone))
        self.follow.ended.append(ended)

    def flush(self) -> None:
        """Write what was admitted so far. Whoever reads needs not call it (`Database.defer`)."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        records = self.core.records
        before, replaced = standing_before(self.core, pending), records.replaced
        numbers = records.put([record for record, _inner in pending])
        self.useful += len(numbers) - numbers.count(None) - (records.replaced - replaced)
        write_down(self.core)
        note_erased(self.core, pending, numbers, before, self.now)
        entries, outside, unread = [], [], list[int]()
        for no, (record, inner) in zip(numbers, pending, strict=True):
            if no is None:
                continue
            if is_unread(record.kind) or record.id in self._not_known:
                unread.append(no)
            if record.kind in OUTSIDE:
                outside.append((no, record.author, self._is_carried(record), len(record.raw)))
            if inner is not None:
                records.put_opened(no, inner)
                if inner.kind in RECEIPTS and inner.content is not None:
                    self.follow.receipts.append(inner)
            statement = inner or record
            if statement.kind in LISTED and statement.content is not None:
                entries.append(
                    (
                        no,
                        records.identities.of(record.author),
                        records.audiences.of(record.audience),
                        statement.kind,
                        record.expires,
                        statement.content,
                    )
                )
        put_entries(self.core.db, entries)
        records.outside.put(outside)
        note_unread(records, unread)
        stored = zip(numbers, pending, strict=True)
        new = (one[0] for no, one in stored if no is not None)
        over = records.enforce_limits(new, self.now)
        self._over.update(over)
        for place in over.values():
            if place.kind in CONTROL:
                self._good.clear()
                self.ties.forget(place)
                self._take_up_pacts(place.kind)

    def _write_down(self) -> None:
        for kind, error in self._refusals:
            self.core.refused.add(self.now, error.code, kind, error.detail)
        self._refusals.clear()
