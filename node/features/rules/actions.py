"""Acts for the group: done at once, or begun by one key person and waiting for another.

Rules:

1. Each act needs one key person, or two (`needed`); the group says so for each of `ACTS`. Some have
   a number of their own (`FIXED`): to need less people than before needs as many as before.
2. `begin` is called by a key person, or by whoever came by the machine's link, who counts as
   nobody: where two are needed, two persons have to say yes besides.
3. Only key persons count, at the time at which it is counted: who is none any more counts no more,
   and nobody counts twice. Where a group has a single key person, that one is enough.
4. An act is carried out once: it is marked before it is done, and what fails is told with its
   reason. What the act is, the nouns know: `Event.AGREED` asks them.
5. A request ends after `OPEN_SECONDS`, by a key person's no, or by its beginner taking it back.
   All members can read what was begun, by whom, and what came of it.

>>> NEEDED[LESS], "leave" in ACTS
(2, True)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from node.base.errors import Problem
from node.base.events import Event
from node.features.rules.feature import ACTS
from node.features.rules.tables import Request, rules
from node.people.personal import GROUP, Entry, Kept, Part
from node.people.persons import persons
from node.records.publish import new_name
from node.store.core import Core

LESS = "less"
"""To need one where two were needed."""

DISSOLVE = "dissolve"
"""The group ends itself (`node.features.dissolving`)."""

NEEDED = {LESS: 2, DISSOLVE: 2}
"""Acts whose number nobody changes."""

MOST_NEEDED = 2

OPEN_SECONDS = 14 * 86_400
"""As long as a holiday: then somebody begins it anew, or it was not wanted."""

GONE = "-"
"""Stands for a person who had everything erased."""

DOING_SECONDS = 3_600
"""Nothing takes so long: the machine went off in between, and nobody knows what came of it."""

KEPT_SECONDS = 400 * 86_400
"""How long one can read what was done and by whom."""

SHOWN = 20
"""Acts that ended, on the page."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `begin` and `second` brought about. `missing`: how many key persons have to say yes."""

    done: bool
    request: str
    missing: int = 0


def needed(core: Core, act: str) -> int:
    """How many key persons the group wants for an act; ValueError for one that is none."""
    if act in NEEDED:
        return NEEDED[act]
    if act not in ACTS:
        raise ValueError(f"no act: {act}")
    return rules(core).needed().get(act, 1)


def begin(core: Core, by: str | None, act: str, what: Mapping[str, Any]) -> Outcome:
    """A key person, or whoever came by the machine's link (None), wants an act.

    Done at once where that is enough; `Problem` if it was begun already, or of the act itself.
    `what` are its particulars, as JSON can say them: what the noun that does it asks for.
    """
    if by is not None:
        _require_key_person(core, by)
    needed(core, act)
    with core.transaction():
        tidy(core)
        if rules(core).begun_with(act, dict(what), ("waiting", "doing")):
            raise Problem("act-begun")
        now = core.clock()
        one = Request(
            new_name(core), act, dict(what), by, now, now + OPEN_SECONDS, "waiting", None, None
        )
        rules(core).add(one)
        if by is not None:
            rules(core).agree(one.id, by, now)
    return _go_on(core, one)


def second(core: Core, by: str, id: str) -> Outcome:
    """Another key person wants it too; done if that is enough."""
    _require_key_person(core, by)
    one = _waiting(core, id)
    if by in rules(core).agreed(id):
        raise Problem("act-agreed")
    with core.transaction():
        rules(core).agree(id, by, core.clock())
    return _go_on(core, one)


def refuse(core: Core, by: str, id: str) -> None:
    """A key person does not want it, or who began it does not any more: it is over."""
    one = _waiting(core, id)
    if one.begun_by != by:
        _require_key_person(core, by)
    state = "back" if one.begun_by == by else "refused"
    with core.transaction():
        rules(core).move(id, "waiting", state, core.clock(), None)


def missing(core: Core, one: Request) -> int:
    """How many key persons have to say yes yet."""
    known = {person.id for person in persons(core).key_persons()}
    yes = len(known & set(rules(core).agreed(one.id)))
    enough = min(needed(core, one.act), max(len(known), 1))
    if one.begun_by is None and enough == 1:  # the machine's link is enough where one is
        return 0
    return max(enough - yes, 0)


def waiting(core: Core) -> list[Request]:
    """What waits for another key person, the oldest first."""
    now = core.clock()
    return [one for one in rules(core).in_state("waiting") if now < one.until]


def set_needed(core: Core, by: str | None, act: str, count: int) -> Outcome | None:
    """Let an act need one key person or two; None if that was so.

    Two need two: at least two key persons. From two to one is an act itself that two have to want.
    """
    if act not in ACTS or not 1 <= count <= MOST_NEEDED:
        raise Problem("no-such-act", text=act)
    before = needed(core, act)
    if count == before:
        return None
    if count < before:
        return begin(core, by, LESS, {"act": act, "needed": count})
    if by is not None:
        _require_key_person(core, by)
    if len(persons(core).key_persons()) < count:
        raise Problem("too-few-key-persons")
    with core.transaction():
        rules(core).set_needed(act, count)
    return Outcome(True, "")


def carry_out(core: Core, act: str, what: Mapping[str, Any]) -> bool:
    """Our own act of `Event.AGREED`; whether it was ours."""
    if act != LESS:
        return False
    with core.transaction():
        rules(core).set_needed(str(what["act"]), int(what["needed"]))
    return True


def tidy(core: Core) -> None:
    """What nobody seconded in time is over; what ended long ago is forgotten. In a transaction."""
    now, table = core.clock(), rules(core)
    for one in table.in_state("waiting"):
        if one.until <= now:
            table.move(one.id, "waiting", "over", now, None)
    for one in table.in_state("doing"):
        if now - (one.ended or 0) >= DOING_SECONDS:
            table.move(one.id, "doing", "failed", now, "interrupted")
    table.forget(now - KEPT_SECONDS)


def _go_on(core: Core, one: Request) -> Outcome:
    left = missing(core, one)
    if left:
        return Outcome(False, one.id, left)
    with core.transaction():
        if not rules(core).move(one.id, "waiting", "doing", core.clock(), None):
            raise Problem("act-over")
    try:
        if not core.tell(Event.AGREED, one.act, one.what):
            raise ValueError(f"nobody carries out {one.act}")
    except Problem as problem:
        _end(core, one, "failed", problem.code)
        raise
    except BaseException:
        _end(core, one, "failed", "failure")
        raise
    _end(core, one, "done", None)
    return Outcome(True, one.id)


def _end(core: Core, one: Request, state: str, why: str | None) -> None:
    with core.transaction():
        rules(core).move(one.id, "doing", state, core.clock(), why)


def _waiting(core: Core, id: str) -> Request:
    found = rules(core).get(id)
    if found is None or found.state != "waiting" or found.until <= core.clock():
        raise Problem("act-over")
    return found


def _require_key_person(core: Core, id: str) -> None:
    if all(one.id != id for one in persons(core).key_persons()):
        raise Problem("not-a-key-person")


def tell(core: Core, person: str) -> list[Part]:
    """What a person began or agreed to."""
    entries = tuple(
        Entry(f"rules.title.{one.act}", one.at, "time", seen_by=GROUP)
        for one in rules(core).of(person)
    )
    return [Part("rules.personal.title", "rules.personal.why", entries)]


def merged(core: Core, stays: str, goes: str, _moved: dict[str, Any]) -> None:
    """Two persons are one: a yes of both is one yes. It stays so where that is undone, for nobody
    said it twice. In the transaction."""
    rules(core).forget_person(goes, stays)


def forget(core: Core, person: str) -> list[Kept]:
    """What was done for the group stays; nobody's name stands at it. In a transaction."""
    if not rules(core).of(person):
        return []
    rules(core).forget_person(person, GONE)
    return [Kept("rules.personal.kept", "rules.personal.kept_why")]
