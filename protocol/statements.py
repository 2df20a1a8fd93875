"""Statements and stances: what a network asks its groups, and what they answer (docs/protocol.md
§7.24, §7.25).

Rules:

1. the network alone keeps the list: a statement's author is the network that it is said to;
2. a group answers each once: it agrees, partly, or not, with a sentence if it likes. Its answer
   quotes the digest of the statement as it read it: an answer to another text counts for nothing;
3. both are for the members and nobody else, and neither goes along in a joint exit: what was said
   in one network is no answer in another;
4. both stand until their author changes or withdraws them. A network in other hands keeps its list.

>>> (STATEMENT.moves, STANCE.moves, STANCE.renewed == LIFETIME)
(False, False, True)
"""

from typing import Any

from protocol.errors import Malformed, Refused
from protocol.fields import fields, identifier, line, one_of, optional, text
from protocol.kind import LIFETIME, Facts, Kind, Statement, freely_named
from protocol.networks import must_be_network

MOST = 200
"""Statements of one network, those withdrawn in the last 400 days counted: more are no list that
groups answer one by one."""

ANSWERS = ("agree", "partly", "no")


def _by_the_network(statement: Statement, facts: Facts) -> None:
    if statement.author != statement.audience.ids[0]:
        raise Refused("statement: only the network itself keeps its list")
    must_be_network(statement.author, facts, "statement")


STATEMENT = Kind(
    name="statement",
    audiences=frozenset({"network"}),
    fields=fields(
        topic=optional(line(80)),
        text=line(300),
        about=optional(text(2000)),
    ),
    limit=MOST,
    named=freely_named,
    renewed=LIFETIME,
    inherited=True,
    inner=False,
    rule=_by_the_network,
)


def _stance_shape(statement: Statement, content: dict[str, Any]) -> None:
    if content["statement"] != statement.name:
        raise Malformed("stance: statement is not the name of the record")


def _by_a_group(statement: Statement, _facts: Facts) -> None:
    if statement.author == statement.audience.ids[0]:
        raise Refused("stance: a network does not answer its own list")


STANCE = Kind(
    name="stance",
    audiences=frozenset({"network"}),
    fields=fields(
        statement=line(64),
        digest=identifier,
        answer=one_of(*ANSWERS),
        sentence=optional(line(300)),
    ),
    limit=MOST,
    named=freely_named,
    renewed=LIFETIME,
    inner=False,
    shape=_stance_shape,
    rule=_by_a_group,
)
