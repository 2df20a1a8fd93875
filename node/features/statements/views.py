"""Statements with the groups' answers, and groups side by side. For members only."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from crypto.hashing import digest
from node.base.naming import fold
from node.features.groups.views import entry_of
from node.features.statements.actions import answers, id_of, list_of, standing
from node.features.statements.comparing import Score, compare, ranked, relation, score
from node.features.statements.types import (
    ComparisonView,
    LikeView,
    RowView,
    StanceView,
    StatementView,
    TopicView,
)
from node.lookup.sight import Sight, name_order
from protocol.ids import to_text
from protocol.kind import Statement
from protocol.statements import STANCE

Said = Mapping[str, Mapping[bytes, Statement]]
"""Statement → group → its answer."""


def statement_views(sight: Sight, network: bytes) -> tuple[StatementView, ...]:
    """A network's list, as who is inside sees it."""
    said = _said(sight, network)
    return tuple(_view(sight, one, said.get(one.name, {})) for one in _list(sight, network))


def statement_view(sight: Sight, network: bytes, name: str) -> StatementView | None:
    """One of them."""
    found = next((one for one in _list(sight, network) if one.name == name), None)
    return None if found is None else _view(sight, found, _said(sight, network).get(name, {}))


def _list(sight: Sight, network: bytes) -> list[Statement]:
    return list_of(sight.core, network) if sight.inside and sight.sees(network) else []


def _said(sight: Sight, network: bytes) -> dict[str, dict[bytes, Statement]]:
    found: dict[str, dict[bytes, Statement]] = {}
    for one in standing(sight.core, STANCE.name, network) if sight.inside else ():
        if sight.sees(one.author):
            found.setdefault(one.name, {})[one.author] = one
    return found


def _view(sight: Sight, one: Statement, said: Mapping[bytes, Statement]) -> StatementView:
    content = one.content or {}
    stances = [_stance(sight, stance, one) for stance in said.values()]
    stances.sort(key=lambda stance: (stance.outdated, name_order(stance.who)))
    mine = said.get(sight.me)
    valid = [stance.answer for stance in stances if not stance.outdated]
    return StatementView(
        id=id_of(one),
        network=sight.name(one.author),
        **content,
        digest=to_text(digest(one.body or b"")),
        own=one.author in sight.core.own,
        mine=_stance(sight, mine, one) if mine is not None else None,
        agree=valid.count("agree"),
        partly=valid.count("partly"),
        no=valid.count("no"),
        answers=tuple(stances),
        issued=one.issued,
    )


def _stance(sight: Sight, stance: Statement, statement: Statement) -> StanceView:
    said = stance.content or {}
    return StanceView(
        who=sight.name(stance.author),
        answer=said["answer"],
        sentence=said["sentence"],
        at=stance.issued,
        outdated=not answers(stance, statement),
    )


def unanswered(sight: Sight, network: bytes) -> list[Statement]:
    """Those that we did not answer as they stand."""
    mine = {one.name: one for one in standing(sight.core, STANCE.name, network, sight.me)}
    return [
        one
        for one in _list(sight, network)
        if one.name not in mine or not answers(mine[one.name], one)
    ]


# Two groups


def comparison_view(sight: Sight, network: bytes, one: bytes, other: bytes) -> ComparisonView:
    """What two groups share and where they differ, topic by topic."""
    said = _said(sight, network)
    rows = [(s, _row(sight, s, said.get(s.name, {}), one, other)) for s in _list(sight, network)]
    topics = []
    for topic, found in groupby(rows, lambda pair: (pair[0].content or {})["topic"]):
        under = tuple(row for _statement, row in found)
        part = score(row.relation for row in under)
        topics.append(TopicView(topic, part.percent, part.both, under))
    whole = score(row.relation for _statement, row in rows)
    shared, mine, theirs = _beside(_topics(sight, one), _topics(sight, other))
    return ComparisonView(
        sight.name(network),
        sight.name(one),
        sight.name(other),
        whole.percent,
        whole.both,
        shared,
        mine,
        theirs,
        tuple(topics),
    )


def _row(
    sight: Sight,
    statement: Statement,
    said: Mapping[bytes, Statement],
    one: bytes,
    other: bytes,
) -> RowView:
    pair = [_stance(sight, said[who], statement) if who in said else None for who in (one, other)]
    counted = [None if view is None or view.outdated else view.answer for view in pair]
    text = (statement.content or {})["text"]
    return RowView(id_of(statement), text, pair[0], pair[1], relation(*counted))


def _topics(sight: Sight, group: bytes) -> tuple[str, ...]:
    entry = entry_of(sight, group)
    return entry.topics if entry else ()


def _beside(
    one: Sequence[str], other: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Topics that both name, and those that only one does; case and accents don't count."""
    mine, theirs = ({fold(topic): topic for topic in found} for found in (one, other))
    return (
        tuple(mine[key] for key in sorted(mine.keys() & theirs.keys())),
        tuple(mine[key] for key in sorted(mine.keys() - theirs.keys())),
        tuple(theirs[key] for key in sorted(theirs.keys() - mine.keys())),
    )


def like_views(
    sight: Sight, network: bytes, group: bytes, *, different: bool
) -> tuple[LikeView, ...]:
    """The groups that answered anything, beside one of them: the most alike or different first."""
    by_group = _by_group(sight, network)
    mine, topics = by_group.get(group, {}), _topics(sight, group)
    found = [
        _like(sight, who, compare(mine, theirs), _beside(topics, _topics(sight, who))[0])
        for who, theirs in by_group.items()
        if who != group
    ]
    return tuple(
        ranked(
            found,
            lambda view: (view.score, len(view.shared), name_order(view.who)),
            different=different,
        )
    )


def _like(sight: Sight, who: bytes, found: Score, shared: tuple[str, ...]) -> LikeView:
    return LikeView(sight.name(who), found.percent, found.both, shared, found)


def _by_group(sight: Sight, network: bytes) -> dict[bytes, dict[str, str]]:
    """Group → statement → its answer, to texts as they stand."""
    found: dict[bytes, dict[str, str]] = {}
    said = _said(sight, network)
    for statement in _list(sight, network):
        for who, stance in said.get(statement.name, {}).items():
            if answers(stance, statement):
                found.setdefault(who, {})[statement.name] = (stance.content or {})["answer"]
    return found


def groups_of(sight: Sight, network: bytes) -> tuple[bytes, ...]:
    """The members of a network, by name."""
    members = sight.core.ties.rosters.get(network, {})
    found: Iterable[bytes] = (one for one, bond in members.items() if bond.is_member(sight.now))
    return tuple(sorted(found, key=lambda one: name_order(sight.name(one))))
