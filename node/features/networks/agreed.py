"""Acts on networks that key persons agreed on (`Event.AGREED`): the same as the commands do.

The particulars of each: `found` {fields}; `apply` {network, message, named, charter, confirmed};
`leave` {network, since: which membership}; `admit` {network, member, decision, reason} and
`expel` {network, member, reason}. Those of the group may say `as`: the network of ours
that does it. Ids and digests are hexadecimal. What only people read of it (`rules.tables.READ`) is
not looked at.
"""

from collections.abc import Callable, Mapping
from typing import Any

from node.base.errors import Problem
from node.features.networks.actions import (
    apply_to_network,
    decide,
    found_network,
    leave_network,
)
from node.features.networks.leaving import membership
from node.store.core import Core

What = Mapping[str, Any]


def carry_out(core: Core, act: str, what: What) -> bool:
    """Do it as the home group, or the identity that is named; whether it was an act of ours."""
    do = _ACTS.get(act)
    if do is None:
        return False
    do(core, what)
    return True


def _found(core: Core, what: What) -> object:
    return found_network(core, own_id(core, what), dict(what["fields"]))


def _apply(core: Core, what: What) -> object:
    return apply_to_network(
        core,
        own_id(core, what),
        _id(what, "network"),
        what.get("message"),
        _digest(what, "confirmed"),
        shown=bool(what.get("named")),
        charter=_digest(what, "charter"),
    )


def _leave(core: Core, what: What) -> object:
    own, network = own_id(core, what), _id(what, "network")
    if what.get("since") and what["since"] != membership(core, network, own):
        raise Problem("leave-changed")
    return leave_network(core, own, network)


def _decide(decision: str) -> Callable[[Core, What], object]:
    def do(core: Core, what: What) -> None:
        network, member = _id(what, "network"), _id(what, "member")
        decide(core, network, member, decision, what.get("reason"))

    return do


def _admit(core: Core, what: What) -> object:
    declined = what.get("decision") == "declined"
    return _decide("declined" if declined else "admitted")(core, what)


def own_id(core: Core, what: What) -> bytes:
    """Who does it; `Problem` if this machine speaks for them no longer."""
    found = bytes.fromhex(what["as"]) if what.get("as") else core.home_id
    if found not in core.own:
        raise Problem("not-held-here")
    return found


def _digest(what: What, name: str) -> bytes | None:
    return bytes.fromhex(what[name]) if what.get(name) else None


def _id(what: What, name: str) -> bytes:
    return bytes.fromhex(what[name])


_ACTS: dict[str, Callable[[Core, What], object]] = {
    "found": _found,
    "apply": _apply,
    "leave": _leave,
    "admit": _admit,
    "expel": _decide("expelled"),
}
