"""Proposing and signing a pact, once key persons agreed on it (`Event.AGREED`).

The particulars of `sign`: {pact}, the digest in hexadecimal, and {late}, whether it waits for a
decision; or {propose}: what a person says of a new pact, ids in hexadecimal (`said`). What a
certificate asks for that is complete by this is done at once.
"""

from collections.abc import Mapping
from typing import Any

from node.base.errors import Problem
from node.features.pacts.actions import Proposal, find_pact, propose, sign
from node.features.pacts.joint_exit import follow
from node.features.pacts.tables import stage_of
from node.store.core import Core


def carry_out(core: Core, act: str, what: Mapping[str, Any]) -> bool:
    """Do it as the home group; whether it was an act of ours."""
    if act != "sign":
        return False
    if "propose" in what:
        propose(core, core.home_id, said(what["propose"]))
    else:
        _sign(core, what)
    while follow(core):
        continue
    return True


def said(particulars: Mapping[str, Any]) -> Proposal:
    """A proposal as it was kept while it waited for another key person."""
    leaves = particulars["leaves"]
    return Proposal(
        dict(particulars["charter"]),
        tuple(map(bytes.fromhex, particulars["asked"])),
        particulars["quorum"],
        particulars["until"],
        bytes.fromhex(leaves) if leaves else None,
        tuple(map(bytes.fromhex, particulars["carriers"])),
        particulars["note"],
    )


def _sign(core: Core, what: Mapping[str, Any]) -> None:
    case = core.ties.certificates.cases.get(bytes.fromhex(what["pact"]))
    if case is None or case.pact is None:
        case = find_pact(core, what["pact"])
    assert case.pact is not None  # noqa: S101 - `find_pact` finds those that are whole
    late = stage_of(core, case.pact.digest, core.home_id) == "late"
    if "late" in what and bool(what["late"]) is not late:
        raise Problem("pact-changed")
    sign(core, core.home_id, case.pact)
