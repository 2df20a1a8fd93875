"""One of the nodes of `bench.joint_exit`: `python -m bench.signatory HOME PORT`.

Serves as `verbund serve` does. Each line on standard output is a commit: `NANOSECONDS SIGNED
JOINED LAST`: by the clock that all processes of a machine share, how many signatures of the pact
were known then, how many of its signers had joined the new network by a record of their own, and
the number of the last record. A line on standard input makes it act: `propose` to all co-members
of the only network, or `sign`.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.linked import now
from node import app
from node.actions.pacts import Proposal, propose, sign
from node.core import Core, open_core
from node.home import Home
from node.links import Links
from protocol.certificates import Case

DAY = 86_400


def main(home: Home, port: int) -> None:
    """Serve, tell of commits, act when asked to."""
    core = open_core(home)
    _watch(core)
    found: list[Links] = []

    class Found(Links):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            found.append(self)

    app.Links = Found  # type: ignore[misc]

    def announced(_address: str) -> None:
        asyncio.get_running_loop().add_reader(sys.stdin, _asked, core, found)

    url = f"http://127.0.0.1:{port}"
    app.serve(core, app.Options(f"127.0.0.1:{port}", url, True, announce=announced))


def _watch(core: Core) -> None:
    writing = core.db.writing

    @contextmanager
    def watched() -> Iterator[None]:
        with writing():
            yield
        if not core.db.conn.in_transaction:
            case = _case(core)
            signed = len(case.signed) if case else 0
            print(now(), signed, _joined(core, case), core.records.last(), flush=True)

    core.db.writing = watched  # type: ignore[method-assign]


def _case(core: Core) -> Case | None:
    return next((one for one in core.ties.certificates.cases.values() if one.pact), None)


def _joined(core: Core, case: Case | None) -> int:
    if case is None or case.pact is None:
        return 0
    bonds = core.ties.rosters.get(case.pact.network, {}).values()
    return sum(bond.joined is not None and bond.is_member(core.clock()) for bond in bonds)


def _asked(core: Core, found: list[Links]) -> None:
    line = sys.stdin.readline().strip()
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
    if line:
        found[0].stored()


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), int(sys.argv[2]))
