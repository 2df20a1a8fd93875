"""Statements and stances (docs/protocol.md §7.24, §7.25): the list, and a group's answers.

Rules:

1. who looks after a network keeps its list, as the network. A statement that is changed stays where
   it is; answers to it quote the text before, and count again when they are given again;
2. a group answers each statement once; what it answers is the text that it read, so a page says
   which one that was, and an answer to another one is not written (`statement-changed`);
3. what was withdrawn is erased with the group's answer to it; what ends with a membership ends with
   all that was said in it.
"""

from collections.abc import Iterable
from typing import Any

from crypto.hashing import digest
from node.base.errors import Problem
from node.base.lookalikes import short
from node.base.naming import best, fold, near, parts
from node.features.erasures.actions import erase
from node.features.networks.actions import check_mandate
from node.lookup.content import checked, tidied, tidy
from node.lookup.names import name_of
from node.records.intake import Ended
from node.records.publish import Publisher, new_name
from node.records.transaction import act
from node.store.core import Core
from protocol.audience import Audience
from protocol.ids import to_text
from protocol.kind import LIFETIME, Place, Statement
from protocol.statements import MOST, STANCE, STATEMENT

SHORTEST = 4
"""Characters of a name by which a statement is found."""

NONE = "none"
"""Said in place of an answer: take it back."""


# Reading


def standing(core: Core, kind: str, network: bytes, author: bytes | None = None) -> list[Statement]:
    """What stands of a kind in a network: of all, or of one author."""
    audience = Audience.network(network)
    headers = core.records.headers(core.clock(), [kind], audience, author)
    return [one for one in core.records.records(headers) if one.content is not None]


def list_of(core: Core, network: bytes) -> list[Statement]:
    """A network's statements: by topic, then by text; those without a topic last."""
    return sorted(standing(core, STATEMENT.name, network, network), key=_order)


def _order(one: Statement) -> tuple[bool, str, str, str]:
    said = one.content or {}
    topic = said["topic"]
    return topic is None, fold(topic or ""), fold(said["text"]), one.name


def statement_at(core: Core, network: bytes, name: str) -> Statement | None:
    """One statement of a network."""
    return next((one for one in list_of(core, network) if one.name == name), None)


def stance_of(core: Core, own: bytes, statement: Statement) -> Statement | None:
    """What an identity answers to it."""
    (network,) = statement.audience.ids
    said = standing(core, STANCE.name, network, own)
    return next((one for one in said if one.name == statement.name), None)


def answers(stance: Statement, statement: Statement) -> bool:
    """Whether a stance is an answer to a statement as it stands."""
    said = stance.content or {}
    same = stance.name == statement.name and stance.audience == statement.audience
    return same and said["digest"] == digest(statement.body or b"")


def id_of(statement: Statement) -> str:
    """Its id in views and addresses: NETWORK/NAME."""
    return f"{to_text(statement.author)}/{statement.name}"


def networks_of(core: Core, own: bytes) -> list[bytes]:
    """The networks in which an identity answers."""
    ties, now = core.ties, core.clock()
    return [one for one in ties.memberships(own, now) if ties.is_member(one, own, now)]


def unanswered_count(core: Core, own: bytes, network: bytes) -> int:
    """How many statements an identity did not answer as they stand."""
    mine = {one.name: one for one in standing(core, STANCE.name, network, own)}
    said = list_of(core, network)
    return sum(one.name not in mine or not answers(mine[one.name], one) for one in said)


def find_statement(core: Core, text: str) -> Statement:
    """The one that a text, a name, its beginning, or NETWORK/NAME means; `Problem` otherwise."""
    now, ties = core.clock(), core.ties
    own = {network for one in core.own for network in ties.parts(one, now)}
    known = [one for network in own for one in list_of(core, network)]
    wanted = text.strip().casefold()
    by_id = [one for one in known if id_of(one) == wanted]
    named = [one for one in known if len(wanted) >= SHORTEST and one.name.startswith(wanted)]
    said = [(one, str((one.content or {})["text"])) for one in known]
    hits = by_id or named or best(text, said) or parts(text, said)
    if not hits:
        raise Problem("no-such-statement", text=text, near=near(text, (one for _, one in said)))
    if len(hits) > 1:
        raise Problem("several-found", text=text, found=_some(core, hits))
    return hits[0]


def _some(core: Core, hits: Iterable[Statement]) -> str:
    found = [
        f"{(one.content or {})['text']} ({short(one.name)}, {name_of(core, one.author) or '?'})"
        for one in hits
    ]
    return ", ".join(sorted(found)[:6])


# The list


def add(core: Core, network: bytes, fields: dict[str, Any]) -> str:
    """Put a statement on the list of a network that is held here; gives its id."""
    name = new_name(core)
    _write(core, network, name, fields)
    return f"{to_text(network)}/{name}"


def edit(core: Core, statement: Statement, fields: dict[str, Any]) -> bool:
    """Say it otherwise; gives whether anything changed. Answers then count when given again."""
    before = statement.content or {}
    return _write(core, statement.author, statement.name, {**before, **fields})


def _write(core: Core, network: bytes, name: str, fields: dict[str, Any]) -> bool:
    content = checked(STATEMENT.name, tidied(STATEMENT.fields, fields))
    place = Place(network, Audience.network(network), STATEMENT.name, name)
    with act(core) as publisher:
        _require_held(core, network)
        old = core.records.at(place)
        if old is None and _places(core, network) >= MOST:
            raise Problem("statements-full", most=MOST, days=LIFETIME // 86_400)
        if any(_same(one, content) for one in list_of(core, network) if one.name != name):
            raise Problem("statement-twice", text=content["text"])
        if old is not None and old.content == content:
            return False
        publisher.write(place, content)
    return True


def _require_held(core: Core, network: bytes) -> None:
    if network not in core.own:
        raise Problem("network-not-held")
    check_mandate(core, network)


def _places(core: Core, network: bytes) -> int:
    """Those withdrawn in the last 400 days, too (§4.8)."""
    audience = Audience.network(network)
    return sum(1 for _ in core.records.headers(core.clock(), [STATEMENT.name], audience, network))


def _same(one: Statement, content: dict[str, Any]) -> bool:
    return fold((one.content or {})["text"]) == fold(content["text"])


def remove(core: Core, statement: Statement) -> int:
    """Withdraw a statement; gives how many records are erased. The groups' answers follow."""
    _require_held(core, statement.author)
    count = erase(core, statement.author, [statement])
    take_back_withdrawn(core)
    return count


# A group's answers


def answer(
    core: Core,
    own: bytes,
    statement: Statement,
    said: str,
    sentence: str | None = None,
    read: bytes | None = None,
) -> None:
    """Answer a statement as a member. `read`: the digest of the text that was read, else the one
    that stands; `Problem` if another one stands by now."""
    (network,) = statement.audience.ids
    with act(core) as publisher:
        place, epoch = publisher.to_network(own, network, STANCE.name, statement.name)
        now = statement_at(core, network, statement.name)
        if now is None:
            raise Problem("statement-gone")
        means = digest(now.body or b"")
        if (read or digest(statement.body or b"")) != means:
            raise Problem("statement-changed")
        content = {
            "statement": statement.name,
            "digest": means,
            "answer": said,
            "sentence": tidy(sentence),
        }
        content = checked(STANCE.name, content)
        old = core.records.at(place)
        if old is None or old.content != content:
            publisher.write(place, content, epoch=epoch)


def take_back(core: Core, own: bytes, statement: Statement) -> int:
    """Take back one's answer; gives how many records are erased."""
    stance = stance_of(core, own, statement)
    if stance is None:
        raise Problem("not-answered")
    return erase(core, own, [stance])


def take_back_withdrawn(core: Core) -> None:
    """An answer to what was withdrawn is erased, too: nothing is left that it answers."""
    if not core.may_issue:
        return
    for own in sorted(core.own):
        for network in networks_of(core, own):
            gone = [one for one in standing(core, STANCE.name, network, own) if _over(core, one)]
            if gone:
                erase(core, own, gone)


def _over(core: Core, stance: Statement) -> bool:
    (network,) = stance.audience.ids
    found = core.records.at(Place(network, stance.audience, STATEMENT.name, stance.name))
    return found is not None and found.body is None


def drop_left(core: Core, _publisher: Publisher, ended: Ended) -> None:
    """What we answered in a network that we left is over there, and here (§6.4)."""
    if ended.member not in core.ties.own:
        return
    reached = min(core.clock(), core.clock.reached)  # a wrong clock leaves none behind
    audience = Audience.network(ended.network)
    headers = core.records.headers(reached, [STANCE.name], audience, ended.member)
    core.records.delete([header.ref for header in headers])
