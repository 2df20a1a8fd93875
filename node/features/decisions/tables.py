"""For which link this node voted: what was signed once is not signed otherwise by mistake."""

from typing import NamedTuple

from node.store.core import Core
from protocol.decisions import Proposal

FIRST = """
create table votes (
    network blob not null, own blob not null, number integer not null, link blob not null,
    moves integer not null, primary key (network, own, number)
);
"""


_LEFT_OUT = "left-out/"


class Vote(NamedTuple):
    """`link`: digest of the link voted for; `moves`: it moves the network's keys."""

    link: bytes
    moves: bool


def voted(core: Core, own: bytes, proposal: Proposal) -> Vote | None:
    """For what `own` voted in the place of the proposed link."""
    sql = "select link, moves from votes where network = ? and own = ? and number = ?"
    row = core.db.one(sql, (proposal.network, own, proposal.link.number))
    return None if row is None else Vote(row[0], bool(row[1]))


def note_left_out(core: Core, link: bytes, groups: frozenset[bytes]) -> None:
    """Who is not to be admitted again once this link is carried out here. Inside a transaction."""
    core.settings.set(_LEFT_OUT + link.hex(), sorted(one.hex() for one in groups) or None)


def left_out(core: Core, link: bytes) -> frozenset[bytes]:
    """Who is not to be admitted again."""
    return frozenset(map(bytes.fromhex, core.settings.get(_LEFT_OUT + link.hex(), [])))


def note_vote(core: Core, own: bytes, proposal: Proposal, moves: bool) -> None:
    """`own` votes for a proposal, which moves the network's keys or not. Inside a transaction."""
    core.db.run(
        "insert into votes (network, own, number, link, moves) values (?, ?, ?, ?, ?)"
        " on conflict (network, own, number) do update"
        " set link = excluded.link, moves = excluded.moves",
        (proposal.network, own, proposal.link.number, proposal.link.digest, moves),
    )
