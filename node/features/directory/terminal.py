"""How a page of the directory is shown in a terminal."""

from node.base import formats
from node.cli.context import Context
from node.cli.sheet import Sheet
from node.cli.words import SHORT_ID
from node.features.directory.types import DirectoryPage


def show_page(sheet: Sheet, page: DirectoryPage, context: Context) -> None:
    """A page of the directory as a table."""
    texts, t = context.texts, context.t
    number = formats.number(page.total, texts)
    if not page.total:
        sheet.say(t("cli.group.nothing"))
        return
    sheet.heading(
        t("cli.group.capped", count=number) if page.capped else t("cli.group.found", n=page.total)
    )
    titles = [
        t("cli.label.name"),
        t("cli.label.form"),
        t("cli.label.region"),
        t("cli.label.topics"),
        t("cli.label.id"),
    ]
    rows = [
        [
            one.name,
            texts(f"web.group.form_{one.form}"),
            one.region or "",
            ", ".join(one.topics),
            one.id if one.form == "entry" else one.id[:SHORT_ID],
        ]
        for one in page.entries
    ]
    if rows:
        sheet.table(titles, rows)
    else:
        sheet.say(t("cli.group.past_end", pages=page.pages))
    if page.pages > 1:
        sheet.hint(t("cli.group.more", page=page.page, pages=page.pages))
