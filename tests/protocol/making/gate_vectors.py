"""`gate.json`: one world, who may have what in it, what is taken in, common circles (§6.5, §8.4).

What is expected stands here by hand, as policy; nothing of it is computed.
"""

from collections.abc import Sequence
from typing import Any

from protocol.audience import PUBLIC, Audience
from protocol.encoding import encode
from protocol.ids import to_name, to_text
from protocol.sealed import OUTSIDE
from tests.protocol.making.cast import EXPIRES, ISSUED, NOW, Actor, epoch_of, made, sealed_content
from tests.protocol.making.examples import MEETING, NEW_CHARTER
from tests.protocol.making.gate_world import IN_NET, NETWORKS, World, names
from tests.protocol.making.pacts import Founding
from tests.protocol.making.readable import readable

ABOUT = (
    "docs/protocol.md §6.5, §8.4. A node was told `known`, remembers no vote of its own identities"
    " (§6.10, 1), and has of its own peerings what stands in"
    " `peerings` (they travel sealed: by, with, until, erased; those of others don't count)."
    " `verdicts`: of a node that holds `own`, for each record (what it ends follows from `known`;"
    " `read` and `carry`: who may; all"
    " others: no). `listed`: whose public records this node takes in. `cases`: envelopes that reach"
    " it in a session in which `proven` were proven; `expect` is `ok` or the code of the refusal,"
    " `inner` the same for what is inside, where it is sealed to this node (`seed`, for"
    " crypto_box_seed_keypair). `circles`: the common circle of nodes that hold `own` and `peer`,"
    " when both listed `both`; `introduced` are those whose `identity` records pass besides, and"
    " `control` says which of `known` D finds in the set of stage 0, D holding `own`."
)

Case = dict[str, Any]


def known() -> dict[str, Any]:
    """The world."""
    world = World()
    return {
        "now": NOW,
        "own": ["anna"],
        "identities": {label: one.id.hex() for label, one in world.all.items()},
        "known": [{"what": what, "record": raw.hex()} for what, raw in world.records],
        "peerings": world.peerings(),
    }


# what | kind | author | audience | name or "" | epoch of | who reads | who carries
VERDICTS = """
identity                      | identity | anna | public | | | ALL |
endpoint                      | endpoint | anna | public | home | | ALL |
charter                       | network | net | public | | | ALL |
group                         | group | anna | public | | | ALL |
meeting                       | meeting | anna | public | fest | | ALL |
meeting of a stranger         | meeting | stranger | public | fest | | ALL |
membership                    | membership | anna | net | | anna | NET |
application                   | membership | waits | net | | waits | NET waits |
membership of who left        | membership | left | net | | left | NET left expelled |
membership of one expelled    | membership | expelled | net | | old | NET expelled |
admission                     | admission | net | net | anna | anna | NET |
admission, declined           | admission | net | net | declined | declined | NET declined |
admission of who left         | admission | net | net | left | left | NET left |
expulsion                     | admission | net | net | expelled | expelled | NET left expelled |
vote                          | vote | anna | net | x | | NET |
attestation by the roster     | attestation | anna | net | | | NET waits declined expelled |
attestation by another        | attestation | chris | net | | | NET |
vote by one who has a say     | vote | erna | league | x | | erna fritz hanna league |
proposal by a member          | proposal | hanna | league | x | | erna fritz hanna league |
attestation of who left       | attestation | gustav | league | | | erna fritz gustav hanna league |
membership, and a say         | membership | hanna | league | | hanna | hanna league |
content, and a say            | meeting | hanna | league | fest | hanna | hanna league |
group to a network            | group | anna | net | | anna | NET |
meeting to a network          | meeting | anna | net | fest | anna | NET |
content by the network        | meeting | net | net | fest | | NET |
content by a member network   | meeting | lower | net | fest | lower | NET |
content of an old epoch       | meeting | anna | net | fest | old | anna |
content by an applicant       | meeting | waits | net | fest | waits | waits |
content by one declined       | meeting | declined | net | fest | declined | declined |
content by who left           | meeting | left | net | fest | left | left |
content by one expelled       | meeting | expelled | net | fest | expelled | expelled |
content by no member          | meeting | elsewhere | net | fest | elsewhere | elsewhere |
content by a member's member  | meeting | under | net | fest | under | under |
content to the member network | meeting | under | lower | fest | under | under lower |
content of another network    | meeting | elsewhere | other | fest | elsewhere | elsewhere other |
sealed to a member            | sealed | anna | berta | x | | anna berta | NET -anna -berta
sealed to the network         | sealed | anna | net | x | | anna net | NET -anna -net
sealed by the network         | sealed | net | berta | x | | net berta | NET -net -berta
sealed between two others     | sealed | berta | chris | x | | berta chris | NET -berta -chris
sealed to two | sealed | anna | berta peer | x | | anna berta peer | NET -anna -berta
sealed to a peer              | sealed | anna | peer | x | | anna peer |
sealed by a peer              | sealed | peer | anna | x | | anna peer |
sealed to a former peer       | sealed | anna | past | x | | anna past |
sealed by a former peer       | sealed | past | anna | x | | anna past |
sealed to who left            | sealed | anna | left | x | | anna left | NET -anna
sealed by who left            | sealed | left | anna | x | | anna left | NET -anna
sealed by who left, to net    | sealed | left | net | x | | left net | NET -net
sealed to one expelled        | sealed | anna | expelled | x | | anna expelled | NET -anna
sealed by one expelled        | sealed | expelled | anna | x | | anna expelled | NET -anna
by who left, to one expelled  | sealed | left | expelled | x | | left |
by who left, to an applicant  | sealed | left | waits | x | | left |
sealed by an applicant        | sealed | waits | net | x | | waits net |
sealed by an applicant to one | sealed | waits | anna | x | | waits |
sealed to one it declined     | sealed | net | declined | x | | net declined |
sealed to one declined        | sealed | anna | declined | x | | anna |
sealed by a stranger          | sealed | stranger | anna | x | | stranger |
sealed to a stranger          | sealed | anna | stranger | x | | anna |
sealed to a member's member   | sealed | anna | under | x | | anna |
sealed in another network     | sealed | other | elsewhere | x | | other elsewhere |
closed to a member            | closed | anna | berta | x | | anna berta |
closed to two                 | closed | anna | berta chris | x | | anna berta chris |
closed to the network         | closed | anna | net | x | | anna net |
closed by the network         | closed | net | berta | x | | net berta |
closed between two others     | closed | berta | chris | x | | berta chris |
closed to a member and another | closed | anna | berta stranger | x | | anna berta |
closed to a peer              | closed | anna | peer | x | | anna peer |
closed by a former peer       | closed | past | anna | x | | anna past |
closed to who left            | closed | anna | left | x | | anna left |
closed by who left            | closed | left | anna | x | | anna left |
closed by an applicant to one | closed | waits | anna | x | | waits |
closed by a stranger          | closed | stranger | anna | x | | stranger |
closed to a member's member   | closed | anna | under | x | | anna |
pact in the open              | pact | anna | berta | x | | anna |
peering in the open           | peering | anna | berta | | | anna |
meeting to one, in the open   | meeting | anna | berta | fest | | anna |
"""

LISTED = IN_NET + " waits declined left expelled peer"


def verdicts() -> list[Case]:
    """The table above, with the bytes behind its words. The last row expired."""
    world = World()
    rows = [[cell.strip() for cell in line.split("|")] for line in VERDICTS.strip().splitlines()]
    found = [_verdict(world, *row) for row in rows]
    late = found[0] | {"name": "expired", "read": []}
    return [*found, late | {"record": late["record"] | {"expires": NOW}}]


def _verdict(
    world: World, what: str, kind: str, author: str, to: str, name: str, epoch: str, read: str,
    carry: str = "",
) -> Case:  # fmt: skip
    if kind == "admission":
        name = to_name(world[name].id)
    record = {
        "author": world[author].id.hex(),
        "audience": readable(_audience(world, to, kind).array()),
        "kind": kind,
        "name": to_text(made(what, 16)) if kind in OUTSIDE else name,
        "epoch": epoch_of(epoch).hex() if epoch else None,
        "expires": EXPIRES,
    }
    return {"name": what, "record": record, "read": names(read), "carry": names(carry)}


def _audience(world: World, to: str, kind: str) -> Audience:
    if to == "public":
        return PUBLIC
    if to in NETWORKS and kind not in OUTSIDE:
        return Audience.network(world[to].id)
    return Audience.direct(world[one].id for one in to.split())


# Envelopes


def cases() -> list[Case]:
    """What is taken in, and what is `not-for-you`."""
    w = World()
    anna, berta, chris, stranger = w["anna"], w["berta"], w["chris"], w["stranger"]
    elsewhere, past, left, waits = w["elsewhere"], w["past"], w["left"], w["waits"]
    to_other, epoch = Audience.network(w.other.id), epoch_of("elsewhere")
    public = stranger.record("meeting", MEETING, name="fest")
    there = elsewhere.record("meeting", MEETING, to_other, "fest", epoch=epoch)
    invitation = _inner("invitation", "fest", _invitation())
    receipt = _inner("receipt", to_name(epoch_of("left")), _receipt(w.net))
    take = _inner("take", "tables", _take())
    quarter = ISSUED + 90 * 86_400
    pact = Founding(berta, (anna, berta, chris), NEW_CHARTER)
    signature = _inner("signature", pact.name, pact.signed(berta))
    of_left = _inner("signature", pact.name, pact.signed(left))
    of_past = _inner("signature", pact.name, pact.signed(past))
    return [
        _case("public, by one who is listed", waits.record("meeting", MEETING, name="fest")),
        _case("public, by a stranger", public, "not-for-you"),
        _case("public, by a stranger who was proven", public, proven=[stranger]),
        _case("identity of a stranger", Actor("a new one").introduction()),
        _case("public, by a former peer", past.record("meeting", MEETING, name="x"), "not-for-you"),
        _case("to a network of others", there, "not-for-you"),
        _case("to a network of others, by one proven", there, "not-for-you", proven=[elsewhere]),
        _case("membership in a network of others", elsewhere.joins(w.other, "n"), "not-for-you"),
        _case("to be carried", _sealed(berta, [chris], invitation)),
        _case("for two who share no network", _sealed(waits, [berta], invitation), "not-for-you"),
        _case("sealed by a member", _sealed(berta, [anna], invitation), inner="ok"),
        _case("sealed by a peer", _sealed(w["peer"], [anna], invitation), inner="ok"),
        _case(
            "sealed by a peer: a take", _sealed(w["peer"], [anna], take, ends=quarter), inner="ok"
        ),
        _case(
            "a take that stands for more than 90 days",
            _sealed(w["peer"], [anna], take, ends=quarter + 1),
            inner="against-the-rules",
        ),
        _case("sealed by a stranger", _sealed(stranger, [anna], invitation), "not-for-you"),
        _case("sealed by an applicant", _sealed(waits, [anna], invitation), "not-for-you"),
        _case("closed, for others", _closed(berta, [chris], signature), "not-for-you"),
        _case("closed by a member", _closed(berta, [anna, chris], signature), inner="ok"),
        _case("closed by a stranger", _closed(stranger, [anna], signature), "not-for-you"),
        _case("closed by who left: a signature", _closed(left, [anna], of_left), inner="ok"),
        _case("closed by a former peer: one", _closed(past, [anna], of_past), inner="ok"),
        _case("by who left: a receipt", _sealed(left, [anna], receipt), inner="ok"),
        _case("by who left: an invitation", _sealed(left, [anna], invitation), inner="not-for-you"),
        _case(
            "by a former peer: a peering",
            _sealed(past, [anna], _inner("peering", "", {"peer": anna.id, "shown": False})),
            inner="ok",
        ),
        _case(
            "by a former peer: an invitation",
            _sealed(past, [anna], invitation),
            inner="not-for-you",
        ),
    ]


def _inner(kind: str, name: str, content: dict[str, Any]) -> bytes:
    return encode({"kind": kind, "name": name, "body": encode(content)})


def _invitation() -> dict[str, Any]:
    return {"meeting": "fest", "details": encode(MEETING), "note": None}


def _receipt(network: Actor) -> dict[str, Any]:
    return {"network": network.id, "epoch": epoch_of("left"), "what": "left", "dropped": 1}


def _take() -> dict[str, Any]:
    one = {"what": "offer", "name": "tables", "digest": made("tables")}
    return {**one, "amount": None, "note": None}


def _sealed(
    author: Actor,
    readers: Sequence[Actor],
    inner: bytes,
    kind: str = "sealed",
    ends: int | None = None,
) -> bytes:
    name = to_text(made(f"{author} to {readers}", 16))
    content = sealed_content(author, readers, name, inner)
    audience = Audience.direct(one.id for one in readers)
    return author.record(kind, content, audience, name, expires=ends)


def _closed(author: Actor, readers: Sequence[Actor], inner: bytes) -> bytes:
    return _sealed(author, readers, inner, "closed")


def _case(
    name: str,
    record: bytes,
    expect: str = "ok",
    proven: Sequence[Actor] = (),
    inner: str | None = None,
) -> Case:
    found: Case = {"name": name, "record": record.hex(), "expect": expect}
    found["proven"] = [str(one) for one in proven]
    seed = Actor("anna").sealing().seed.hex()
    return found | ({"inner": inner, "seed": seed} if inner else {})


# Circles

# own | peer | listed by both | relation | circle | networks | introduced besides | ties to net of
CIRCLES = """
anna | berta | | tied | NET waits declined left expelled | net | | ALL
anna | net | | tied | NET waits declined left expelled | net | | ALL
anna | peer | | tied | anna peer | | |
anna | berta | peer | tied | NET waits declined left expelled peer | net | | ALL
berta | under lower | | tied | NET waits declined left expelled under | net | | ALL
net | waits | | tied | net waits | | anna berta | waits
anna | left | | former | left | | anna net | left
net | expelled | | former | expelled | | net anna berta | expelled
net | declined | | former | declined | | net anna berta | declined
anna | past | | former | | | anna past |
"""


def circles() -> list[Case]:
    """The table above, as lists of names; and the control records that are exchanged."""
    world, found = World(), []
    for line in CIRCLES.strip().splitlines():
        own, peer, both, relation, circle, networks, introduced, ties = (
            cell.strip() for cell in line.split("|")
        )
        shown = [f"{one} is" for one in names(f"{circle} {introduced}")]
        for one in names(ties):
            shown += [f"{one} applies to net", f"{one} leaves net"]
            shown += [f"net: {one} is {how}" for how in ("admitted", "declined", "expelled")]
        found.append(
            {
                "own": own.split(),
                "peer": peer.split(),
                "both": both.split(),
                "relation": relation,
                "circle": names(circle),
                "networks": networks.split(),
                "introduced": names(introduced),
                "control": [what for what, _raw in world.records if what in shown],
            }
        )
    return [*found, *_circles_of_a_say(world)]


THEY_DECIDE = "erna fritz gustav hanna league"
DECIDED = ("fritz votes in league", "gustav votes in league", "erna attests", "fritz is at home")


def _circles_of_a_say(world: World) -> list[Case]:
    """Where nothing but a say relates the two (§6.7): chains, votes, and where they are."""
    went = ("gustav leaves league", "league: gustav is admitted", "gustav votes in league")
    rows: list[tuple[str, str, str, str, Sequence[str]]] = [
        ("erna", "fritz", "", THEY_DECIDE, DECIDED),
        ("hanna", "erna", "", THEY_DECIDE, DECIDED),
        ("hanna", "gustav", "gustav", "hanna league", ("fritz is", *went)),
    ]
    found = []
    for own, peer, circle, introduced, more in rows:
        shown = [*more, *(f"{one} is" for one in names(f"{circle} {introduced}"))]
        found.append(
            {
                "own": [own],
                "peer": [peer],
                "both": [],
                "relation": "former",
                "circle": names(circle),
                "networks": [],
                "introduced": names(introduced),
                "control": [what for what, _raw in world.records if what in shown],
            }
        )
    return found
