"""How a page of the directory is shown in a terminal."""

from node.base import formats
from node.base.lookalikes import SHORT_ID
from node.cli.context import Context
from node.cli.sheet import Sheet
from node.features.directory.types import DirectoryPage
from node.features.groups.terminal import perhaps

OFFERED = 3
"""Entries that may be twice: of more nobody reads the hints; `group show` offers each."""


def show_page(sheet: Sheet, page: DirectoryPage, context: Context) -> None:
    """A page of the directory as a table."""
    texts, t = context.texts, context.t
    number = formats.number(page.total, texts)
    if not page.total:
        sheet.say(t("directory.cli.nothing"))
        return
    sheet.heading(
        t("directory.cli.capped", count=number)
        if page.capped
        else t("directory.cli.found", n=page.total)
    )
    titles = [
        t("common.label.name"),
        t("groups.label.form"),
        t("common.label.region"),
        t("common.label.topics"),
        t("common.label.id"),
    ]
    rows = [
        [
            one.name,
            texts(f"groups.web.form_{one.form}")
            + (t("groups.cli.also_listed") if one.listed else ""),
            one.region or "",
            ", ".join(one.topics),
            one.id if one.form == "entry" else one.id[:SHORT_ID],
        ]
        for one in page.entries
    ]
    if rows:
        sheet.table(titles, rows)
    else:
        sheet.say(t("directory.cli.past_end", pages=page.pages))
    for one in [one for one in page.entries if one.perhaps and one.form == "entry"][:OFFERED]:
        sheet.hint(t("groups.cli.perhaps", **perhaps(one)))
    if page.pages > 1:
        sheet.hint(t("directory.cli.more", page=page.page, pages=page.pages))
