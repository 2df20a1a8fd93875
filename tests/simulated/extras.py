"""What happens besides in a world, if one asks for it (`--with`): other worlds stay what they are.

* `bundles`: people carry files to each other, late, twice, damaged, and to the wrong one (§10);
* `backups`: nodes keep backups by themselves, and some disks are lost but for these (§5.5, §6.8);
* `clocks`: clocks are off by years, on any node, for as long as they like (§4.5);
* `reserve`: a disk is full; people end, leave and erase all the same (`tests.simulated.reserve`);
* `receipts`: at rest everybody confirmed what others erased, and nobody more (§6.8);
* `exchange`: people offer, look for, take and end (§7.19–§7.21);
* `statements`: networks ask, change and withdraw, groups answer and take back (§7.24, §7.25).

What must hold besides: nothing in a bundle that the gate denies its reader (`gate`); what stands in
the list beside a backup does not come back with it (`erased`); what can't wait is not refused on a
full disk (`reserve`); `confirmed` of receipts.
"""

import asyncio
import random
import shutil
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import node.store.core
import node.upkeep.upkeep
from node.app import SCHEMA
from node.features.bundles.actions import chosen_for, write_to
from node.features.bundles.reading import Acceptance, read_from
from node.features.exchange.actions import end, publish, take, things
from node.features.recovery.backup import restore
from node.features.statements import actions as statements
from node.links.session_store import NodeShelf, shelves_of
from node.store.core import Core
from node.upkeep.backups import SUFFIX, keep_backups
from node.upkeep.erasure_list import FOLDER, NAME, read_list
from protocol.audience import PUBLIC, Audience
from protocol.control_state import Standing, related
from protocol.record import Record, reread, verify
from protocol.statements import ANSWERS
from sync.bundle_selection import hosted_by
from sync.gate import Verdict, gate
from tests.simulated.machine import MACHINES
from tests.simulated.reserve import Pages, without_room

if TYPE_CHECKING:
    from tests.simulated.people import Person
    from tests.simulated.world import World

DAY, YEAR = 86_400.0, 365 * 86_400

EVENTS: dict[str, dict[str, float]] = {
    "bundles": {"wrap": 3, "unwrap": 5},
    "backups": {"lose": 0.4},
    "clocks": {"skew": 1},
    "reserve": {"fill": 1},
    "receipts": {},
    "exchange": {"offer": 2, "take": 2, "end": 1},
    "statements": {"ask": 2, "answer": 3, "withdraw": 1},
}
"""Of each node in a week."""

EXTRAS = tuple(EVENTS)

KNOWN_SECONDS = 60.0
"""A backup from before has no tie in it: who restores it has to give an address (§5.5)."""

HAPPENINGS = frozenset(what for some in EVENTS.values() for what in some)

Happening = tuple[float, str, int, int]


def events_of(extras: tuple[str, ...], seed: int, nodes: int, days: float) -> list[Happening]:
    """When, what, to whom, dice. Each kind is drawn apart."""
    found: list[Happening] = []
    for extra in extras:
        dice = random.Random(f"{extra}/{seed}/{nodes}/{days}")
        for what, often in EVENTS[extra].items():
            for _ in range(round(often * nodes * days / 7)):
                at = dice.random() * days * DAY
                found.append((at, what, dice.randrange(nodes), dice.getrandbits(48)))
    return found


class Extras:
    """One method for each event."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.bundles: list[bytes] = []
        self.saved: dict[tuple[str, str], float] = {}
        """When a node wrote a backup last, by its name and that of the file."""

    async def perform(self, what: str, person: "Person", dice: random.Random) -> None:
        """One event."""
        if what in ("skew", "lose"):
            done = getattr(self, what)(person, dice)
            if done is not None:
                await done
        elif person.core is not None and person.honest:
            getattr(self, what)(person, person.core, dice)

    # Bundles

    def wrap(self, person: "Person", core: Core, dice: random.Random) -> None:
        """For somebody, or for everybody."""
        others = [one.id for one in self.world.people if one is not person]
        reader = dice.choice([None, *others])
        out = BytesIO()
        if person.do(write_to, reader, out) is None:
            return
        self.bundles.append(out.getvalue())
        shelf = NodeShelf(core, shelves_of(core))
        node = None if reader is None else hosted_by(shelf, reader, core.clock())
        _own, envelopes = chosen_for(core, reader)
        for record in map(reread, envelopes):
            if node is None:
                open_ = record.audience == PUBLIC
            else:
                open_ = gate(node, record, core.ties, core.clock()) is not Verdict.NO
            if not open_:
                self.world.fail("gate", f"{person.name} wraps {self.world.watch.show(record)}")

    def unwrap(self, person: "Person", _core: Core, dice: random.Random) -> None:
        """Any that lies around; a person may accept who wrote it."""
        if not self.bundles:
            return
        raw = bytearray(dice.choice(self.bundles))
        if dice.random() < 0.15:
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        if dice.random() < 0.1:
            del raw[dice.randrange(len(raw)) :]
        writer = dice.choice([one.id for one in self.world.people if one is not person])
        accept = Acceptance(person.id, writer) if dice.random() < 0.2 else None
        person.do(read_from, BytesIO(bytes(raw)), accept)

    # Backups

    async def lose(self, person: "Person", dice: random.Random) -> None:
        """The disk is lost; somebody had copied the folder of backups."""
        kept = person.home.path / FOLDER
        files = [
            one
            for one in sorted(kept.glob("*" + SUFFIX))
            if self.saved.get((person.name, one.name), 0.0) > KNOWN_SECONDS
        ]
        if not files or not person.honest:
            return
        await person.stop()
        elsewhere = self.world.folder / f"{person.name}.kept"
        shutil.rmtree(elsewhere, ignore_errors=True)
        shutil.move(kept, elsewhere)
        shutil.rmtree(person.home.path)
        MACHINES.pop(person.home.path, None)
        file = elsewhere / dice.choice(files).name
        restore(person.home, file, person.phrase, lambda _done, _of: None, SCHEMA)
        person.restored += 1
        self.world.watch.went_back(person, file.name)
        self.world.log(f"{person.name} is restored from {file.name}")
        person.start()
        listed = elsewhere / NAME
        gone = read_list(listed, person.phrase) if listed.is_file() else []
        self._stay_erased(person, [verify(one) for one in gone if isinstance(one, bytes)])

    def _stay_erased(self, person: "Person", tombstones: list[Record]) -> None:
        core = person.core
        for one in tombstones if core is not None else ():
            found = core.records.at(one.place)
            if found is not None and found.body is not None and found.seq < one.seq:
                signs = core.ties.identities.get(one.author)
                if signs is not None and one.key not in [link.signing for link in signs.links]:
                    person.without_list = True  # signed by keys that the backup does not know
                else:
                    what = f"{person.name} brings back {self.world.watch.show(one.place)}"
                    self.world.fail("erased", what)

    # Clocks

    def skew(self, person: "Person", dice: random.Random) -> None:
        """By years; no two alike, for two that agree are believed (§4.5, 8).

        Not a liar's: who is gone in the end does not say again what a wrong clock dated.
        """
        if not person.honest:
            return
        number = self.world.people.index(person)
        by = dice.choice([-40, -9, -2, 1, 5, 20]) * YEAR + (number + 1) * 40 * int(DAY)
        person.skew = by
        self.world.log(f"{person.name} clock {by}")
        self.world.watch.check_acknowledged(person)

        def mended() -> None:
            if person.skew == by:
                person.skew = 0
                self.world.log(f"{person.name} clock right")
                self.world.watch.check_acknowledged(person)

        if dice.random() < 0.4:
            self.world.later(60 + dice.random() * 3 * DAY, mended)

    # A full disk

    def fill(self, person: "Person", core: Core, dice: random.Random) -> None:
        """For hours; what can't wait is done meanwhile."""
        without_room(self.world, person, dice)

    # What is offered and wanted

    def offer(self, person: "Person", core: Core, dice: random.Random) -> None:
        now = core.clock()
        networks = [
            n
            for n in self.world.networks
            if core.ties.standing(n, person.id, now) is Standing.MEMBER
        ]
        where: Any = dice.choice([PUBLIC, *map(Audience.network, networks * 2)])
        kind = dice.choice(["offer", "want"])
        fields = {"title": f"Thing {dice.getrandbits(16)}"}
        until = now + int(dice.choice([2, 20, 60]) * DAY)
        person.do(publish, person.id, kind, where, fields, until)

    def take(self, person: "Person", core: Core, dice: random.Random) -> None:
        found = [one for one in things(core) if one.author != person.id]
        tied = [one for one in found if related(core.ties, core.own, [one.author], core.clock())]
        if tied:
            person.do(take, person.id, dice.choice(tied))

    def end(self, person: "Person", core: Core, dice: random.Random) -> None:
        found = things(core)
        if found:
            person.do(end, person.id, dice.choice(found))

    # What networks ask, and what groups answer

    def ask(self, person: "Person", core: Core, dice: random.Random) -> None:
        held = sorted(core.own & core.ties.charters.keys())
        if not held:
            return
        network, fields = dice.choice(held), {"text": f"Statement {dice.getrandbits(16)}"}
        known = statements.list_of(core, network)
        if known and dice.random() < 0.4:
            person.do(statements.edit, dice.choice(known), fields)
        else:
            person.do(statements.add, network, fields)

    def answer(self, person: "Person", core: Core, dice: random.Random) -> None:
        networks = statements.networks_of(core, person.id)
        asked = [one for network in networks for one in statements.list_of(core, network)]
        if asked:
            word = dice.choice(ANSWERS)
            person.do(statements.answer, person.id, dice.choice(asked), word)

    def withdraw(self, person: "Person", core: Core, dice: random.Random) -> None:
        networks = {
            *statements.networks_of(core, person.id),
            *(core.own & core.ties.charters.keys()),
        }
        asked = [one for network in sorted(networks) for one in statements.list_of(core, network)]
        if not asked:
            return
        one = dice.choice(asked)
        if one.author in core.own and dice.random() < 0.5:
            person.do(statements.remove, one)
        else:
            person.do(statements.take_back, person.id, one)


# What nodes find other than they do elsewhere


def put_in_place(
    put: Callable[[Any, str, Any], None], extras: tuple[str, ...], world: "World"
) -> None:
    """For the time of one world."""

    async def kept(core: Core) -> None:
        """Backups that nodes keep by themselves; a thread would have a time of its own."""
        folder = core.home.path / FOLDER
        before = {one: one.stat().st_mtime_ns for one in folder.glob("*" + SUFFIX)}
        await keep_backups(core)
        person = world.person_of(core.home)
        for one in folder.glob("*" + SUFFIX):
            if person is not None and before.get(one) != one.stat().st_mtime_ns:
                world.watch.saved(person, one.name)
                world.extras.saved[person.name, one.name] = world.loop.passed

    async def none_kept(_core: Core) -> None:
        """Worlds make and restore backups of their own."""

    async def at_once(work: Callable[..., Any], *args: Any) -> Any:
        return work(*args)

    put(node.upkeep.upkeep, "keep_backups", kept if "backups" in extras else none_kept)
    if "backups" in extras:
        put(asyncio, "to_thread", at_once)
    if "reserve" in extras:
        put(node.store.core, "Reserve", Pages)
