"""One good record of each kind: what the examples of docs/protocol.md §5 and §7 show."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from crypto.hashing import digest
from crypto.sealing import WRAP_BYTES
from protocol.audience import PUBLIC, Audience
from protocol.decisions import OPEN_SECONDS
from protocol.encoding import encode
from protocol.exchange import OFFER, STANDING_SECONDS, TAKE, WANT
from protocol.identity import vote
from protocol.ids import to_name, to_text
from protocol.kind import Kind, Place, Statement
from protocol.kinds import DECISIONS, KINDS
from protocol.participants import LASTS_SECONDS, PARTICIPANT
from protocol.sealed import OUTSIDE
from tests.protocol.making.cast import ISSUED, NOW, Actor, Cast, epoch_of, made, sealed_content
from tests.protocol.making.pacts import Founding

SEALED_NAME = to_text(made("sealed name", 16))
CLOSED_NAME = to_text(made("closed name", 16))
MEETING_NAME = "plenum-2027-03"
OFFER_NAME, WANT_NAME = "klapptische", "lastenrad"

TERMS = dict.fromkeys(DECISIONS, OPEN_SECONDS) | {
    kind.name: STANDING_SECONDS for kind in (OFFER, WANT, TAKE)
}
TERMS[PARTICIPANT.name] = LASTS_SECONDS
"""How long those kinds stand that are bound to less than 400 days."""

PROPOSAL_NAME = to_text(made("proposal name", 10))
PARTICIPANT_NAME = to_text(made("participant name", 10))
STATEMENT_NAME = to_text(made("statement name", 10))


class Example(NamedTuple):
    """A good record: who says it, where, and what. `epoch` as its kind demands."""

    author: Actor
    place: Place
    content: dict[str, Any]
    epoch: bytes | None = None

    @property
    def kind(self) -> Kind:
        return KINDS[self.place.kind]

    @property
    def body(self) -> bytes:
        return encode(self.content)

    @property
    def sealed(self) -> bool:
        """Travels inside a sealed or closed record only."""
        return self.place.audience.scope == "direct" and self.place.kind not in OUTSIDE

    def record(self, **changes: Any) -> bytes:
        """The envelope, in the open."""
        place, more = self.place, {"epoch": self.epoch} | changes
        content = more.pop("content", self.content)
        audience = more.pop("audience", place.audience)
        if place.kind in TERMS and content is not None:
            more.setdefault("expires", more.get("issued", ISSUED) + TERMS[place.kind])
        return self.author.record(
            more.pop("kind", place.kind), content, audience, more.pop("name", place.name), **more
        )

    def statement(self, body: bytes | None) -> Statement:
        """What `fill_content` checks: the place with another body."""
        statement = Statement()
        statement.author, statement.audience, statement.kind, statement.name = self.place
        statement.body, statement.issued = body, ISSUED
        return statement


MEETING = {
    "title": "Offenes Plenum",
    "topic": "Wohnen",
    "text": "Wir sammeln, was ansteht.\nKinder sind willkommen.",
    "starts": "2027-03-06T19:00",
    "zone": "Europe/Berlin",
    "minutes": 120,
    "place": "Gemeindehaus, Lange Straße 3",
    "link": None,
    "open_to": "everybody",
    "capacity": 40,
    "cancelled": None,
}


def examples(cast: Cast) -> dict[str, Example]:
    """By kind."""
    hub, north, alliance = cast.hub, cast.north, cast.alliance
    network = Audience.network(alliance.id)
    to_north = Audience.direct([north.id])
    charter = _charter(cast)
    proposal = _proposal(alliance, (hub, north), charter | {"host": north.id})
    sealed = {"kind": "peering", "name": "", "body": encode({"peer": north.id, "shown": False})}
    contents: list[tuple[Actor, Audience, str, str, dict[str, Any], bytes | None]] = [
        (
            hub,
            PUBLIC,
            "identity",
            to_name(digest(hub.elements[-1][0])),
            {"links": hub.elements},
            None,
        ),
        (hub, PUBLIC, "endpoint", "home", _ENDPOINT, None),
        (hub, PUBLIC, "group", "", GROUP, None),
        (hub, to_north, "peering", "", {"peer": north.id, "shown": False}, None),
        (alliance, PUBLIC, "network", "", charter, None),
        (hub, network, "membership", "", _membership(alliance, charter), epoch_of("hub")),
        (alliance, network, "admission", to_name(hub.id), _admission(hub), epoch_of("hub")),
        (hub, network, "meeting", MEETING_NAME, MEETING, epoch_of("hub")),
        (hub, to_north, "invitation", MEETING_NAME, _INVITATION, None),
        (hub, to_north, "reply", MEETING_NAME, _REPLY, None),
        (hub, to_north, "receipt", to_name(epoch_of("north")), _receipt(alliance), None),
        (
            hub,
            to_north,
            "sealed",
            SEALED_NAME,
            sealed_content(hub, [north], SEALED_NAME, encode(sealed)),
            None,
        ),
        *_pact(cast),
        (north, network, "proposal", PROPOSAL_NAME, proposal, None),
        (hub, network, "vote", to_name(digest(proposal["link"])), _vote(hub, proposal), None),
        (hub, network, "attestation", "", _attestation(proposal), None),
        (hub, to_north, "erased", "0", _erased(), None),
        (hub, network, "offer", OFFER_NAME, _OFFER, epoch_of("hub")),
        (hub, network, "want", WANT_NAME, _WANT, epoch_of("hub")),
        (hub, to_north, "take", OFFER_NAME, _TAKE, None),
        (hub, network, "participant", PARTICIPANT_NAME, _PARTICIPANT, epoch_of("hub")),
        (alliance, network, "statement", STATEMENT_NAME, _STATEMENT, None),
        (hub, network, "stance", STATEMENT_NAME, _STANCE, epoch_of("hub")),
    ]
    return {
        kind: Example(author, Place(author.id, audience, kind, name), content, epoch)
        for author, audience, kind, name, content, epoch in contents
    }


_ENDPOINT = {"url": "https://verbund.example:8480", "tls": made("certificate")}

GROUP = {
    "name": "Wohnrat Nord",
    "purpose": "Mieterinnen und Mieter beraten sich gegenseitig.",
    "orientation": None,
    "topics": ["Wohnen", "Nachbarschaft"],
    "convictions": [],
    "region": "Hannover",
    "languages": ["de", "en"],
    "contacts": [["Sprechstunde", "dienstags 18 Uhr, Lange Straße 3"], ["Post", None]],
    "takes_members": True,
    "links": ["https://wohnrat.example/"],
}

_INVITATION = {"meeting": MEETING_NAME, "details": encode(MEETING), "note": "Kommt gern zu zweit."}

_REPLY = {
    "meeting": MEETING_NAME,
    "digest": digest(encode(MEETING)),
    "answer": "counter",
    "people": 2,
    "note": None,
    "counter": {
        "starts": "2027-03-07T19:00",
        "zone": "Europe/Berlin",
        "minutes": 90,
        "place": None,
        "link": "https://call.example/plenum",
    },
}


_OFFER = {
    "title": "Klapptische",
    "text": "Stehen im Keller.\nEine Bank fehlt.",
    "amount": 12,
    "unit": "Stück",
    "place": "Gemeindehaus, Lange Straße 3",
}

_WANT = {
    "title": "Lastenrad für ein Wochenende",
    "text": None,
    "amount": None,
    "unit": None,
    "place": "Hannover",
}

_STATEMENT = {
    "topic": "Wohnen",
    "text": "Die Stadt soll leer stehende Häuser kaufen dürfen.",
    "about": "Gemeint sind Häuser, die länger als zwei Jahre leer stehen.",
}

_STANCE = {
    "statement": STATEMENT_NAME,
    "digest": digest(encode(_STATEMENT)),
    "answer": "partly",
    "sentence": "Ja, aber nicht gegen den Willen der Erben.",
}

_TAKE = {
    "what": "offer",
    "name": OFFER_NAME,
    "digest": digest(encode(_OFFER)),
    "amount": 4,
    "note": "Wir holen sie am Freitag.",
}

_PARTICIPANT = {
    "name": "Ada K.",
    "role": "Delegierte",
    "mail": "ada@wohnrat.example",
    "phone": None,
    "place": "Hannover-Linden",
    "languages": ["de", "tr"],
    "topics": ["Mietrecht"],
    "about": None,
}


def _charter(cast: Cast) -> dict[str, Any]:
    return {
        "name": "Verbund Nord",
        "purpose": None,
        "motto": "Gemeinsam statt allein",
        "orientation": None,
        "consensus": ["Wer geht, nimmt mit, was ihm gehört."],
        "topics": ["Wohnen"],
        "region": "Niedersachsen",
        "languages": ["de"],
        "admission": "decision",
        "majority": "2/3",
        "counted": "roster",
        "term": "P1Y",
        "host": cast.hub.id,
        "mandate": NOW + 31_536_000,
        "links": [],
    }


NEW_CHARTER: dict[str, Any] = {
    "name": "Verbund Neu",
    "purpose": None,
    "motto": None,
    "orientation": None,
    "consensus": ["Wer geht, nimmt mit, was ihm gehört."],
    "topics": [],
    "region": None,
    "languages": ["de"],
    "admission": "decision",
    "majority": "2/3",
    "counted": "roster",
    "term": "P1Y",
    "host": Actor("hub").id,
    "mandate": NOW + 31_536_000,
    "links": [],
}


def founding(cast: Cast, charter: dict[str, Any], **changes: Any) -> Founding:
    """Hub, north and west leave the alliance together; south, who left before, passes it on."""
    more = {"leaves": cast.alliance.id, "carriers": [cast.south.id], "note": "Wie besprochen."}
    asked = (cast.hub, cast.north, cast.west)
    return Founding(cast.hub, asked, charter, **(more | changes))


def _pact(cast: Cast) -> list[tuple[Any, ...]]:
    hub, north = cast.hub, cast.north
    pact = founding(cast, NEW_CHARTER)
    certificate = pact.certificate(map(pact.signature, (hub, north)))
    return [
        (hub, pact.audience(hub), "closed", CLOSED_NAME, closed_content(cast, pact), None),
        (hub, pact.audience(hub), "pact", pact.name, pact.content, None),
        (north, pact.audience(north), "signature", pact.name, pact.signed(north), None),
        (north, pact.audience(north), "certificate", pact.name, certificate, None),
    ]


def closed_content(cast: Cast, pact: Founding) -> dict[str, Any]:
    """Hub's signature; the wrap for south, who only carries, opens nothing (§7.12)."""
    hub, south = cast.hub, cast.south
    inner = {"kind": "signature", "name": pact.name, "body": encode(pact.signed(hub))}
    readers = [cast.north, cast.west, south]
    content = sealed_content(hub, readers, CLOSED_NAME, encode(inner))
    at = pact.audience(hub).ids.index(south.id)
    content["wraps"][at] = made("carrier", 40) + made("wrap", WRAP_BYTES - 40)
    return content


def _membership(network: Actor, charter: dict[str, Any]) -> dict[str, Any]:
    return {
        "network": network.id,
        "charter": digest(encode(charter)),
        "message": "Wir sind dabei.",
        "shown": False,
    }


def _admission(member: Actor) -> dict[str, Any]:
    return {"member": member.id, "decision": "admitted", "reason": None}


def _proposal(network: Actor, roster: Iterable[Actor], charter: dict[str, Any]) -> dict[str, Any]:
    body = encode(charter)
    ids = [one.id for one in roster]
    link = network.link(1, roster=ids, charter=digest(body), compromised=True)
    note = "Der alte Rechner ist kaputt."
    return {"network": network.id, "link": link, "charter": body, "note": note}


def _vote(member: Actor, proposal: dict[str, Any]) -> dict[str, Any]:
    _member, key, signature = vote(proposal["link"], member.id, member.signing())
    link = digest(proposal["link"])
    return {"network": proposal["network"], "link": link, "key": key, "signature": signature}


def _attestation(proposal: dict[str, Any]) -> dict[str, Any]:
    return {"network": proposal["network"], "head": digest(proposal["link"])}


def _receipt(network: Actor) -> dict[str, Any]:
    return {"network": network.id, "epoch": epoch_of("north"), "what": "left", "dropped": 7}


def _erased() -> dict[str, Any]:
    return {"erased": [[made("tombstone"), NOW + 60], [made("another tombstone"), NOW + 120]]}
