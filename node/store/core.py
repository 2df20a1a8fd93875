"""The core of a node: its store, its keys, and the ties read into memory.

One process owns a node's folder, and has one core (docs/door.md): what is in memory is what is in
the file. Everything that changes anything happens inside `transaction`; after an error nothing is
half done, neither in the file nor in memory.
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

from node.base import turns
from node.base.errors import Problem
from node.base.events import Event, Followers, nothing_follows
from node.base.files import write_private
from node.base.tuning import uncollected
from node.base.turns import Turns
from node.keys.home import Home
from node.keys.ring import Held, Ring, Slot
from node.store.admissions import Admissions
from node.store.codes import Codes
from node.store.counters import Counters
from node.store.database import Database
from node.store.departures import Departures
from node.store.directory import Directory
from node.store.disk_reserve import Reserve, essential
from node.store.erasures import Erasures
from node.store.kept_control import KeptControl
from node.store.known_names import KnownNames
from node.store.memory import read_memory
from node.store.receipts import Receipts
from node.store.records import Records
from node.store.refused import Refused
from node.store.schema import Schema
from node.store.serve_settings import Server
from node.store.settings import Settings
from node.store.strangers import Strangers
from node.store.timekeeper import Timekeeper, steady_clock, wall_clock
from protocol.audience import PUBLIC
from protocol.control_state import Ties
from protocol.kind import Place
from protocol.kinds import CONTROL
from protocol.record import Record

UNRECONCILED = "unreconciled"
"""A setting: since when, and why, nothing is issued; see `node.records.stale_copy`."""

Clock = Callable[[], int]
Entropy = Callable[[int], bytes]


class Core:
    """One node's state."""

    def __init__(
        self,
        home: Home,
        passphrase: str | None = None,
        *,
        clock: Clock = wall_clock,
        entropy: Entropy = secrets.token_bytes,
        steady: Callable[[], float] = steady_clock,
        followers: Followers = nothing_follows,
        schema: Schema,
    ) -> None:
        self.home = home
        self.schema = schema
        self.followers = followers
        self.entropy = entropy
        self._passphrase = passphrase
        self.ring: Ring = home.read_ring(passphrase)
        self._folder = home.path.stat()
        self.reserve = Reserve(home.path)
        self.db = self._open()
        self.records = Records(self.db)
        self.settings = Settings(self.db)
        self.counters = Counters(self.db)
        self.codes = Codes(self.db)
        self.refused = Refused(self.db)
        self.admissions = Admissions(self.settings)
        self.departures = Departures(self.db)
        self.clock = Timekeeper(clock, steady, self.settings)
        self.directory = Directory(self.db)
        self.known_names = KnownNames(self.db)
        self.erasures = Erasures(self.db)
        self.receipts = Receipts(self.db)
        self.kept_control = KeptControl(self.db)
        self.server: Server | None = None
        """Where this process serves, if it does."""
        self.strangers = Strangers(self.db)
        self.ties = self._no_ties()
        self.settling = False
        """Whether what members decided is being settled: what that writes begins it once only."""
        self.on_commit: Callable[[], None] = lambda: None
        """Called after each COMMIT, by whoever wrote: perhaps not in the loop that serves."""
        self._ring_edition = self.settings.get("ring_edition", 0)
        self._keys_before: bytes | None = None
        try:
            self._read()
        except BaseException:
            self.db.close()
            raise

    @property
    def has_folder(self) -> bool:
        """Whether the node's folder is still where it was: what goes by names would else be done in
        somebody else's, where a node is perhaps just being made."""
        try:
            return os.path.samestat(self._folder, self.home.path.stat())
        except OSError:
            return False

    def _open(self) -> Database:
        """Even to read, SQLite makes files beside its own; on a full disk there is the reserve."""
        try:
            return Database(self.home.database, self.schema)
        except Problem as problem:
            if problem.code != "disk-full" or not self.reserve.release(keep=0):
                raise
        return Database(self.home.database, self.schema)

    @property
    def own(self) -> frozenset[bytes]:
        """The identities that this node holds."""
        return self.ties.own

    @property
    def home_id(self) -> bytes:
        """The group whose node this is."""
        return self.ring.held[0].id

    @cached_property
    def turns(self) -> Turns:
        """Whose turn it is to work on this core. First asked for in the loop that serves."""
        return Turns(lambda: self.db.conn.in_transaction)

    # Reading what was written

    def _read(self) -> None:
        self.clock.read()
        self.ties.own = frozenset(self.ring.ids)
        self._read_memory()
        with uncollected():
            self._read_control()
        self.refresh_own()

    def _read_memory(self) -> None:
        """What this node holds itself comes before what others say (§6.10)."""
        memory = read_memory(self.settings)
        if memory != self.ties.memory:
            self.ties.memory = memory
            self.ties.reconsider({*memory.held, *memory.stated} | self.ties.networks)

    def refresh_own(self) -> None:
        """Hold what has both a key and an identity: the founding of a network may break off.

        A network that moved to another node is not held any more. The home stays, whatever key it
        has now: `is_superseded` tells.
        """
        self.ring.settle(self.ties.identities)
        self._number_links()
        self.ties.own = frozenset(
            one.id
            for place, one in enumerate(self.ring.held)
            if one.id in self.ties.identities and (place == 0 or not self.is_superseded(one))
        )

    def _number_links(self) -> None:
        """The chain says which link one's keys sign: a majority may keep them (§5.2)."""
        for place, one in enumerate(self.ring.held):
            chain = self.ties.identities.get(one.id)
            if chain is not None and chain.current.signing == one.signing.public:
                self.ring.held[place] = replace(one, link=chain.current.number)

    def is_superseded(self, held: Held) -> bool:
        """Whether the chain that counts says that another key speaks for this identity."""
        chain = self.ties.identities.get(held.id)
        return chain is not None and chain.current.signing != held.signing.public

    @property
    def speaking(self) -> frozenset[tuple[bytes, bytes]]:
        """Each identity held, with the key that speaks for it: what a handshake proves."""
        held = ((one.id, one.signing.public) for one in self.ring.held)
        return frozenset(one for one in held if one[0] in self.ties.own)

    @property
    def is_reconciled(self) -> bool:
        """Whether anything may be issued: this folder is not an old copy (§4.4)."""
        return self.settings.get(UNRECONCILED) is None

    @property
    def may_issue(self) -> bool:
        """Whether what this node does by itself can be written; it waits otherwise."""
        if not self.is_reconciled or self.is_superseded(self.ring.held[0]):
            return False
        return not self.counters.used_up() & self.own

    @property
    def has_unread(self) -> bool:
        """Whether there is anything that could not be read when it came (§4.9)."""
        return self.db.one("select 1 from unread limit 1") is not None

    def chains_of(self, identity: bytes) -> list[bytes]:
        """The `identity` envelopes that show which chain counts, if this identity is known."""
        known = self.ties.successions.get(identity)
        places = (
            (Place(identity, PUBLIC, "identity", one.name) for one in known.witnesses)
            if known
            else ()
        )
        return [record.raw for place in places if (record := self.records.at(place))]

    def introduction(self, held: Held) -> Record | None:
        """The `identity` record by which this node introduces an identity that it holds."""
        succession = self.ties.successions.get(held.id)
        if succession is None:
            return None
        key = held.signing.public
        mine = [one for one in succession.witnesses if one.current.signing == key]
        chain = (mine or list(succession.witnesses))[0]
        return self.records.at(Place(held.id, PUBLIC, "identity", chain.name))

    def _read_control(self) -> None:
        # Expired ones too: what is hidden at a place keeps older ones out, here as in the store.
        self.ties.reading = True
        self.kept_control.take_in(self.ties, self.records.last())
        self.db.shrink()
        for kind in sorted(CONTROL):
            for inner in self.records.opened(kind, 0):
                if self.ties.is_newer(inner, b""):
                    self.ties.note(inner, b"")
                    self.ties.apply(inner)
        self.ties.reading = False
        self.ties.reconsider()

    def reload(self) -> None:
        """Forget what is in memory and read it again: after a rollback it may not be so."""
        self.records.forget()
        self.ties = self._no_ties(self.ties.trusted)
        self._read()

    def _no_ties(self, trusted: frozenset[bytes] = frozenset()) -> Ties:
        self.strangers.forget()
        ties = Ties(trusted=trusted)
        ties.aside.kept = self.strangers.chains
        return ties

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing, here and on the disk."""
        if self.db.conn.in_transaction:
            yield
            return
        if not self.reserve.may_write():
            raise Problem("disk-full")
        try:
            with self.db.writing():
                self.clock.step(self.records.last())
                yield
                turns.require_wanted()
        except BaseException as error:
            self.reserve.refused |= isinstance(error, Problem) and error.code == "disk-full"
            self.restore_keys()
            self.reload()
            raise
        self.reserve.refused = self.reserve.refused and self.reserve.entitled
        self._keys_before = None
        self.records.committed()
        self.on_commit()

    def hold(self, slot: Slot, genesis: bytes) -> Held:
        """Begin to hold the identity that `genesis` makes. Inside `transaction`."""
        held = self.ring.hold(slot, genesis)
        self.save_ring()
        return held

    def rekey(self, held: Held) -> None:
        """Speak for an identity with these keys. Inside `transaction`.

        The key file has the ones before, too, until `forget_old_keys`: if the machine stops before
        the chain is committed, the next start finds which of them fit.
        """
        self.ring.replace(held)
        self.save_ring()

    @essential
    def forget_old_keys(self) -> None:
        """After `rekey` was committed: no signing key that is over lies on the disk."""
        if self.ring.others:
            with self.transaction():
                self.ring.forget_others()
                self.save_ring()

    def take_over(self, slot: Slot, identity: bytes, number: int) -> Held:
        """Begin to hold an identity whose chain gets these keys. Inside `transaction`."""
        held = self.ring.take_over(slot, identity, number)
        self.save_ring()
        return held

    def restore_keys(self) -> None:
        """What was not founded after all leaves no keys behind, and its slot free.

        Somebody may break off just after the commit: then the new keys are the right ones.
        """
        if self._keys_before is not None and self._is_committed():
            self._keys_before = None
        if self._keys_before is not None:
            with contextlib.suppress(Problem):
                write_private(self.home.key_file, self._keys_before)
            self._keys_before = None
            self.ring = self.home.read_ring(self._passphrase)

    def _is_committed(self) -> bool:
        """Whether the database has seen the key file that was written last."""
        return bool(self.settings.get("ring_edition", 0) == self._ring_edition)

    def save_ring(self) -> None:
        """Write the key file. Inside `transaction`."""
        first = self._keys_before is None
        if first:
            self._keys_before = self.home.key_file.read_bytes()
        try:
            self.home.write_ring(self.ring, self._passphrase)
        except Problem:
            if first:  # nothing is to be restored but what is in memory
                self._keys_before = None
                self.ring = self.home.read_ring(self._passphrase)
            raise
        self._ring_edition = self.settings.get("ring_edition", 0) + 1
        self.settings.set("ring_edition", self._ring_edition)

    def tell(self, what: Event, *values: object) -> bool:
        """Let the features do what follows an event; whether one of them says that it did."""
        said = [follower(self, *values) for follower in self.followers(what)]
        return any(said)

    def require_clock(self) -> None:
        """Before what carries its time inside, for ever or to others: `Problem` if in doubt."""
        if self.clock.trouble:
            raise Problem("clock-unsure", shown=self.clock.wall())

    def require_words(self) -> None:
        """Before any tie (§5.5): `Problem` as long as nobody has the recovery words on paper."""
        if self.ring.words is not None:
            raise Problem("words-unconfirmed")

    def close(self) -> None:
        """Close the file."""
        self.db.close()
