"""`clock confirm`: a person says that the clock is right."""

from node.base.errors import Problem
from node.base.formats import moment
from node.cli.context import Answer, Context


def confirm_clock(context: Context) -> Answer:
    """A person says that the clock is right."""
    from node.features.clock.actions import confirm_clock as confirm

    core, t = context.core, context.t
    was = core.clock.trouble
    shown = moment(core.clock.wall(), context.texts)
    if was == "unset":
        raise Problem("clock-unset", shown=core.clock.wall())
    context.confirm(t("clock.cli.sure", shown=shown))
    again = confirm(core)
    sheet = context.sheet()
    sheet.say(t("clock.cli.done", shown=shown))
    if again:
        sheet.say(t("clock.cli.again", n=again))
    return Answer({"shown": core.clock.wall(), "trouble": was, "again": again}, sheet)
