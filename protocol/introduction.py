"""The `identity` record: how an identity introduces itself (docs/protocol.md §4.2, §7.1).

Checked here is what its shape says; the chain inside is `protocol.identity`'s.
"""

from typing import Any

from protocol.encoding import check_value
from protocol.errors import Malformed
from protocol.fields import fields
from protocol.identity import LINKS, chain_name
from protocol.ids import ID_BYTES, is_name
from protocol.kind import Kind, State, Statement


def _named_after_the_last_link(statement: Statement) -> bool:
    return is_name(statement.name, ID_BYTES)


def _name_fits(statement: Statement, content: dict[str, Any]) -> None:
    payloads = [one[0] for one in content["links"]]
    if any(type(one) is not bytes for one in payloads):
        raise Malformed("identity: a payload")
    if statement.name not in (chain_name(payloads), chain_name(payloads, joint=True)):
        raise Malformed("identity: the name is not that of the chain")


def _elements(value: Any) -> bool:
    """Pairs of a payload and its authorisation; nothing in them that §2 forbids."""
    if type(value) is not list or not 1 <= len(value) <= LINKS:
        return False
    if not all(type(one) is list and len(one) == 2 for one in value):
        return False
    for payload, authorisation in value:
        if type(payload) is not bytes or authorisation is not None:
            check_value([payload, authorisation], 3)
    return True


IDENTITY = Kind(
    name="identity",
    audiences=frozenset({"public"}),
    fields=fields(links=_elements),
    limit=16,
    named=_named_after_the_last_link,
    state=State.CHAINS,
    order=0,
    erasable=False,
    inner=False,
    shape=_name_fits,
)
