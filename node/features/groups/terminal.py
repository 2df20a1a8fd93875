"""How a group is shown in a terminal."""

from node.base import formats
from node.base.lookalikes import SHORT_ID, shown
from node.cli.context import Context
from node.cli.described import facts
from node.cli.sheet import Sheet
from node.cli.words import day
from node.features.groups.types import GroupView
from protocol.groups import GROUP

FACTS = tuple(one for one in GROUP.fields.names if one not in ("name", "purpose"))
"""What stands beside its label; those two stand above."""


def show_group(sheet: Sheet, view: GroupView, context: Context) -> None:
    """Everything about one entry."""
    texts, t = context.texts, context.t
    sheet.heading(shown(view.name))
    if view.purpose:
        sheet.say(view.purpose)
    sheet.gap()
    sheet.facts(
        [
            (t("groups.label.form"), texts(f"groups.web.form_{view.form}")),
            *facts(texts, "groups", GROUP.fields, view, *FACTS),
            (
                t("groups.label.networks"),
                formats.list_words([*map(context.called, view.networks)], texts),
            ),
            (t("common.label.seen_by"), t(f"common.seen_by.{view.audience}")),
            (t("common.label.until"), None if view.form == "entry" else day(view.expires, texts)),
            (t("common.label.id"), view.id),
            (t("groups.label.listed"), view.listed and t("groups.cli.listed", id=view.listed)),
        ]
    )
    if view.perhaps:
        sheet.hint(t("groups.cli.perhaps", **perhaps(view)))


def perhaps(view: GroupView) -> dict[str, str]:
    """What is offered for an entry that may be a group twice: row, group, and the one it is not."""
    first = view.perhaps[0]
    row, group = (view.id, first) if view.form == "entry" else (first, view.id)
    return {"name": view.name, "row": row, "group": group[:SHORT_ID], "other": first[:SHORT_ID]}
