"""Pacts of every state, that concern the group. Nobody outside may see that there are any."""

from dataclasses import replace

from node.features.pacts.types import PactView, SignerView
from node.lookup.types import Name
from tests.node.web.neighbours import (
    BIDI,
    GROUPS,
    HOME,
    HOSTILE,
    LONG,
    NETWORK,
    NOW,
    OPEN_NETWORK,
    SCRIPT,
    SECRET,
    an_id,
    name_of,
)

PACT = PactView(
    id=an_id("pact"),
    name=f"Neuer Verbund {SECRET}",
    state="open",
    proposer=name_of(GROUPS[2]),
    signers=(
        SignerView(name_of(GROUPS[2]), True),
        SignerView(name_of(HOME), False),
        SignerView(Name(an_id("nobody"), None), False),
    ),
    signed=1,
    quorum=2,
    proposed=NOW - 3 * 86_400,
    until=NOW + 12 * 86_400 + 3600,
    leaves=Name(NETWORK.id, NETWORK.name),
    carriers=(name_of(GROUPS[6]),),
    note=f"Kommt mit {SECRET}\nGruß",
    asked=True,
    signed_here=False,
    network=an_id("new network"),
    charter=replace(
        NETWORK,
        id=an_id("new network"),
        name=f"Neuer Verbund {SECRET}",
        standing=None,
        held_here=False,
        members=None,
    ),
)
ALL_SIGNED = tuple(replace(one, signed=True) for one in PACT.signers)
SIGNED = replace(
    PACT, id=an_id("signed"), name=f"Schon unterschrieben {SECRET}", signed_here=True, leaves=None
)
AGREED = replace(
    PACT,
    id=an_id("agreed"),
    name=f"Zustande gekommen {SECRET}",
    state="agreed",
    signed_here=True,
    signed=3,
    signers=ALL_SIGNED,
)
WITHOUT_US = replace(
    PACT, id=an_id("without us"), name=f"Ohne uns {SECRET}", state="agreed", signed=2
)
LATE = replace(
    PACT,
    id=an_id("late"),
    name=f"Zu spät gehört {SECRET}",
    state="late",
    until=NOW - 40 * 86_400,
    signed_here=True,
    signed=2,
)
DONE = replace(
    PACT,
    id=an_id("done"),
    name=f"Vollzogen {SECRET}",
    state="done",
    signed_here=True,
    signed=2,
    network=NETWORK.id,
    carriers=(),
    note=None,
)
OVER = replace(
    PACT, id=an_id("over"), name=f"Nichts geworden {SECRET}", state="over", until=NOW - 86_400
)
HOSTILE_PACT = replace(
    PACT,
    id=an_id("hostile pact"),
    name=SCRIPT + BIDI,
    proposer=name_of(HOSTILE),
    signers=(SignerView(name_of(HOSTILE), True), *PACT.signers[1:]),
    leaves=Name(an_id("hostile old"), SCRIPT + BIDI),
    note=SCRIPT + BIDI + LONG,
    until=NOW + 60,
    charter=replace(
        OPEN_NETWORK,
        motto=SCRIPT + BIDI,
        orientation=SCRIPT,
        consensus=(SCRIPT, LONG),
        topics=(SCRIPT, "y" * 80),
        region="r" * 120,
        languages=("xx-<b>",),
        host=name_of(HOSTILE),
        links=("javascript:alert(7)", "https://example.org/pact"),
    ),
)
PACTS = (PACT, HOSTILE_PACT, SIGNED, LATE, AGREED, WITHOUT_US, DONE, OVER)
