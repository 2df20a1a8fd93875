"""`settings`, `settings set`."""

from node.base.lookalikes import shown
from node.cli import words
from node.cli.context import Answer, Context
from node.features.rules.feature import ACTS, HOW_MANY


def show(context: Context) -> Answer:
    """How many key persons each act needs, and what waits."""
    from node.features.rules.actions import missing, needed, waiting
    from node.features.rules.wording import act_words, told
    from node.people.persons import persons

    core, t = context.core, context.t
    acts = {act: needed(core, act) for act in ACTS}
    open_ = waiting(core)
    sheet = context.sheet()
    sheet.table(
        [t("rules.label.act"), t("rules.label.needed")],
        [[t(f"rules.act.{act}"), t(f"rules.web.{HOW_MANY[n - 1]}")] for act, n in acts.items()],
    )
    if open_:
        sheet.heading(t("rules.web.waiting"))
        for one in open_:
            who = persons(core).get(one.begun_by) if one.begun_by else None
            by = shown(who.name) if who else t("rules.web.machine")
            day = words.day(one.until, context.texts)
            sheet.say(t("rules.cli.waits", act=act_words(one, context.texts), by=by, day=day))
            sheet.items(told(one, context.texts))
    document = {
        "acts": acts,
        "requests": [
            {
                "id": one.id,
                "act": one.act,
                "begun_by": one.begun_by,
                "at": one.at,
                "until": one.until,
                "missing": missing(core, one),
            }
            for one in open_
        ],
    }
    return Answer(document, sheet)


def set_(context: Context) -> Answer:
    """Let an act need one key person or two."""
    from node.features.rules.actions import needed, set_needed

    act, wanted = context.args.act, HOW_MANY.index(context.args.people) + 1
    outcome = set_needed(context.core, None, act, wanted)
    waits = outcome is not None and not outcome.done
    sheet = context.sheet()
    sheet.say(context.t("rules.web.waits" if waits else "rules.web.changed"))
    now = needed(context.core, act)
    return Answer({"act": act, "needed": now, "waiting": waits}, sheet)
