"""A code for somebody who can't come in: one key person, or two together, read it out."""

from aiohttp import web

from node.base.errors import Problem
from node.features.roles import tables
from node.features.roles.actions import code_for, others
from node.features.roles.pages import name, who
from node.features.ways.actions import has_come_in
from node.features.ways.types import Shown
from node.web.page import Asked, OutsideError, Page


def page(asked: Asked) -> Page:
    """What it takes, and how far it is."""
    member, me = who(asked), asked.person
    begun = tables.second_of(asked.core, member.id, "readmit")
    was_in = has_come_in(asked.core, member.id)
    if not was_in:
        step = "never_in"
    elif me is None or len(others(asked.core, member.id)) < 2:
        step = "alone"
    elif begun is None:
        step = "begin"
    elif begun.second is None:
        step = "waits" if begun.by == me.id else "agree"
    else:
        step = "agreed"
    values = {
        "member": member,
        "step": step,
        "mine": me is not None and me.id == member.id,
        "by": name(asked, begun.by) if begun else "",
    }
    title = asked.texts("roles.web.code_title", who=member.name)
    return Page("letting_in.html", title, "members", values)


def make(asked: Asked) -> Page | web.StreamResponse:
    """Begin, agree, or have the code shown: on the page that answers, and nowhere else."""
    if asked.visit.actor is not None:
        raise OutsideError
    member = who(asked)
    path = f"/members/{member.id}/code"
    try:
        found = code_for(asked.core, asked.person, member.id)
    except Problem as problem:
        return asked.refused(path, problem)
    if not isinstance(found, Shown):
        return asked.go(path, f"roles.web.code_{found}", who=member.name)
    title = asked.texts("roles.web.code_is", who=member.name)
    return Page("letting_in_code.html", title, "members", {"code": found.text, "member": member})
