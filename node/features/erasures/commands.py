"""`erasures`, `group erase`, `meeting erase`: what was erased, and who confirmed it."""

from node.cli import words
from node.cli.context import Answer, Context, plain
from node.cli.sheet import Sheet
from node.features.erasures.types import ErasureView
from node.lookup.types import Name


def list_(context: Context) -> Answer:
    """Who confirmed what, and who did not yet."""
    from node.features.erasures.views import erasure_views
    from node.upkeep.backups import KEPT_DAYS

    views = erasure_views(context.sight())
    sheet = context.sheet()
    for one in views:
        _show(sheet, one, context)
    if views:
        sheet.gap()
        sheet.say(context.texts("erasures.web.honest", days=KEPT_DAYS))
    else:
        sheet.say(context.texts("erasures.web.none"))
    return Answer({"erasures": plain(views)}, sheet)


def _show(sheet: Sheet, view: ErasureView, context: Context) -> None:
    t, texts = context.texts, context.texts
    day = words.day(view.erased, texts)
    sheet.heading(t.anywhere("erased", view.kind, day=day))
    confirmed = [
        t("erasures.web.on", who=context.called(one.who), day=words.day(one.at, texts))
        for one in view.confirmed
    ]
    open_ = view.missing or view.missing_carriers
    until = t(
        "erasures.web.over" if view.over else "erasures.web.until", day=words.day(view.until, texts)
    )
    done = (
        t("erasures.cli.nobody_missing") if view.confirmed and not (open_ or view.untied) else None
    )
    asked = open_ or view.untied
    nobody = t("erasures.web.nobody" if asked else "erasures.web.nobody_asked")
    sheet.facts(
        [
            (t("erasures.web.confirmed"), "\n".join(confirmed) or nobody),
            (t("erasures.web.missing"), _names(view.missing, context) or done),
            (t("erasures.web.carriers"), _names(view.missing_carriers, context)),
            (t("erasures.web.untied"), _names(view.untied, context)),
            (t("erasures.web.retried"), until if open_ or view.over else None),
            (t("erasures.web.here"), t(f"erasures.web.{'wiped' if view.wiped else 'unwiped'}")),
            (t("erasures.web.backups"), _backups(view, context)),
        ]
    )


def _names(some: tuple[Name, ...], context: Context) -> str | None:
    return ", ".join(map(context.called, some)) or None


def _backups(view: ErasureView, context: Context) -> str:
    if view.backups_until is None:
        return context.texts("erasures.web.backups_none")
    day = words.day(view.backups_until, context.texts)
    return context.texts("erasures.web.backups_until", day=day)


def group(context: Context) -> Answer:
    """Erase one's own entry, with its contact points."""
    from node.base.errors import Problem
    from node.features.erasures.actions import entries, erase_group

    core, own = context.core, context.me
    if not entries(core, own):
        raise Problem("nothing-to-erase")
    context.confirm(context.t("erasures.cli.sure_group"))
    return _done(context, erase_group(core, own))


def meeting(context: Context) -> Answer:
    """Erase one's own meeting with its invitations, or one's own reply."""
    from node.features.erasures.actions import erase_meeting
    from node.features.meetings.actions import find_meeting

    core, own = context.core, context.me
    found = find_meeting(core, context.args.meeting)
    what = "meeting" if found.host == own else "reply"
    context.confirm(context.t(f"erasures.cli.sure_{what}", title=found.content["title"]))
    return _done(context, erase_meeting(core, own, found))


def _done(context: Context, count: int) -> Answer:
    from node.upkeep.backups import KEPT_DAYS

    sheet = context.sheet()
    sheet.say(context.t("erasures.cli.done", n=count))
    sheet.say(context.t("erasures.cli.backups", days=KEPT_DAYS))
    sheet.hint(context.t("erasures.cli.next"))
    return Answer({"erased": count}, sheet)
