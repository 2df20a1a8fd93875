"""A certificate is passed on before it is acted on (docs/protocol.md §6.6)."""

from node.features.networks.actions import membership_place
from node.features.pacts.tables import set_stage, stage_of
from node.records.publish import Publisher
from node.records.reactions import unless_refused
from node.store.core import Core
from protocol.audience import Audience
from protocol.certificates import Case, Pact
from protocol.ids import to_name
from protocol.kind import LIFETIME, Place


def certified(core: Core, publisher: Publisher, pact: bytes) -> None:
    """A pact of one's own has its quorum: pass the certificate on."""
    unless_refused(pass_on, core, publisher, pact)


def pass_on(core: Core, publisher: Publisher, pact_digest: bytes) -> None:
    """A certificate is passed on before it is acted on (§6.6); `joint_exit` has the stages.

    Again if whoever passed it on took that back: what was signed once stands for good.
    """
    case = core.ties.certificates.cases[pact_digest]
    pact = case.pact
    if pact is None:
        return
    now = core.clock()
    for own in sorted(core.own & case.signed.keys()):
        if not case.is_own_word(own):
            continue
        if stage_of(core, pact.digest, own) is None:
            bond = core.ties.bond(pact.network, own)
            joined = bond.joined if bond is not None else None
            acted = joined is not None and joined.epoch == case.epoch(own)
            if acted and not _still_to_leave(core, pact, own):
                set_stage(core, pact.digest, own, "done")  # acted on, before notes were lost
                continue
            stage = "certified" if pact.until_acted(now) else "late"
            set_stage(core, pact.digest, own, stage)
        if not case.passed_on:  # else that one is passed on
            _write(core, publisher, case, pact, own)


def pass_on_late(core: Core, publisher: Publisher, case: Case, pact: Pact) -> None:
    """Once more, with the signature of who signed later: that group may know only some of those
    asked, and these would know it as a member alone."""
    for own in sorted(core.own & case.signed.keys()):
        told = all((own, signer) in case.kept for signer in case.signed)
        if case.is_own_word(own) and not told:
            _write(core, publisher, case, pact, own, again=True)


def _write(
    core: Core, publisher: Publisher, case: Case, pact: Pact, own: bytes, *, again: bool = False
) -> None:
    """A certificate to all of those asked whom this node knows: to more when it knows more."""
    now, expires = core.clock(), pact.proposed + LIFETIME
    known = [one for one in pact.others(own) if one in core.ties.identities]
    if not known or expires <= now:
        return
    place = Place(own, Audience.direct(known), "certificate", to_name(pact.digest))
    if _was_told(core, place, now) and not again:
        return
    signatures = [list(one) for _signer, one in sorted(case.signed.items())]
    carriers = [one for one in pact.carriers if one in known]
    content = {"pact": pact.body, "signatures": signatures}
    publisher.write(place, content, expires=expires, carriers=carriers)


def _still_to_leave(core: Core, pact: Pact, own: bytes) -> bool:
    """Whether the membership in what was to be left is from before the pact was acted on: the
    folder was restored, and nobody held the record that ended it. A later one is a new joining."""
    if pact.leaves is None:
        return False
    old = core.records.at(membership_place(own, pact.leaves))
    new = core.records.at(membership_place(own, pact.network))
    return old is not None and old.body is not None and (new is None or old.seq < new.seq)


def _was_told(core: Core, place: Place, now: int) -> bool:
    told = core.records.opened(place.kind, now)
    return any(one.place == place and one.content is not None for one in told)
