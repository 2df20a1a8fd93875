"""What is remembered of a pact: how far its own signers are, and who was handed it."""

from collections.abc import Mapping

from node.store.core import Core

FIRST = """
create table pact_stages (
    pact blob not null, own blob not null, stage text not null, primary key (pact, own)
);
-- How many signatures somebody had who was handed the pact.
create table pact_deliveries (
    pact blob not null, receiver blob not null, signatures integer not null,
    primary key (pact, receiver)
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


def delivered(core: Core, pact: bytes) -> dict[bytes, int]:
    """How many signatures each of those had, by id, that were handed the pact."""
    sql = "select receiver, signatures from pact_deliveries where pact = ?"
    return dict(core.db.all(sql, (pact,)))


def note_deliveries(core: Core, pact: bytes, to: Mapping[bytes, int]) -> None:
    """These have the pact, with so many signatures. Inside `transaction`."""
    core.db.many(
        "insert into pact_deliveries (pact, receiver, signatures) values (?, ?, ?)"
        " on conflict (pact, receiver) do update set signatures = excluded.signatures",
        [(pact, one, signatures) for one, signatures in to.items()],
    )
