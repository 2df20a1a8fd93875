"""`exchange offer|want|list|show|take|end`."""

from typing import TYPE_CHECKING

from node.base.formats import number
from node.base.lookalikes import short
from node.cli import when, words
from node.cli.context import Answer, Context, plain
from node.cli.described import facts, said
from node.cli.sheet import Sheet
from protocol.exchange import OFFER

if TYPE_CHECKING:
    from node.features.exchange.actions import TakeView, ThingView
    from protocol.kind import Statement


def offer(context: Context) -> Answer:
    """Offer something."""
    return _publish(context, "offer")


def want(context: Context) -> Answer:
    """Look for something."""
    return _publish(context, "want")


def _publish(context: Context, kind: str) -> Answer:
    from node.features.exchange.actions import audience_of, last_moment, publish

    core, args = context.core, context.args
    audience = audience_of(core, context.me, args.to)
    fields = said(args, OFFER.fields, *OFFER.fields.names)
    day = None if args.until is None else when.day(context, args.until)
    until = last_moment(core.clock(), day, when.known_zone(context))
    id_ = publish(core, context.me, kind, audience, fields, until)
    view = _view(context, id_)
    sheet = context.sheet()
    sheet.say(context.t(f"exchange.cli.said_{view.audience}", names=_names(view, context)))
    _show(sheet, view, context)
    sheet.hint(context.t("exchange.cli.watch", name=short(view.id)))
    return Answer(plain(view), sheet)


def _view(context: Context, id_: str) -> "ThingView":
    from node.base.errors import Problem
    from node.features.exchange.actions import thing_by_id

    found = thing_by_id(context.sight(), id_)
    if found is None:
        raise Problem("no-such-offer", text=id_)
    return found


def _find(context: Context) -> "Statement":
    from node.features.exchange.actions import find_thing

    return find_thing(context.core, context.args.thing)


def list_(context: Context) -> Answer:
    """What is offered and looked for."""
    from node.features.exchange.actions import Filters, thing_views
    from node.lookup.names import find_network

    args = context.args
    filters = Filters(
        kind=None if args.offers == args.wants else "offer" if args.offers else "want",
        words=args.search or "",
        place=args.place or "",
        network=find_network(context.core, args.network) if args.network else None,
        mine=args.mine,
    )
    views = thing_views(context.sight(), filters)
    sheet = context.sheet()
    if views:
        titles = context.titles("exchange", "short", "kind", "title", "amount", "author", "until")
        sheet.table(titles, [_row(one, context) for one in views])
    else:
        sheet.say(
            context.t("exchange.web.none" if filters == Filters() else "exchange.web.nothing")
        )
    return Answer({"things": plain(views)}, sheet)


def _row(view: "ThingView", context: Context) -> list[str]:
    return [
        short(view.id),
        context.t(f"exchange.web.{view.kind}"),
        view.title,
        _amount(view.amount, view.unit, context),
        context.called(view.author),
        words.day(view.until, context.texts),
    ]


def show(context: Context) -> Answer:
    """One of them, with who takes one's own."""
    from node.features.exchange.actions import id_of

    view = _view(context, id_of(_find(context)))
    sheet = context.sheet()
    _show(sheet, view, context)
    if not view.own and not view.taken:
        sheet.hint(context.t(f"exchange.cli.take_{view.kind}", name=short(view.id)))
    return Answer(plain(view), sheet)


def take(context: Context) -> Answer:
    """Say that one's group takes it, or gives what is looked for."""
    from node.features.exchange.actions import id_of
    from node.features.exchange.actions import take as send

    thing, args = _find(context), context.args
    send(context.core, context.me, thing, args.amount, args.note)
    view = _view(context, id_of(thing))
    sheet = context.sheet()
    who = context.called(view.author)
    sheet.say(context.t(f"exchange.cli.taken_{view.kind}", title=view.title, who=who))
    sheet.hint(context.t("exchange.cli.back", name=short(view.id)))
    return Answer(plain(view), sheet)


def end(context: Context) -> Answer:
    """End one's own, or take back that one took it."""
    from node.features.exchange.actions import end as erase

    thing = _find(context)
    what = "end" if thing.author == context.me else "back"
    context.confirm(context.t(f"exchange.cli.sure_{what}", title=(thing.content or {})["title"]))
    count = erase(context.core, context.me, thing)
    sheet = context.sheet()
    sheet.say(context.t("erasures.cli.done", n=count))
    sheet.hint(context.t("erasures.cli.next"))
    return Answer({"erased": count}, sheet)


# How a thing is shown


def _show(sheet: Sheet, view: "ThingView", context: Context) -> None:
    t = context.t
    sheet.heading(f"{t(f'exchange.web.{view.kind}')}: {view.title}")
    if view.text:
        sheet.say(view.text)
    sheet.gap()
    seen_by = _names(view, context) or t(f"common.seen_by.{view.audience}")
    taken = _take(view.taken, view.unit, context) if view.taken else None
    sheet.facts(
        [
            (t("exchange.label.amount"), _amount(view.amount, view.unit, context)),
            *facts(context.texts, "exchange", OFFER.fields, view, "place"),
            (t("exchange.label.author"), context.called(view.author)),
            (t("exchange.label.until"), words.day(view.until, context.texts)),
            (t("common.label.seen_by"), seen_by),
            (t("exchange.label.taken"), taken),
            (t("common.label.short"), short(view.id)),
        ]
    )
    if view.own:
        sheet.heading(t("exchange.web.takes"))
        sheet.items(
            f"{context.called(one.who)}: {_take(one, view.unit, context)}" for one in view.takes
        )
        if not view.takes:
            sheet.say(t("exchange.web.no_takes"))


def _take(view: "TakeView", unit: str | None, context: Context) -> str:
    parts = [
        _amount(view.amount, unit, context) or context.t("exchange.web.all"),
        view.note,
        context.t("exchange.web.outdated") if view.outdated else None,
    ]
    return " · ".join(one for one in parts if one)


def _amount(amount: int | None, unit: str | None, context: Context) -> str:
    return " ".join((number(amount, context.texts), unit or "")).strip() if amount else ""


def _names(view: "ThingView", context: Context) -> str:
    return ", ".join(map(context.called, view.seen_by))
