"""Acts on networks that key persons agreed on (`Event.AGREED`): the same as the commands do.

The particulars of each: `found` {fields}; `apply` {network, message}; `leave` {network}; `admit`
and `expel` {network, member, reason}. Ids are hexadecimal. `shown`, a name for pages, is not read.
"""

from collections.abc import Callable, Mapping
from typing import Any

from node.features.networks.actions import (
    apply_to_network,
    decide,
    found_network,
    leave_network,
)
from node.store.core import Core

What = Mapping[str, Any]


def carry_out(core: Core, act: str, what: What) -> bool:
    """Do it as the home group; whether it was an act of ours."""
    do = _ACTS.get(act)
    if do is None:
        return False
    do(core, what)
    return True


def _found(core: Core, what: What) -> object:
    return found_network(core, core.home_id, dict(what["fields"]))


def _apply(core: Core, what: What) -> object:
    return apply_to_network(core, core.home_id, _id(what, "network"), what.get("message"))


def _leave(core: Core, what: What) -> object:
    return leave_network(core, core.home_id, _id(what, "network"))


def _decide(decision: str) -> Callable[[Core, What], object]:
    def do(core: Core, what: What) -> None:
        network, member = _id(what, "network"), _id(what, "member")
        decide(core, network, member, decision, what.get("reason"))

    return do


def _id(what: What, name: str) -> bytes:
    return bytes.fromhex(what[name])


_ACTS: dict[str, Callable[[Core, What], object]] = {
    "found": _found,
    "apply": _apply,
    "leave": _leave,
    "admit": _decide("admitted"),
    "expel": _decide("expelled"),
}
