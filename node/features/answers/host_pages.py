"""The organisers' page of answers: who said what, what is new, rubbish, the link; and the sheet."""

import re

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.answers import tables
from node.features.answers.links import answer_path, is_here_only, link_path, root_of
from node.features.answers.occasions import state_of
from node.features.answers.organising import (
    close,
    end_link,
    erase_now,
    look,
    make_link,
    put_back,
    strike,
)
from node.features.answers.pages import occasion_of
from node.features.answers.types import KEPT_DAYS, SAYS, Occasion
from node.features.answers.views import coming, given, summary, taken_back_since
from node.web.messages import Undo
from node.web.page import Asked, MissingError, Page
from node.web.qr import qr

PAGE = 100
"""Answers on one page."""

ROWS = 20
"""Rows of a sheet: with 9 mm each, a page of A4."""

LEAST_ROWS = 8
"""Of them blank, however many are on it already."""

_NUMBER = re.compile(r"[0-9]{1,15}")


def _own(asked: Asked) -> Occasion:
    one = occasion_of(asked)
    if not one.own:
        raise MissingError
    return one


def _me(asked: Asked) -> str:
    return asked.person.id if asked.person else ""


def list_(asked: Asked) -> Page:
    """Who comes, as it was given."""
    core, one = asked.core, _own(asked)
    rules, seen = tables.rules_of(core, one.id), tables.seen(core, one.id, _me(asked))
    found = [each for each in given(core, one, seen) if each.struck is None]
    struck = [each for each in given(core, one) if each.struck is not None]
    found.sort(key=lambda each: (not each.new, SAYS.index(each.answer), each.who.casefold()))
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(_number(asked.visit.parameters.get("page", "1")), 1), pages)
    token = asked.state.links.token(one.id) if rules.link else ""
    address = root_of(asked) + (link_path(token) if token else answer_path(one))
    back = taken_back_since(core, one.id, seen)
    values = {
        "one": one,
        "state": state_of(one, core.clock()),
        "found": found[(number - 1) * PAGE : number * PAGE],
        "count": len(found),
        "number": number,
        "pages": pages,
        "struck": struck,
        "sums": summary(core, one),
        "news": sum(1 for each in found if each.new) + len(back),
        "back": back,
        "rev": tables.next_rev(core) - 1,
        "outside": sum(1 for each in (*found, *struck) if not each.account),
        "new_outside": sum(1 for each in found if each.new and not each.account),
        "closed": rules.closed,
        "has_link": rules.link is not None,
        "address": address if token or one.is_open else "",
        "qr": qr(address) if token or one.is_open else None,
        "here_only": is_here_only(asked),
        "kept_days": KEPT_DAYS,
    }
    return Page("answers_list.html", asked.texts("answers.web.list_title"), "meetings", values)


def _number(text: object) -> int:
    return int(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else 0


def seen_(asked: Asked) -> web.StreamResponse:
    """I have seen what was on the page."""
    one = _own(asked)
    look(asked.core, one.id, _me(asked), _number(asked.posted.get("rev")))
    return asked.go(f"{one.path}/answers")


def close_(asked: Asked) -> web.StreamResponse:
    """No more answers of people without an account, or again."""
    one, closed = _own(asked), asked.posted.get("closed") == "yes"
    close(asked.core, one.id, closed=closed)
    return asked.go(
        f"{one.path}/answers", "answers.web.is_closed" if closed else "answers.web.is_open"
    )


def link_(asked: Asked) -> web.StreamResponse:
    """Another link by which the meeting is answered."""
    one = _own(asked)
    asked.state.links.keep(one.id, make_link(asked.core, one.id))
    return asked.go(f"{one.path}/answers", "answers.web.link_made")


def unlink_(asked: Asked) -> web.StreamResponse:
    """No link any more."""
    one = _own(asked)
    end_link(asked.core, one.id)
    return asked.go(f"{one.path}/answers", "answers.web.link_ended")


def strike_(asked: Asked) -> web.StreamResponse:
    """Set answers aside: those that were ticked, or all that are new."""
    one, core = _own(asked), asked.core
    path = f"{one.path}/answers"
    if asked.posted.get("all") == "new":
        seen, upto = tables.seen(core, one.id, _me(asked)), _number(asked.posted.get("rev"))
        ids = [
            each.id
            for each in tables.of_meeting(core, one.id)
            if seen < each.rev <= upto and each.person is None
        ]
    else:
        given_ = asked.posted.getall("id", []) if hasattr(asked.posted, "getall") else []
        ids = [each for each in given_ if isinstance(each, str)][:PAGE]
    count, batch = strike(core, one.id, ids)
    if not count:
        return asked.go(path, "answers.web.none_struck")
    undo = Undo(f"{path}/put-back/{batch}", "answers.web.put_back")
    return asked.go(path, "answers.web.struck", undo=undo, n=count)


def put_back_(asked: Asked) -> web.StreamResponse:
    """They count again."""
    one = _own(asked)
    path = f"{one.path}/answers"
    try:
        count = put_back(asked.core, one.id, _number(asked.match["batch"]))
    except Problem as problem:
        return asked.refused(path, problem)
    return asked.go(path, "answers.web.are_back", n=count)


def erasing(asked: Asked) -> Page:
    """What erasing the answers of people without an account does."""
    one = _own(asked)
    some = tables.of_meeting(asked.core, one.id)
    values = {
        "one": one,
        "count": sum(1 for each in some if each.person is None),
        "state": state_of(one, asked.core.clock()),
        "kept_days": KEPT_DAYS,
    }
    return Page("answers_erase.html", asked.texts("answers.web.erase_title"), "meetings", values)


def erase_(asked: Asked) -> web.StreamResponse:
    """Erase them."""
    one = _own(asked)
    count = erase_now(asked.core, one.id)
    return asked.go(f"{one.path}/answers", "answers.web.erased", n=count)


def sheet(asked: Asked) -> Page:
    """To print, and to hang where people pass by: names as each allowed, and blank rows."""
    one = _own(asked)
    some = [each for each in coming(asked.core, one.id) if each.answer == "yes"]
    named = [each for each in some if each.who]
    token = asked.state.links.token(one.id)
    path = answer_path(one) if one.is_open else link_path(token) if token else ""
    address = root_of(asked) + path if path else ""
    values = {
        "one": one,
        "named": named,
        "more": sum(each.people for each in some if not each.who),
        "groups": one.groups,
        "rows": max(LEAST_ROWS, ROWS - len(named)),
        "address": address,
        "qr": qr(address) if address else None,
        "here_only": is_here_only(asked),
        "organises": asked.has(Right.KEY),
    }
    return Page("answers_sheet.html", asked.texts("answers.web.sheet"), "meetings", values)
