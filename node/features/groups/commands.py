"""`group show|edit|list|search`: one's own entry, and the directory."""

from typing import Any

from node.cli import when
from node.cli.context import Answer, Context, plain
from node.cli.described import said
from node.cli.parser import UsageError
from node.features.groups.terminal import show_group
from node.features.groups.types import GroupView
from protocol.groups import GROUP


def show(context: Context) -> Answer:
    """An entry of the directory: one's own unless another one is named."""
    view = _noted(context, _find(context, context.args.group))
    sheet = context.sheet()
    show_group(sheet, view, context)
    return Answer(plain(view), sheet)


def _noted(context: Context, view: GroupView) -> GroupView:
    from node.features.groups.listed_twice import listed_twice, noted

    (found,) = noted([view], listed_twice(context.sight()))
    return found


def same(context: Context) -> Answer:
    """Say whether an entry of one's own list is a group that has a machine of its own."""
    from node.base.errors import Problem
    from node.features.groups.listed_twice import say
    from node.features.groups.own_list import row_of
    from node.lookup.names import find_identity

    core, args = context.core, context.args
    row = row_of(core, args.entry)
    identity = find_identity(core, args.group)
    view = entry_by_id(context, identity)
    if view is None:
        raise Problem("no-entry", who=context.called(context.name(identity)))
    say(core, row, identity, same=not args.different)
    sheet = context.sheet()
    key = "different" if args.different else "same"
    sheet.say(context.t(f"groups.cli.{key}", name=view.name))
    view = _noted(context, view)
    show_group(sheet, view, context)
    return Answer(plain(view), sheet)


def entry_by_id(context: Context, identity: bytes) -> GroupView | None:
    """The entry of an identity."""
    from node.features.groups.views import entry_of

    return entry_of(context.sight(), identity)


def _find(context: Context, text: str | None) -> GroupView:
    from node.base.errors import Problem
    from node.features.groups.own_list import find_entry, find_listed, near_listed
    from node.features.groups.views import entry_of
    from node.lookup.names import find_identity

    if text is None:
        identity = context.me
    else:
        entry = find_entry(context.core, text)
        if entry is not None:
            return entry
        try:
            identity = find_identity(context.core, text)
        except Problem as problem:
            if problem.code != "nobody-found":
                raise
            listed = find_listed(context.core, text)
            if listed is not None:
                return listed
            meant = near_listed(context.core, text, problem.values.get("near", []))
            raise Problem("nobody-found", text=text, near=meant) from problem
    found = entry_of(context.sight(), identity)
    if found is None and identity == context.me:
        raise Problem("no-own-entry")
    if found is None:
        raise Problem("no-entry", who=context.called(context.name(identity)))
    return found


def edit(context: Context) -> Answer:
    """Change one's own entry."""
    from node.base.errors import Problem
    from node.features.groups.actions import current_entry, edit_group

    changes = entry_fields(context)
    if not changes and not context.args.zone:
        raise UsageError(context.t("cli.usage.nothing_to_change"), "verbund group edit --help")
    if context.args.zone:
        when.keep_zone(context, when.zone(context, context.args.zone))
    if "name" not in changes and current_entry(context.core, context.me) is None:
        raise Problem("no-own-entry")  # it was erased, and its name with it
    if changes:
        edit_group(context.core, context.me, changes)
    view = _find(context, None)
    sheet = context.sheet()
    sheet.say(context.t("groups.cli.saved"))
    show_group(sheet, view, context)
    return Answer(plain(view), sheet)


def entry_fields(context: Context) -> dict[str, Any]:
    """What was said of the group, under the names that entries have."""
    return said(context.args, GROUP.fields, *GROUP.fields.names)
