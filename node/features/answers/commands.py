"""`meeting answers`."""

from typing import TYPE_CHECKING

from node.cli.context import Answer, Context, plain

if TYPE_CHECKING:
    from node.features.answers.views import Given


def answers(context: Context) -> Answer:
    """Who comes to a meeting, as its organisers see it."""
    from node.features.answers.occasions import of_meeting
    from node.features.answers.views import given, summary
    from node.features.meetings.actions import find_meeting

    core = context.core
    one = of_meeting(core, find_meeting(core, context.args.meeting))
    found, numbers = given(core, one), summary(core, one)
    sheet = context.sheet()
    sheet.heading(one.title)
    sheet.gap()
    sums = numbers.sums
    sheet.facts(
        [
            *(
                (context.t(f"answers.say.{say}"), str(getattr(sums, say)))
                for say in ("yes", "maybe", "no")
            ),
            (context.t("answers.label.groups"), str(sums.groups) if sums.groups else ""),
            (context.t("answers.label.left"), "" if numbers.left is None else str(numbers.left)),
        ]
    )
    if found:
        titles = context.titles("answers", "who", "answer", "people", "note", "contact")
        sheet.table(titles, [_row(each, context) for each in found])
    else:
        sheet.say(context.t("answers.web.none"))
    data = {
        "meeting": one.id,
        "title": one.title,
        "sums": plain(sums._asdict()),
        "capacity": numbers.capacity,
        "left": numbers.left,
        "answers": [plain(each) for each in found],
    }
    return Answer(data, sheet)


def _row(one: "Given", context: Context) -> list[str]:
    said = context.t(f"answers.say.{one.answer}")
    if one.struck is not None:
        said = context.t("answers.cli.struck", answer=said)
    elif one.moved:
        said = context.t("answers.cli.moved", answer=said)
    return [one.who, said, str(one.people), one.note.replace("\n", " "), one.contact]
