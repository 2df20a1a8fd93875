"""`members list|show|merge|undo|export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from node.base.errors import Problem
from node.base.files import File, assert_free, written
from node.base.turns import away
from node.cli import terminal
from node.cli.context import Answer, Context, plain
from node.cli.sheet import Sheet

if TYPE_CHECKING:
    from node.features.members.listing.tables import Query
    from node.features.members.types import Member

ORDERS = {"name": "name", "since": "since", "newest": "-since"}


def _query(context: Context, text: str = "", order: str = "name", usual: str = "member") -> "Query":
    from node.features.members.changes.tables import settle
    from node.features.members.listing.tables import Query
    from node.people.persons import Standing

    settle(context.core)
    said = context.args.standing or usual
    standing = None if said == "all" else Standing(said)
    return Query(text, standing, order=ORDERS[order], everything=True)


def list_(context: Context) -> Answer:
    """Members, or those whom a text finds."""
    from node.features.members.listing.tables import every
    from node.features.members.tables import members
    from node.features.members.views import member_view

    args, texts = context.args, context.texts
    query = _query(context, args.text or "", args.sort or "name")
    found = members(context.core).some(every(context.core, query))
    sheet = context.sheet()
    if found:
        titles = [texts(f"members.field.{one}") for one in ("name", "since", "mail", "phone")]
        sheet.table(
            titles,
            [[one.name, one.since, one.first("mail"), one.first("phone")] for one in found],
        )
        sheet.hint(context.t("members.cli.count", n=len(found)))
    else:
        key = "none_found" if args.text else "none"
        sheet.say(context.t(f"members.cli.{key}"))
    views = [plain(member_view(one)) for one in found]
    return Answer({"count": len(views), "members": views}, sheet)


def show(context: Context) -> Answer:
    """Everything about one person."""
    from node.features.members.finding import find_member

    sheet = context.sheet()
    return Answer(_shown(context, find_member(context.core, context.args.person), sheet), sheet)


def _shown(context: Context, member: "Member", sheet: Sheet) -> dict[str, Any]:
    from node.features.members.sheet import label
    from node.features.members.tables import members
    from node.features.members.views import member_view

    texts = context.texts
    fields = members(context.core).fields()
    roles = [
        texts(f"members.role.{one}") for one in ("key_person", "treasurer") if getattr(member, one)
    ]
    sheet.heading(member.name)
    sheet.gap()
    sheet.facts(
        [
            *((label(one, texts), ", ".join(member.values.get(one.key, ()))) for one in fields),
            (texts("members.field.standing"), texts(f"members.standing.{member.standing.value}")),
            (
                texts("members.label.roles"),
                ", ".join(roles),
            ),
            (texts("common.label.id"), member.id),
        ]
    )
    if member.memberships:
        sheet.gap()
        sheet.table(
            [texts(f"members.field.{one}") for one in ("since", "notice", "until", "reason")],
            [[one.since, one.notice, one.until, one.reason] for one in member.memberships],
        )
    found: dict[str, Any] = plain(member_view(member))
    return found


def merge_(context: Context) -> Answer:
    """Make one of two entries."""
    from node.features.members.columns import named
    from node.features.members.finding import find_member
    from node.features.members.merging import OTHER, merge
    from node.features.members.tables import members

    core, args, texts = context.core, context.args, context.texts
    kept, gone = find_member(core, args.kept), find_member(core, args.gone)
    chosen: dict[str, str] = {}
    for said in args.take or ():
        column = named(members(core).fields(), said)
        if column is None:
            raise Problem("member-no-column", name=said)
        chosen[column.key] = OTHER
    batch = merge(core, kept.id, gone.id, texts, chosen=chosen)
    now = members(core).get(kept.id)
    assert now is not None  # noqa: S101 - it was just made
    sheet = context.sheet()
    sheet.say(context.t("members.cli.merged", kept=now.name, gone=gone.name))
    document = _shown(context, now, sheet)
    sheet.hint(context.t("members.cli.undo", batch=batch))
    return Answer({**document, "undo": batch}, sheet)


def undo_(context: Context) -> Answer:
    """Undo what was done together."""
    from node.features.members.tables import members
    from node.features.members.undoing import undo_any
    from node.people.persons import persons

    core = context.core
    done = undo_any(core, context.args.change)
    sheet = context.sheet()
    sheet.say(context.t("members.cli.undone", n=len(done.back) + len(done.gone)))
    if done.stays:
        sheet.heading(context.t("members.cli.stays"))
        names = {one.id: one.name for one in persons(core).all()}
        fields = members(core).fields()
        sheet.items(
            f"{names.get(id, context.t('members.web.gone'))}: {part_name(part, fields, context)}"
            for id, part in done.stays
        )
    stays = [{"id": id, "part": part} for id, part in done.stays]
    return Answer({"gone": done.gone, "back": done.back, "stays": stays}, sheet)


def part_name(part: str, fields: Any, context: Context) -> str:
    """What people call a part of a person."""
    from node.features.members.sheet import label_of_part

    return label_of_part(part, fields, context.texts)


def export(context: Context) -> Answer:
    """Write members to a file."""
    from node.features.members.export import write
    from node.features.members.listing.tables import every
    from node.features.members.tables import members

    args = context.args
    path = terminal.file(args.file)
    form = args.format or Path(args.file).suffix.lower().removeprefix(".")
    if form not in ("xlsx", "csv", "vcf"):
        raise Problem("members-format", file=args.file)
    assert_free(path, args.replace)
    found = members(context.core).some(every(context.core, _query(context, usual="all")))
    fields = members(context.core).fields()
    with away():
        data = write(form, found, fields, context.texts)
    _write(path, data)
    sheet = context.sheet()
    sheet.say(context.t("members.cli.exported", n=len(found), file=args.file))
    sheet.hint(context.t("members.cli.exported_care"))
    if form == "csv":
        sheet.hint(context.t("members.cli.apostrophe"))
    return Answer({"file": args.file, "format": form, "members": len(found)}, sheet)


def _write(path: File, data: bytes) -> None:
    try:
        with written(path) as out:
            out.write(data)
    except OSError as error:
        raise Problem("file-unwritable", file=path, why=error.strerror) from error
