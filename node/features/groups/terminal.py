"""How a group is shown in a terminal."""

from node.base import formats
from node.base.lookalikes import shown
from node.cli.context import Context
from node.cli.sheet import Sheet
from node.cli.words import day, yes_no
from node.features.groups.types import GroupView


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
            (t("common.label.orientation"), view.orientation),
            (t("common.label.topics"), formats.list_words(view.topics, texts)),
            (t("groups.label.convictions"), "\n".join(view.convictions)),
            (t("common.label.region"), view.region),
            (t("common.label.languages"), formats.languages(view.languages, texts)),
            (t("groups.label.contacts"), "\n".join(_contact(*one) for one in view.contacts)),
            (t("groups.label.takes_members"), yes_no(view.takes_members, texts)),
            (t("common.label.links"), "\n".join(view.links)),
            (
                t("groups.label.networks"),
                formats.list_words([*map(context.called, view.networks)], texts),
            ),
            (t("common.label.seen_by"), t(f"common.seen_by.{view.audience}")),
            (t("common.label.until"), None if view.form == "entry" else day(view.expires, texts)),
            (t("common.label.id"), view.id),
        ]
    )


def _contact(what: str, where: str | None) -> str:
    return f"{what}: {where}" if where else what
