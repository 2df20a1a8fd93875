"""How a group is shown in a terminal."""

from node.base.lookalikes import shown
from node.cli.context import Context
from node.cli.sheet import Sheet
from node.cli.words import day, languages, list_of, yes_no
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
            (t("cli.label.form"), texts(f"web.group.form_{view.form}")),
            (t("cli.label.orientation"), view.orientation),
            (t("cli.label.topics"), list_of(view.topics, texts)),
            (t("cli.label.convictions"), "\n".join(view.convictions)),
            (t("cli.label.region"), view.region),
            (t("cli.label.languages"), languages(view.languages, texts)),
            (t("cli.label.contacts"), "\n".join(_contact(*one) for one in view.contacts)),
            (t("cli.label.takes_members"), yes_no(view.takes_members, texts)),
            (t("cli.label.links"), "\n".join(view.links)),
            (t("cli.label.networks"), list_of(tuple(map(context.called, view.networks)), texts)),
            (t("cli.label.seen_by"), t(f"cli.seen_by.{view.audience}")),
            (t("cli.label.until"), None if view.form == "entry" else day(view.expires, texts)),
            (t("cli.label.id"), view.id),
        ]
    )


def _contact(what: str, where: str | None) -> str:
    return f"{what}: {where}" if where else what
