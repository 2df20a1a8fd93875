"""Members as a file: a spreadsheet (.xlsx), CSV, or an address book (.vcf).

Rules: all cells of a spreadsheet are text, so that postcodes keep their noughts and nothing is ever
computed, also after somebody edits a cell; CSV has a byte order mark, `;` between cells, and an
apostrophe before what would be taken for a formula (`cells`), which our import takes away again.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from node.base.turns import breathing
from node.features.members.cells import guarded
from node.features.members.sheet import cells, columns
from node.features.members.types import Field, Member
from node.texts import Texts

FORMS = ("xlsx", "csv", "vcf")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "vcf": "text/vcard; charset=utf-8",
}
"""What each is called on the web."""


def write(form: str, some: Sequence[Member], fields: Sequence[Field], texts: Texts) -> bytes:
    """The file with these people, one of `FORMS`. Takes seconds for 10,000."""
    return WRITERS[form](some, fields, texts)


def _rows(
    some: Iterable[Member], fields: Sequence[Field], texts: Texts
) -> tuple[list[str], Iterable[list[str]]]:
    wanted = columns(fields, texts)
    return [one.heading for one in wanted], (cells(one, wanted, texts) for one in breathing(some))


def write_csv(some: Sequence[Member], fields: Sequence[Field], texts: Texts) -> bytes:
    """A row for each person."""
    headings, rows = _rows(some, fields, texts)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in (headings, *rows):
        writer.writerow(map(guarded, row))
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(some: Sequence[Member], fields: Sequence[Field], texts: Texts) -> bytes:
    """The same as a spreadsheet: the format of each cell is text."""
    from openpyxl import Workbook  # only where a file is written: 12 MiB
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    headings, rows = _rows(some, fields, texts)
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(texts("members.export.sheet"))
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)

    def cell(text: str) -> Any:
        made = WriteOnlyCell(sheet, value=_without_controls(text))
        made.data_type = "s"  # not "f", whatever it begins with
        made.number_format = "@"
        return made

    first = [cell(one) for one in headings]
    for one in first:
        one.font = bold
    sheet.append(first)
    for row in rows:
        sheet.append([cell(one) if one else None for one in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _without_controls(text: str) -> str:
    """The format has no room for control characters; nothing of ours has any."""
    return "".join(one for one in text if one >= " " or one in "\t\n")


def write_vcards(some: Sequence[Member], _fields: Sequence[Field], _texts: Texts) -> bytes:
    """A card for each person: names, mails, phones, address, notes."""
    from vobject import vCard
    from vobject.vcard import Address, Name

    def card(one: Member) -> str:
        made = vCard()
        made.add("fn").value = one.name
        given, family = one.first("given"), one.first("family")
        made.add("n").value = Name(family=family, given=given if given or family else one.name)
        made.add("uid").value = one.id
        for mail in one.values.get("mail", ()):
            made.add("email").value = mail
        for phone in one.values.get("phone", ()):
            made.add("tel").value = phone
        place = [one.first(key) for key in ("street", "town", "postcode", "country")]
        if any(place):
            street, town, code, country = place
            made.add("adr").value = Address(street=street, city=town, code=code, country=country)
        if one.first("notes"):
            made.add("note").value = one.first("notes")
        text: str = made.serialize()
        return text

    return "".join(map(card, breathing(some))).encode()


WRITERS: dict[str, Callable[[Sequence[Member], Sequence[Field], Texts], bytes]] = {
    "xlsx": write_xlsx,
    "csv": write_csv,
    "vcf": write_vcards,
}
