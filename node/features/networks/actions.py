"""Networks: found, apply, decide, leave, expel (docs/protocol.md §6.2–§6.4)."""

from typing import Any

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.networks.answers import answer_application
from node.lookup.content import checked, tidied, tidy
from node.lookup.showing import hide_again
from node.records.held import hold
from node.records.introduce import introduce
from node.records.publish import Publisher
from node.records.transaction import act
from node.store.core import Core
from node.store.disk_reserve import essential
from node.store.prepared_keys import free_slot
from protocol.audience import PUBLIC, Audience
from protocol.control_state import Standing
from protocol.encoding import encode
from protocol.ids import EPOCH_BYTES
from protocol.kind import Place
from protocol.measures import term_end
from protocol.networks import MEMBERSHIP, NETWORK


def charter_content(core: Core, host: bytes, fields: dict[str, Any]) -> dict[str, Any]:
    """A complete charter from what was given. Its mandate ends by the clock: that must be right."""
    core.require_clock()
    content = tidied(NETWORK.fields, fields)
    content["host"] = host
    content["mandate"] = term_end(content["term"], core.clock())
    return checked("network", content)


def found_network(core: Core, founder: bytes, fields: dict[str, Any]) -> bytes:
    """A new network, held on this node, with `founder` as its first member; gives its id."""
    content = charter_content(core, founder, fields)
    with act(core) as publisher:
        slot = free_slot(core)
        genesis = slot.genesis("network", [founder], digest(encode(content)))
        held = core.hold(slot, genesis)
        introduce(core, publisher, held, genesis)
        publisher.write(Place(held.id, PUBLIC, "network", ""), content)
        _apply(core, publisher, founder, held.id, None, shown=False)
        answer_application(core, publisher, held.id, founder, "admitted", None)
    return held.id


def apply_to_network(
    core: Core,
    own: bytes,
    network: bytes,
    message: str | None,
    confirmed: bytes | None = None,
    *,
    shown: bool = False,
    charter: bytes | None = None,
) -> str:
    """Ask to be admitted, agreeing to the charter as it stands; gives the standing afterwards.

    `confirmed` is the decision that a person compared: nothing that leaves it out counts here.
    `shown`: the group may be named as a member outside (§6.9). `charter`: the digest of that which
    a person read; `Problem` if it is another one by now.
    """
    with act(core) as publisher:
        require_charter(core, network, charter)
        standing = core.ties.standing(network, own, core.clock())
        if standing in (Standing.MEMBER, Standing.APPLIED):
            raise Problem("already-" + standing.value)
        hide_again(core, network)
        if confirmed is not None:
            hold(core, network, confirmed)
        _apply(core, publisher, own, network, tidy(message), shown=shown)
    return core.ties.standing(network, own, core.clock()).value


def require_charter(core: Core, network: bytes, digest_: bytes | None) -> None:
    """`Problem` if the charter is not that which a person read (None: nobody says)."""
    charter = core.ties.charters.get(network)
    if digest_ is not None and (charter is None or charter.digest != digest_):
        raise Problem("charter-changed")


@essential
def take_back_application(core: Core, own: bytes, network: bytes) -> None:
    """Ask no longer to be admitted; `Problem` if nobody asks."""
    standing = core.ties.standing(network, own, core.clock())
    if standing is not Standing.APPLIED:
        raise Problem("not-applied")
    leave_network(core, own, network)


def _apply(
    core: Core,
    publisher: Publisher,
    own: bytes,
    network: bytes,
    message: str | None,
    *,
    shown: bool,
) -> None:
    charter = core.ties.charters.get(network)
    if charter is None or charter.digest is None:
        raise Problem("charter-unknown")
    content = {
        "network": network,
        "charter": charter.digest,
        "message": message,
        "shown": shown,
    }
    epoch = core.entropy(EPOCH_BYTES)
    publisher.write(membership_place(own, network), content, epoch=epoch)


def name_us(core: Core, own: bytes, network: bytes, shown: bool) -> None:
    """Say whether the group may be named as a member outside its network (§6.9)."""
    write = _name_us if shown else essential(_name_us)  # taking back can't wait
    write(core, own, network, shown)


def _name_us(core: Core, own: bytes, network: bytes, shown: bool) -> None:
    with act(core) as publisher:
        standing = core.ties.standing(network, own, core.clock())
        bond = core.ties.bond(network, own)
        mine = bond.membership if bond is not None else None
        if (
            standing not in (Standing.APPLIED, Standing.MEMBER)
            or mine is None
            or mine.content is None
        ):
            raise Problem("standing-" + standing.value)
        if mine.is_shown is not shown:
            said = {one: mine.content[one] for one in MEMBERSHIP.fields.names} | {"shown": shown}
            publisher.write(membership_place(own, network), said, epoch=mine.epoch)


def decide(
    core: Core, network: bytes, member: bytes, decision: str, reason: str | None = None
) -> None:
    """Admit, decline or expel, as the network; it must be held on this node."""
    write = _decide if decision == "admitted" else essential(_decide)  # taking back can't wait
    write(core, network, member, decision, reason)


def _decide(core: Core, network: bytes, member: bytes, decision: str, reason: str | None) -> None:
    wanted = {
        "admitted": (Standing.APPLIED, Standing.DECLINED),
        "declined": (Standing.APPLIED,),
        "expelled": (Standing.MEMBER,),
    }
    with act(core) as publisher:
        if network not in core.own:
            raise Problem("network-not-held")
        check_mandate(core, network)
        standing = core.ties.standing(network, member, core.clock())
        if standing not in wanted[decision]:
            raise Problem("standing-" + standing.value)
        answer_application(core, publisher, network, member, decision, tidy(reason))


def check_mandate(core: Core, network: bytes) -> None:
    """`Problem` if the time is over for which this node looks after the network."""
    charter = core.ties.charters.get(network)
    until = charter.content["mandate"] if charter and charter.content else None
    if until is not None and until <= core.clock():
        raise Problem("mandate-over", until=until)


@essential
def leave_network(core: Core, own: bytes, network: bytes) -> list[bytes]:
    """Leave: one's own act, needs nobody else to be up. Gives who is to confirm the deletion."""
    with act(core) as publisher:
        bond = core.ties.bond(network, own)
        standing = core.ties.standing(network, own, core.clock())
        if bond is None or bond.membership is None or bond.membership.content is None:
            raise Problem("standing-" + standing.value)
        epoch = bond.membership.epoch
        hide_again(core, network)
        publisher.write(membership_place(own, network), None, epoch=epoch)
    return [one.witness for one in core.departures.all() if one.epoch == epoch]


def membership_place(own: bytes, network: bytes) -> Place:
    """Where one's side of a membership stands."""
    return Place(own, Audience.network(network), "membership", "")
