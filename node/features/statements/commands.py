"""`statements list|add|edit|remove|answer|compare`."""

from typing import TYPE_CHECKING

from node.base.formats import number
from node.base.lookalikes import short, shown
from node.cli.context import Answer, Context, plain
from node.cli.described import said
from node.cli.sheet import Sheet
from node.features.statements.feature import FIELDS, LIKE_KEYS
from protocol.statements import STATEMENT

if TYPE_CHECKING:
    from node.features.statements.types import (
        ComparisonView,
        LikeView,
        RowView,
        StanceView,
        StatementView,
    )
    from protocol.kind import Statement


def list_(context: Context) -> Answer:
    """What a network asks, and what we answer."""
    from node.features.statements.views import statement_views

    views = statement_views(context.sight(), _network(context))
    sheet = context.sheet()
    if views:
        titles = context.titles("statements", "short", "topic", "text", "mine", "count")
        sheet.table(titles, [_row(one, context) for one in views])
    else:
        sheet.say(context.t("statements.web.none"))
    return Answer({"statements": plain(views)}, sheet)


def _row(view: "StatementView", context: Context) -> list[str]:
    return [
        short(view.id),
        shown(view.topic or ""),
        shown(view.text),
        _mine(view, context),
        _counts(view, context),
    ]


def _network(context: Context) -> bytes:
    """The network that is meant; `Problem` if nobody of this node belongs to it."""
    from node.base.errors import Problem
    from node.lookup.names import find_network

    network, core = find_network(context.core, context.args.network), context.core
    if not any(core.ties.is_part(network, own, core.clock()) for own in core.own):
        raise Problem("not-a-member")
    return network


def add(context: Context) -> Answer:
    """Put a statement on the list of a network."""
    from node.features.statements.actions import add as put

    id = put(context.core, _network(context), said(context.args, STATEMENT.fields, *FIELDS))
    return _shown(context, id, "statements.cli.added")


def edit(context: Context) -> Answer:
    """Say it otherwise."""
    from node.features.statements.actions import edit as change
    from node.features.statements.actions import id_of

    statement = _find(context)
    fields = said(context.args, STATEMENT.fields, *FIELDS)
    changed = change(context.core, statement, fields)
    return _shown(context, id_of(statement), f"statements.cli.{'' if changed else 'un'}changed")


def remove(context: Context) -> Answer:
    """Withdraw it."""
    from node.features.statements.actions import remove as withdraw

    statement = _find(context)
    text = (statement.content or {})["text"]
    context.confirm(context.t("statements.cli.sure", text=shown(text)))
    count = withdraw(context.core, statement)
    sheet = context.sheet()
    sheet.say(context.t("erasures.cli.done", n=count))
    sheet.hint(context.t("erasures.cli.next"))
    return Answer({"erased": count}, sheet)


def answer(context: Context) -> Answer:
    """Answer it, or take the answer back."""
    from node.features.statements.actions import NONE, id_of, take_back
    from node.features.statements.actions import answer as write

    statement, args = _find(context), context.args
    if args.answer == NONE:
        take_back(context.core, context.me, statement)
        return _shown(context, id_of(statement), "statements.web.taken_back")
    write(context.core, context.me, statement, args.answer, args.sentence)
    return _shown(context, id_of(statement), "statements.cli.answered")


def compare(context: Context) -> Answer:
    """Who is alike, who differs; with a group what the two share and where they differ."""
    from node.features.statements.views import (
        comparison_view,
        groups_of,
        like_views,
        with_topics,
    )
    from node.lookup.names import find_identity

    args, sight, network = context.args, context.sight(), _network(context)
    members = set(groups_of(sight, network))
    base = find_identity(context.core, args.with_, members) if args.with_ else context.me
    sheet = context.sheet()
    likes: tuple[LikeView, ...] = ()
    two: ComparisonView | None = None
    if args.group:
        other = find_identity(context.core, args.group, members)
        two = comparison_view(sight, network, base, other)
        _show_two(sheet, two, context)
    else:
        likes = with_topics(sight, base, like_views(sight, network, base, different=args.different))
        _show_likes(sheet, likes, context)
    document = {
        "network": plain(sight.name(network)),
        "groups": [{key: plain(getattr(one, key)) for key in LIKE_KEYS} for one in likes],
        "comparison": plain(two),
    }
    return Answer(document, sheet)


# How they are shown


def _find(context: Context) -> "Statement":
    from node.features.statements.actions import find_statement

    return find_statement(context.core, context.args.statement)


def _shown(context: Context, id: str, words: str) -> Answer:
    from node.base.errors import Problem
    from node.features.statements.views import statement_view
    from protocol.ids import from_text

    network, _, name = id.partition("/")
    view = statement_view(context.sight(), from_text(network), name)
    if view is None:
        raise Problem("statement-gone")
    sheet = context.sheet()
    sheet.say(context.t(words))
    _show(sheet, view, context)
    return Answer(plain(view), sheet)


def _show(sheet: Sheet, view: "StatementView", context: Context) -> None:
    t = context.t
    sheet.heading(shown(view.text))
    if view.about:
        sheet.say(view.about)
    sheet.facts(
        [
            (t("statements.label.network"), context.called(view.network)),
            (t("statements.label.topic"), view.topic),
            (t("statements.label.mine"), _mine(view, context)),
            (t("statements.label.count"), _counts(view, context)),
            (t("common.label.short"), short(view.id)),
        ]
    )
    if view.answers:
        sheet.heading(t("statements.web.answers"))
        sheet.items(f"{context.called(one.who)}: {_said(one, context)}" for one in view.answers)


def _said(view: "StanceView | None", context: Context) -> str:
    if view is None:
        return context.t("statements.answer.none")
    word = context.t(f"statements.answer.{view.answer}")
    word = context.t("statements.answer.outdated", answer=word) if view.outdated else word
    return f"{word} – {shown(view.sentence)}" if view.sentence else word


def _mine(view: "StatementView", context: Context) -> str:
    return _said(view.mine, context)


def _counts(view: "StatementView", context: Context) -> str:
    parts = {"agree": view.agree, "partly": view.partly, "no": view.no}
    return " · ".join(
        f"{context.t(f'statements.answer.{word}')}: {number(count, context.texts)}"
        for word, count in parts.items()
        if count
    )


def _share(percent: int | None, both: int, context: Context) -> str:
    if percent is None:
        return context.t("statements.web.nothing_both")
    return context.t("statements.web.share", percent=percent, n=both)


def _show_likes(sheet: Sheet, likes: "tuple[LikeView, ...]", context: Context) -> None:
    if likes:
        titles = context.titles("statements", "group", "share", "topics")
        rows = [
            [
                context.called(one.who),
                _share(one.percent, one.both, context),
                ", ".join(map(shown, one.shared)),
            ]
            for one in likes
        ]
        sheet.table(titles, rows)
    else:
        sheet.say(context.t("statements.web.nobody"))
    sheet.hint(context.t("statements.web.how"))


def _show_two(sheet: Sheet, view: "ComparisonView", context: Context) -> None:
    t = context.t
    one, other = context.called(view.one), context.called(view.other)
    sheet.heading(t("statements.web.two", one=one, other=other))
    sheet.say(_share(view.percent, view.both, context))
    sheet.facts(
        [
            (t("statements.web.topics_both"), ", ".join(map(shown, view.shared))),
            (t("statements.web.topics_only", name=one), ", ".join(map(shown, view.only_one))),
            (t("statements.web.topics_only", name=other), ", ".join(map(shown, view.only_other))),
        ]
    )
    for topic in view.topics:
        sheet.heading(shown(topic.topic) if topic.topic else t("statements.web.no_topic"))
        for row in topic.rows:
            sheet.say(shown(row.text))
            sheet.items(_row_lines(row, one, other, context))
    sheet.hint(t("statements.web.how"))


def _row_lines(row: "RowView", one: str, other: str, context: Context) -> list[str]:
    lines = [f"{one}: {_said(row.one, context)}", f"{other}: {_said(row.other, context)}"]
    if row.relation is not None:
        lines.append(context.t(f"statements.relation.{row.relation}"))
    return lines
