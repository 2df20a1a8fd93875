"""Statements with the groups' answers, and groups side by side. For members only.

What a whole network answered is read once and kept (`Stances`): a hundred groups that answer fifty
statements are five thousand records.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from crypto.hashing import digest
from node.base.naming import fold
from node.features.groups.views import entry_of
from node.features.statements.actions import answers, id_of, list_of, standing
from node.features.statements.comparing import compare, ranked, relation, score
from node.features.statements.stances import Stance, Stances, read_stances
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

Said = Mapping[bytes, Stance]
"""Group → its answer to a statement."""


def statement_views(
    sight: Sight, network: bytes, kept: Stances | None = None, *, whole: bool = True
) -> tuple[StatementView, ...]:
    """A network's list, as who is inside sees it; `whole`: with what each group answers."""
    found = _list(sight, network)
    said = _by_statement(sight, (kept or Stances()).of(sight.core, network)) if found else {}
    return tuple(_view(sight, one, said.get(one.name, {}), whole=whole) for one in found)


def statement_view(sight: Sight, network: bytes, name: str) -> StatementView | None:
    """One of them."""
    found = next((one for one in _list(sight, network) if one.name == name), None)
    if found is None:
        return None
    said = _by_statement(sight, read_stances(sight.core, network, names={name}))
    return _view(sight, found, said.get(name, {}))


def _list(sight: Sight, network: bytes) -> list[Statement]:
    return list_of(sight.core, network) if sight.inside and sight.sees(network) else []


def _by_statement(sight: Sight, said: Iterable[Stance]) -> dict[str, dict[bytes, Stance]]:
    found: dict[str, dict[bytes, Stance]] = {}
    for one in said:
        if sight.sees(one.author):
            found.setdefault(one.statement, {})[one.author] = one
    return found


def _view(sight: Sight, one: Statement, said: Said, *, whole: bool = True) -> StatementView:
    content, means = one.content or {}, digest(one.body or b"")
    mine = said.get(sight.me)
    valid = [stance.answer for stance in said.values() if stance.digest == means]
    stances = [_stance(sight, stance, means) for stance in said.values()] if whole else []
    stances.sort(key=lambda stance: (stance.outdated, name_order(stance.who)))
    return StatementView(
        id=id_of(one),
        network=sight.name(one.author),
        **content,
        digest=to_text(means),
        own=one.author in sight.core.own,
        mine=_stance(sight, mine, means) if mine is not None else None,
        agree=valid.count("agree"),
        partly=valid.count("partly"),
        no=valid.count("no"),
        answers=tuple(stances),
        issued=one.issued,
    )


def _stance(sight: Sight, stance: Stance, means: bytes) -> StanceView:
    outdated = stance.digest != means
    return StanceView(
        sight.name(stance.author), stance.answer, stance.sentence, stance.at, outdated
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
    listed = _list(sight, network)
    read = [read_stances(sight.core, network, author=who) for who in (one, other) if listed]
    said = _by_statement(sight, [stance for some in read for stance in some])
    rows = [(s, _row(sight, s, said.get(s.name, {}), one, other)) for s in listed]
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


def _row(sight: Sight, statement: Statement, said: Said, one: bytes, other: bytes) -> RowView:
    means = digest(statement.body or b"")
    pair = [_stance(sight, said[who], means) if who in said else None for who in (one, other)]
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
    sight: Sight, network: bytes, group: bytes, kept: Stances | None = None, *, different: bool
) -> tuple[LikeView, ...]:
    """The groups that answered anything, beside one of them: the most alike or different first.
    Without the topics in common (`with_topics`): a page shows few of many."""
    by_group = _by_group(sight, network, kept or Stances())
    mine = by_group.get(group, {})
    found = []
    for who, theirs in by_group.items():
        if who != group:
            said = compare(mine, theirs)
            found.append(LikeView(sight.name(who), said.percent, said.both, (), said, who))
    return tuple(
        ranked(found, lambda view: (view.score, name_order(view.who)), different=different)
    )


def with_topics(sight: Sight, group: bytes, views: Iterable[LikeView]) -> tuple[LikeView, ...]:
    """The same with the topics that each has in common with a group."""
    mine = _topics(sight, group)
    return tuple(replace(one, shared=_beside(mine, _topics(sight, one.id))[0]) for one in views)


def _by_group(sight: Sight, network: bytes, kept: Stances) -> dict[bytes, dict[str, str]]:
    """Group → statement → its answer, to texts as they stand."""
    listed = {one.name: digest(one.body or b"") for one in _list(sight, network)}
    found: dict[bytes, dict[str, str]] = {}
    for one in kept.of(sight.core, network) if listed else ():
        if listed.get(one.statement) == one.digest and sight.sees(one.author):
            found.setdefault(one.author, {})[one.statement] = one.answer
    return found


def groups_of(sight: Sight, network: bytes) -> tuple[bytes, ...]:
    """The members of a network, by name."""
    members = sight.core.ties.rosters.get(network, {})
    found: Iterable[bytes] = (one for one, bond in members.items() if bond.is_member(sight.now))
    return tuple(sorted(found, key=lambda one: name_order(sight.name(one))))
