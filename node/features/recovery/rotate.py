"""New keys for an identity, by the recovery words (docs/protocol.md §5.3, §5.5)."""

import logging
from typing import NamedTuple

from node.base.errors import Problem
from node.base.events import Event
from node.base.logs import event
from node.keys.recovery_words import Found, Phrase
from node.records import stale_copy
from node.records.publish import Publisher
from node.records.re_sign import resign
from node.records.reactions import write_owed
from node.records.transaction import act
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.audience import PUBLIC
from protocol.kind import Place

log = logging.getLogger(__name__)


class Rotated(NamedTuple):
    """An identity under new keys: its link, and how many records were signed again."""

    id: bytes
    link: int
    records: int


def rotate(core: Core, phrase: Phrase, identity: bytes, compromised: bool) -> Rotated:
    """Make the next link, and sign everything that is live again, all at once or not at all.

    `Problem` if the words are another group's, or this folder may not write (§4.4).
    """
    phrase.require_home(core.ring)
    done = _rotate(core, phrase, identity, compromised)
    core.forget_old_keys()
    say_again(core)
    return done


def say_again(core: Core) -> None:
    """What one's people said under a key that is called stolen counts no more: votes, pacts.

    Where there is no room left it is said within the hour after there is: the keys are made.
    """
    try:
        _say_again(core)
    except Problem as problem:
        if problem.code != "disk-full":
            raise
        event(log, "not-said-again", code=problem.code)


@essential
def _say_again(core: Core) -> None:
    core.tell(Event.DECIDED)
    core.tell(Event.COMMITTED)


@essential
def _rotate(core: Core, phrase: Phrase, identity: bytes, compromised: bool) -> Rotated:
    with act(core) as publisher:
        held, known = core.ring.get(identity), core.ties.successions.get(identity)
        if held is None or known is None:
            raise Problem("not-held-here")
        # Another machine may have made a newer link with the same words. To sign again what stands
        # here would put old facts over its newer ones: recover first.
        if phrase.base(held.index, known).chain.current.signing != held.signing.public:
            raise Problem("keys-superseded")
        if not core.is_reconciled:
            raise Problem("not-reconciled")
        done = follow(core, publisher, phrase, identity, compromised)
        stale_copy.settle(core, lambda owed: write_owed(core, publisher, owed))
    return done


def follow(
    core: Core,
    publisher: Publisher,
    phrase: Phrase,
    identity: bytes,
    compromised: bool,
    again: bool = True,
) -> Rotated:
    """The same inside a transaction; `Core.forget_old_keys` is to be called after it.

    `again`: sign what is live again. Not while this folder may be an old copy.
    """
    held = core.ring.get(identity)
    known = core.ties.successions.get(identity)
    if held is None or known is None:
        raise Problem("not-held-here")
    found = phrase.follow(held.index, known, compromised, core.ties.view(identity))
    core.ring.refill(phrase.entropy)
    adopt(core, phrase, held.index, found)
    held = core.ring.held[core.ring.ids.index(identity)]
    place = Place(identity, PUBLIC, "identity", found.chain.name)
    publisher.write(place, {"links": list(found.chain.elements)})
    return Rotated(identity, held.link, resign(core, publisher, held) if again else 0)


def adopt(core: Core, phrase: Phrase, index: int, found: Found) -> None:
    """Speak with the keys of a chain that these words made. Inside a transaction."""
    number = found.chain.current.number
    core.ring.backup = core.ring.backup or phrase.backup
    core.rekey(phrase.held(found.chain.id, index, number, found.step))
    stale_copy.begin_anew(core, found.chain.id)
