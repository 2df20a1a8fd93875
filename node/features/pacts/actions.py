"""Pacts: propose one, sign one (docs/protocol.md §6.6).

`node.features.pacts.joint_exit` acts on certificates.
"""

from typing import Any, NamedTuple

from crypto.hashing import digest
from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.base.naming import best, near, parts
from node.features.networks.actions import charter_content
from node.features.pacts.tables import set_stage, stage_of
from node.keys.ring import Held, Slot
from node.lookup.content import tidy
from node.lookup.names import living_first, must_be_tied, name_of
from node.records.publish import Publisher
from node.records.transaction import act
from node.store.core import Core
from node.store.counters import first_incarnation
from node.store.disk_reserve import essential
from node.store.memory import keep_signed
from node.store.prepared_keys import free_slot, reserve
from protocol.audience import PUBLIC, Audience
from protocol.certificates import LATE_SECONDS, Case, Pact
from protocol.certificates import sign as sign_pact
from protocol.encoding import decode, encode
from protocol.ids import EPOCH_BYTES, PREFIX_CHARACTERS, to_name, to_text
from protocol.kind import LIFETIME, Place, Seq
from protocol.pacts import ASKED, LONGEST_SECONDS, PACT_BYTES
from protocol.record import FOREVER, compose

AFTERWARDS = 30 * 86_400
"""How long a pact that came to nothing is kept to be looked up."""


class Proposal(NamedTuple):
    """What a person says of a new pact. `asked` and `carriers` are without the proposer."""

    charter: dict[str, Any]
    asked: tuple[bytes, ...]
    quorum: int | None
    until: int
    leaves: bytes | None
    carriers: tuple[bytes, ...] = ()
    note: str | None = None


def propose(core: Core, own: bytes, said: Proposal) -> bytes:
    """Propose a pact, and sign it first; gives its digest."""
    asked = sorted({own, *said.asked})
    quorum = said.quorum or len(asked) // 2 + 1
    _check_numbers(core, own, said, asked, quorum)
    for one in asked:
        _must_be_group(core, one)
    for other in (*asked, *said.carriers):
        if other != own:
            must_be_tied(core, own, other, "pact")
    with act(core) as publisher:
        slot = free_slot(core)
        body = _body(core, own, slot, said, asked, quorum)
        pact = Pact.parse(body)
        reserve(core, slot, said.until + LATE_SECONDS)
        place = Place(own, Audience.direct(pact.others(own)), "pact", to_name(pact.digest))
        publisher.write(place, decode(body), expires=_expires(pact), carriers=pact.carriers)
        _sign(core, publisher, pact, own)
    return pact.digest


def _must_be_group(core: Core, one: bytes) -> None:
    """A network has no say of its own: only groups are asked (§6.6)."""
    known = core.ties.identities.get(one)
    if known is not None and known.type == "network":
        raise Problem("pact-groups-only", name=name_of(core, one) or to_text(one)[:SHORT_ID])


def _check_numbers(core: Core, own: bytes, said: Proposal, asked: list[bytes], quorum: int) -> None:
    now = core.clock()
    if len(asked) < 2:
        raise Problem("pact-alone")
    if len(asked) + len(set(said.carriers) - set(asked)) > ASKED:
        raise Problem("pact-too-many", most=ASKED - 1)
    if not len(asked) < 2 * quorum <= 2 * len(asked):
        raise Problem("pact-quorum", least=len(asked) // 2 + 1, most=len(asked), asked=len(asked))
    if said.until <= now:
        raise Problem("pact-past")
    if said.until - now > LONGEST_SECONDS:
        raise Problem("pact-too-late", days=LONGEST_SECONDS // 86_400)
    if said.leaves is not None and not core.ties.is_member(said.leaves, own, now):
        raise Problem("not-a-member")


def _body(
    core: Core, own: bytes, slot: Slot, said: Proposal, asked: list[bytes], quorum: int
) -> bytes:
    """The pact, with the new network's first records, signed with its own prepared key."""
    now = core.clock()
    charter = charter_content(core, own, said.charter)
    genesis = slot.genesis("network", asked, digest(encode(charter)))
    network = digest(genesis)
    incarnation = first_incarnation(core.entropy)
    introduction = Place(network, PUBLIC, "identity", to_name(network))
    first = {"links": [[genesis, None]]}
    identity = compose(slot.signing, introduction, Seq(0, incarnation, 1), now, FOREVER, first)
    place = Place(network, PUBLIC, "network", "")
    seq = Seq(0, incarnation, 2)
    body = encode(
        {
            "identity": identity,
            "charter": compose(slot.signing, place, seq, now, now + LIFETIME, charter),
            "proposer": own,
            "asked": asked,
            "quorum": quorum,
            "proposed": now,
            "until": said.until,
            "leaves": said.leaves,
            "carriers": sorted(set(said.carriers) - set(asked)),
            "note": tidy(said.note),
        }
    )
    if len(body) > PACT_BYTES:
        raise Problem("pact-too-long", most=PACT_BYTES, size=len(body))
    return body


def _expires(pact: Pact) -> int:
    return min(pact.until + LATE_SECONDS + AFTERWARDS, pact.proposed + LIFETIME)


@essential
def sign(core: Core, own: bytes, pact: Pact) -> None:
    """Sign, once and for good; or, for a certificate that came too late, act on it after all."""
    now = core.clock()
    if own not in pact.asked:
        raise Problem("pact-not-asked")
    case = core.ties.certificates.cases[pact.digest]
    if own in case.signed:
        if stage_of(core, pact.digest, own) != "late":
            raise Problem("pact-signed")
        if not core.ties.is_member(pact.network, own, now):
            raise Problem("pact-declined")
        with core.transaction():
            set_stage(core, pact.digest, own, "certified")
        return
    if pact.until <= now:
        raise Problem("pact-over")
    if _exists_otherwise(core, pact):
        raise Problem("pact-network-exists")
    with act(core) as publisher:
        _sign(core, publisher, pact, own)


def _exists_otherwise(core: Core, pact: Pact) -> bool:
    """Whether the network that this pact would found is there, and not by this pact."""
    ties = core.ties
    if ties.certificates.cases[pact.digest].certified:
        return False
    chain = ties.identities.get(pact.network)
    return (chain is not None and len(chain.links) > 1) or bool(
        ties.members(pact.network, core.clock())
    )


def _sign(core: Core, publisher: Publisher, pact: Pact, own: bytes) -> None:
    held = core.ring.get(own)
    if held is None:
        raise Problem("not-held-here")
    _write_signature(core, publisher, pact, own, held, core.entropy(EPOCH_BYTES))


def _write_signature(
    core: Core, publisher: Publisher, pact: Pact, own: bytes, held: Held, epoch: bytes
) -> None:
    made = sign_pact(pact.digest, own, epoch, held.signing)
    keep_signed(core.settings, core.ties.memory, own, pact.digest)
    content = {
        "pact": pact.digest,
        "epoch": made.epoch,
        "key": made.key,
        "signature": made.signature,
    }
    known = [one for one in pact.others(own) if one in core.ties.identities]
    place = Place(own, Audience.direct(known), "signature", to_name(pact.digest))
    carriers = [one for one in pact.carriers if one in known]
    publisher.write(place, content, expires=_expires(pact), carriers=carriers)


def sign_again(core: Core) -> bool:
    """What one's own people signed counts under the new key if the old one was called stolen."""
    if not core.may_issue:
        return False
    again = [
        (case.pact, one)
        for case in core.ties.certificates.cases.values()
        if case.pact is not None and _expires(case.pact) > core.clock()
        for own in sorted(core.own & set(case.pact.asked))
        if (own, case.pact.digest) in core.ties.memory.signed
        and (kept := case.kept.get((own, own)))
        and all(core.ties.is_revoked(own, one.key) for one in kept)
        for one in kept[:1]
    ]
    if not again:
        return False
    with act(core) as publisher:
        for pact, one in again:
            held = core.ring.get(one.signer)
            if held is not None:
                _write_signature(core, publisher, pact, one.signer, held, one.epoch)
    return True


def find_pact(core: Core, text: str) -> Case:
    """The one pact that the new network's name, a part of it, or an id or its beginning means."""
    cases = [case for case in core.ties.certificates.cases.values() if case.pact is not None]
    wanted = text.strip()
    named = [(case, name_in(case)) for case in cases]
    hits = best(wanted, named)
    if len(wanted) >= PREFIX_CHARACTERS:  # a name may look like the beginning of another's id
        hits += [c for c in cases if _id(c).startswith(wanted.lower()) and c not in hits]
    hits = hits or parts(wanted, named)
    if not hits:
        raise Problem("no-such-pact", text=text, near=near(wanted, (name for _c, name in named)))
    hits = living_first(hits, lambda case: _is_living(core, case))
    if len(hits) > 1:
        found = ", ".join(sorted(f"{name_in(case)} ({_id(case)[:SHORT_ID]})" for case in hits)[:6])
        raise Problem("several-found", text=text, found=found)
    return hits[0]


def _is_living(core: Core, case: Case) -> bool:
    """Whether it came about, or still can by its date."""
    return case.certified or (case.pact is not None and case.pact.until > core.clock())


def name_in(case: Case) -> str:
    """What the new network is to be called."""
    content = case.pact.charter.content if case.pact else None
    return str(content["name"]) if content else ""


def _id(case: Case) -> str:
    return to_text(case.pact.digest) if case.pact else ""
