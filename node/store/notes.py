"""What never leaves the node: settings, counters, codes, one's own list, what was refused."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from node.store.database import Database
from node.store.directory import put_entries, remove_entries
from protocol.check import GRACE
from protocol.encoding import decode, encode
from protocol.ids import to_text
from protocol.kind import Seq
from protocol.record import FOREVER

SET_ASIDE = 1_000
"""Refused records that are written down, the latest; older ones are only counted."""

LAST_INCARNATION = 2**63 - 1
"""The highest that is counted: SQLite has signed numbers. A node begins there only where a thief
of its key left no higher one, and issues nothing under it (docs/protocol.md §4.4)."""


def first_incarnation(entropy: Callable[[int], bytes]) -> int:
    """2³² + 32 random bits (docs/protocol.md §4.4)."""
    return 2**32 + int.from_bytes(entropy(4), "big")


class Witness(NamedTuple):
    """Who must confirm a departure, and when it did."""

    network: bytes
    member: bytes
    epoch: bytes
    at: int
    witness: bytes
    confirmed: int | None


class Notes:
    """Small tables of one node."""

    def __init__(self, database: Database) -> None:
        self.db = database

    # Settings

    def get(self, key: str, default: Any = None) -> Any:
        """A setting."""
        row = self.db.one("select value from settings where key = ?", (key,))
        return json.loads(row[0]) if row else default

    def set(self, key: str, value: Any) -> None:
        """Keep a setting; None removes it."""
        if value is None:
            self.db.run("delete from settings where key = ?", (key,))
            return
        self.db.run(
            "insert into settings (key, value) values (?, ?)"
            " on conflict (key) do update set value = excluded.value",
            (key, json.dumps(value)),
        )

    def starting_with(self, start: str) -> list[tuple[str, Any]]:
        """All settings whose key begins with `start`."""
        rows = self.db.all(
            "select key, value from settings where substr(key, 1, ?) = ? order by key",
            (len(start), start),
        )
        return [(key, json.loads(value)) for key, value in rows]

    # Meetings that are no records

    def keep_meeting(self, host: bytes, name: str, body: bytes) -> None:
        """Keep a meeting that only its invitations carry."""
        self.set(f"meeting/{to_text(host)}/{name}", body.hex())

    def meetings(self, host: bytes) -> list[tuple[str, bytes]]:
        """Name and body of each that was kept."""
        start = f"meeting/{to_text(host)}/"
        kept = self.starting_with(start)
        return [(key.removeprefix(start), bytes.fromhex(value)) for key, value in kept]

    # Counters (docs/protocol.md §4.4)

    def start_counter(self, identity: bytes, incarnation: int, counter: int = 0) -> None:
        """A new incarnation of an identity begins to count, after `counter`."""
        self.db.run(
            "insert into counters (identity, incarnation, counter) values (?, ?, ?)"
            " on conflict (identity) do update"
            " set incarnation = excluded.incarnation, counter = excluded.counter",
            (identity, incarnation, counter),
        )

    def counts(self, identity: bytes) -> bool:
        """Whether this identity has begun to count."""
        found = self.db.one("select 1 from counters where identity = ?", (identity,))
        return found is not None

    def next_seq(self, identity: bytes, link: int) -> Seq:
        """The `seq` of the next record of an identity that this node holds."""
        self.db.run("update counters set counter = counter + 1 where identity = ?", (identity,))
        row = self.db.one(
            "select incarnation, counter from counters where identity = ?", (identity,)
        )
        return Seq(link, row[0], row[1])

    def counter(self, identity: bytes) -> Seq | None:
        """How far this node counted for an identity; the link is not counted here."""
        row = self.db.one(
            "select incarnation, counter from counters where identity = ?", (identity,)
        )
        return Seq(0, row[0], row[1]) if row else None

    def used_up(self) -> frozenset[bytes]:
        """The identities for which there is no higher number left."""
        rows = self.db.all(
            "select identity from counters where incarnation = ?", (LAST_INCARNATION,)
        )
        return frozenset(bytes(row[0]) for row in rows)

    # Codes given out (§9.3)

    def add_code(self, digest: bytes, identity: bytes, now: int, expires: int) -> None:
        """Remember a code by its digest."""
        self.db.run(
            "insert into codes (digest, identity, made, expires) values (?, ?, ?, ?)",
            (digest, identity, now, expires),
        )

    def code_owner(self, digest: bytes, now: int) -> bytes | None:
        """For which identity a code was given out; None if it is unknown, used or too old."""
        row = self.db.one(
            "select identity from codes where digest = ? and used is null and expires > ?",
            (digest, now),
        )
        return bytes(row[0]) if row else None

    def use_code(self, digest: bytes, now: int) -> None:
        """A code works once."""
        self.db.run("update codes set used = ? where digest = ?", (now, digest))

    def redate_codes(self, now: int) -> None:
        """What a wrong clock dated in the future lasts as long as it was meant to, from now."""
        self.db.run(
            "update codes set expires = ? + expires - made, made = ?"
            " where made > ? and used is null",
            (now, now, now + GRACE),
        )

    def open_codes(self, now: int) -> int:
        """How many codes are given out and not used."""
        row = self.db.one("select count(*) from codes where used is null and expires > ?", (now,))
        return int(row[0])

    # What was refused

    def set_aside(self, now: int, code: str, kind: str | None, detail: str) -> None:
        """Write down that a record was refused: never its contents."""
        self.db.run(
            "insert into set_aside (at, code, kind, detail) values (?, ?, ?, ?)",
            (now, code, kind, detail),
        )
        self.db.run(
            "delete from set_aside where no <= (select max(no) from set_aside) - ?", (SET_ASIDE,)
        )
        self.db.run(
            "insert into set_aside_counts (code, n) values (?, 1)"
            " on conflict (code) do update set n = set_aside_counts.n + 1",
            (code,),
        )

    def set_aside_counts(self) -> dict[str, int]:
        """How many records were refused so far, by code."""
        return dict(self.db.all("select code, n from set_aside_counts order by code"))

    # Departures (§6.4)

    def expect_receipts(
        self, network: bytes, member: bytes, epoch: bytes, now: int, witnesses: list[bytes]
    ) -> None:
        """Who has to confirm that what was `member`'s in `network` is deleted."""
        self.db.many(
            "insert into departures (network, member, epoch, at, witness)"
            " values (?, ?, ?, ?, ?) on conflict do nothing",
            [(network, member, epoch, now, witness) for witness in witnesses],
        )

    def confirm(self, epoch: bytes, witness: bytes, now: int) -> None:
        """A receipt came."""
        self.db.run(
            "update departures set confirmed = ?"
            " where epoch = ? and witness = ? and confirmed is null",
            (now, epoch, witness),
        )

    def departures(self) -> list[Witness]:
        """All that was expected and came."""
        return [
            Witness(*row)
            for row in self.db.all(
                "select network, member, epoch, at, witness, confirmed from departures"
                " order by at, witness"
            )
        ]

    # One's own list

    def put_entry(self, content: dict[str, Any], no: int | None = None) -> bool:
        """Add a group to one's own list, or replace the one of that name; whether it was new.

        `no`: the number that it had before it was removed.
        """
        name = content["name"]
        old = self.db.one("select no from entries where name = ?", (name,))
        if old:
            remove_entries(self.db, [(-old[0],)])
            self.db.run("update entries set content = ? where no = ?", (encode(content), old[0]))
            no = old[0]
        else:
            if no is not None and self.entry(no) is not None:  # another has it by now
                no = None
            self.db.run(
                "insert into entries (no, name, content) values (?, ?, ?)",
                (no, name, encode(content)),
            )
            no = self.db.one("select no from entries where name = ?", (name,))[0]
        put_entries(self.db, [(-no, 0, 0, "entry", FOREVER, content)])
        return old is None

    def entry(self, no: int) -> dict[str, Any] | None:
        """An entry of one's own list."""
        row = self.db.one("select content from entries where no = ?", (no,))
        return decode(row[0]) if row else None

    def entry_number(self, name: str) -> int | None:
        """By which number an entry of one's own list is found."""
        row = self.db.one("select no from entries where name = ?", (name,))
        return int(row[0]) if row else None

    def entries(self) -> list[dict[str, Any]]:
        """One's own list, by name."""
        return [decode(row[0]) for row in self.db.all("select content from entries order by name")]

    def remove_entry(self, name: str) -> bool:
        """Take a group off one's own list."""
        row = self.db.one("select no from entries where name = ?", (name,))
        if row is None:
            return False
        remove_entries(self.db, [(-row[0],)])
        self.db.run("delete from entries where no = ?", (row[0],))
        return True
