"""Signing a pact, once key persons agreed on it (`Event.AGREED`). Its particulars: {pact}, the
digest in hexadecimal."""

from collections.abc import Mapping
from typing import Any

from node.features.pacts.actions import find_pact, sign
from node.store.core import Core


def carry_out(core: Core, act: str, what: Mapping[str, Any]) -> bool:
    """Do it as the home group; whether it was an act of ours."""
    if act != "sign":
        return False
    case = core.ties.certificates.cases.get(bytes.fromhex(what["pact"]))
    if case is None or case.pact is None:
        case = find_pact(core, what["pact"])
    assert case.pact is not None  # noqa: S101 - `find_pact` finds those that are whole
    sign(core, core.home_id, case.pact)
    return True
