"""What is remembered of a pact: how far its own signers are, and who was handed it."""

from collections.abc import Mapping
from typing import NamedTuple

from node.store.core import Core

FIRST = """
create table pact_stages (
    pact blob not null, own blob not null, stage text not null, primary key (pact, own)
);
-- How somebody was handed the pact, when, and how many signatures there were then.
create table pact_deliveries (
    pact blob not null, receiver blob not null, how text not null, at integer not null,
    signatures integer not null, primary key (pact, receiver)
);
"""


def stage_of(core: Core, pact: bytes, own: bytes) -> str | None:
    """How far an own signer is with a pact: None, `certified`, `late`, `done` or `void`."""
    sql = "select stage from pact_stages where pact = ? and own = ?"
    row = core.db.one(sql, (pact, own))
    return None if row is None else str(row[0])


def set_stage(core: Core, pact: bytes, own: bytes, stage: str | None) -> None:
    """Inside `transaction`."""
    if stage is None:
        core.db.run("delete from pact_stages where pact = ? and own = ?", (pact, own))
        return
    core.db.run(
        "insert into pact_stages (pact, own, stage) values (?, ?, ?)"
        " on conflict (pact, own) do update set stage = excluded.stage",
        (pact, own, stage),
    )


class Delivery(NamedTuple):
    """What is known of one to whom a pact was to come.

    `how`: `link`, a session; `answer`, a bundle of its own in which the pact was; `file`, a bundle
    for it was written, and nothing came back yet. `signed`: how many signatures there were then.
    """

    how: str
    at: int
    signed: int


def deliveries(core: Core, pact: bytes) -> dict[bytes, Delivery]:
    """By id."""
    sql = "select receiver, how, at, signatures from pact_deliveries where pact = ?"
    return {one: Delivery(*said) for one, *said in core.db.all(sql, (pact,))}


def note_deliveries(core: Core, pact: bytes, to: Mapping[bytes, Delivery]) -> None:
    """Inside `transaction`."""
    core.db.many(
        "insert into pact_deliveries (pact, receiver, how, at, signatures)"
        " values (?, ?, ?, ?, ?) on conflict (pact, receiver) do update"
        " set how = excluded.how, at = excluded.at, signatures = excluded.signatures",
        [(pact, one, *said) for one, said in to.items()],
    )


_ASIDE = "pact-aside/"
"""A setting for each pact with which our group does not go along."""


def is_set_aside(core: Core, pact: bytes) -> bool:
    """Whether our group said here that it does not go along."""
    return bool(core.settings.get(_ASIDE + pact.hex(), False))


def set_aside(core: Core, pact: bytes, aside: bool) -> None:
    """Inside `transaction`."""
    core.settings.set(_ASIDE + pact.hex(), True if aside else None)
