"""One of the nodes of `bench.joint_exit`: `python -m bench.signatory HOME PORT`.

Serves as `verbund serve` does. Each line on standard output is a commit: `NANOSECONDS SIGNED
JOINED LAST`: by the clock that all processes of a machine share, how many signatures of the pact
were known then, how many of its signers had joined the new network by a record of their own, and
the number of the last record. A line on standard input makes it act: `propose` to all co-members
of the only network, or `sign`.
"""

import sys
from pathlib import Path

from bench.linked import serve_watched
from node.app import open_core
from node.features.pacts.actions import Proposal, propose, sign
from node.keys.home import Home
from node.store.core import Core
from protocol.certificates import Case

DAY = 86_400


def main(home: Home, port: int) -> None:
    """Serve, tell of commits, act when asked to."""
    core = open_core(home)
    serve_watched(core, port, lambda: _told(core), lambda line: _asked(core, line))


def _told(core: Core) -> str:
    case = _case(core)
    signed = len(case.signed) if case else 0
    return f"{signed} {_joined(core, case)} {core.records.last()}"


def _case(core: Core) -> Case | None:
    return next((one for one in core.ties.certificates.cases.values() if one.pact), None)


def _joined(core: Core, case: Case | None) -> int:
    if case is None or case.pact is None:
        return 0
    bonds = core.ties.rosters.get(case.pact.network, {}).values()
    return sum(bond.joined is not None and bond.is_member(core.clock()) for bond in bonds)


def _asked(core: Core, line: str) -> None:
    own, case = core.home_id, _case(core)
    if line == "propose":
        (old,) = core.ties.memberships(own, core.clock())
        host = (core.ties.charters[old].content or {})["host"]
        asked = [m for m in core.ties.members(old, core.clock()) if m not in (own, host)]
        until = core.clock() + 14 * DAY
        everybody = len(asked) + 1
        propose(core, own, Proposal({"name": "New"}, tuple(asked), everybody, until, old))
    elif line == "sign" and case is not None and case.pact is not None:
        sign(core, own, case.pact)


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), int(sys.argv[2]))
