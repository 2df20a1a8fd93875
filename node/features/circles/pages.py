"""Circles, their boards, their files. Who may not read one hears the same as if nothing were there.

Who came by the machine's link is no person: they read open circles, and have no part in any.
"""

from aiohttp import web

from node.base.errors import Problem
from node.features.circles.actions import (
    allowed,
    change,
    make,
    rewrite,
    take_away,
    write,
)
from node.features.circles.bringing import bring, disposition
from node.features.circles.limits import (
    FILE_BYTES,
    NAME_CHARACTERS,
    PER_PAGE,
    PURPOSE_CHARACTERS,
    TEXT_CHARACTERS,
)
from node.features.circles.rights import Act
from node.features.circles.tables import Circle, Post, board, circles, files
from node.features.circles.views import (
    Called,
    CircleView,
    PostView,
    calling,
    circle_view,
    circle_views,
    page_of,
    post_view,
    replies_to,
)
from node.web.forms import Choice, Field, Filled, Form, Kind, Wrong
from node.web.headers import make_safe
from node.web.page import Asked, MissingError, Page

DIGITS = 4
"""Of the number of a page."""

_YES_NO = (Choice("yes", "circles.web.open_yes"), Choice("no", "circles.web.open_no"))
_JOINS = (Choice("yes", "circles.web.joins_yes"), Choice("no", "circles.web.joins_no"))

CIRCLE = Form(
    "circle",
    Field("name", Kind.TEXT, "circles.label.name", "circles.hint.name", longest=NAME_CHARACTERS),
    Field("purpose", Kind.LONG, "circles.label.purpose", optional=True, longest=PURPOSE_CHARACTERS),
    Field("open", Kind.CHOICE, "circles.label.open", choices=_YES_NO),
    Field("joins", Kind.CHOICE, "circles.label.joins", choices=_JOINS),
    edits=True,
)
POST = Form(
    "post",
    Field("text", Kind.LONG, "circles.label.text", longest=TEXT_CHARACTERS),
    Field("file", Kind.FILE, "circles.label.file", "circles.hint.file", True, FILE_BYTES),
)
WORDS = Form(
    "words", Field("text", Kind.LONG, "circles.label.text", longest=TEXT_CHARACTERS), edits=True
)


# What all pages of a circle begin with


def me(asked: Asked) -> str:
    """The id of who is signed in; for who is nobody nothing is there."""
    if asked.person is None:
        raise MissingError
    return asked.person.id


def who(asked: Asked) -> str | None:
    """The id of who looks, if they are somebody."""
    return asked.person.id if asked.person else None


def names(asked: Asked) -> Called:
    """How people are called on this page."""
    return calling(asked.core, asked.texts("circles.web.gone"))


def circle_of(asked: Asked) -> Circle:
    """The circle of the address; `MissingError` if there is none."""
    found = circles(asked.core).get(asked.match["circle"])
    if found is None:
        raise MissingError
    return found


def seen(asked: Asked, act: Act = Act.READ) -> CircleView:
    """The circle in which this person may do that; `MissingError` if not."""
    circle = circle_of(asked)
    if not allowed(asked.core, who(asked), circle, act):
        raise MissingError
    return circle_view(asked.core, circle, who(asked), names(asked))


def told(asked: Asked, path: str, problem: Problem) -> web.Response:
    """Go on to a page that says why it was not done."""
    return asked.go(path, asked.error_key("circles", problem.code), **problem.values)


def refused(asked: Asked, form: Filled, problem: Problem, field: str = "") -> Filled:
    """The form again, with what stood in the way."""
    form.errors.setdefault(field, Wrong(asked.error_key("circles", problem.code), problem.values))
    return form


# The list, and making one


def list_(asked: Asked) -> Page:
    """All circles."""
    views = circle_views(asked.core, who(asked), names(asked))
    values = {"circles": views, "person": asked.person is not None}
    return Page("circles.html", asked.texts("circles.web.title"), "circles", values)


def new(asked: Asked) -> Page | web.Response:
    """What a new one is to be."""
    if asked.person is None:
        return asked.go("/circles", "circles.web.keeper")
    return _form_page(asked, asked.show(CIRCLE, open="yes", joins="yes"), None)


async def make_(asked: Asked) -> Page | web.Response:
    """Make it."""
    form = await asked.read(CIRCLE)
    if form.ok:
        try:
            id_ = make(
                asked.core,
                me(asked),
                form["name"],
                form["purpose"],
                is_open=form["open"] == "yes",
                joins=form["joins"] == "yes",
            )
            return asked.go(f"/circles/{id_}", "circles.web.made", name=form["name"])
        except Problem as problem:
            refused(asked, form, problem, "name")
    return _form_page(asked, form, None)


def change_form(asked: Asked) -> Page:
    """What it is, to be changed by who holds it."""
    one = seen(asked, Act.HOLD)
    return _form_page(asked, asked.show(CIRCLE, **_stands(one)), one)


async def change_(asked: Asked) -> Page | web.Response:
    """Change it."""
    one = seen(asked, Act.HOLD)
    form = await asked.read(CIRCLE, **_stands(one))
    if form.ok:
        try:
            change(
                asked.core,
                me(asked),
                one.id,
                form["name"],
                form["purpose"],
                is_open=form["open"] == "yes",
                joins=form["joins"] == "yes",
            )
            return asked.go(f"/circles/{one.id}", "circles.web.changed")
        except Problem as problem:
            refused(asked, form, problem, "name")
    return _form_page(asked, form, one)


def _stands(one: CircleView) -> dict[str, str]:
    return {
        "name": one.name,
        "purpose": one.purpose or "",
        "open": "yes" if one.open else "no",
        "joins": "yes" if one.joins else "no",
    }


def _form_page(asked: Asked, form: Filled, one: CircleView | None) -> Page:
    title = asked.texts("circles.web.change" if one else "circles.web.new")
    return asked.form_page("circle_form.html", title, form, "circles", circle=one)


# The board


def board_(asked: Asked) -> Page:
    """The board of a circle; of a closed one whom to ask."""
    circle = circle_of(asked)
    one = circle_view(asked.core, circle, who(asked), names(asked))
    return _board(asked, one, asked.show(POST))


def page_number(asked: Asked, count: int, per_page: int) -> tuple[int, int]:
    """Which page an address asks for, and how many there are."""
    wanted = asked.visit.parameters.get("page", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= DIGITS else 1
    pages = max(1, -(-count // per_page))
    return min(max(number, 1), pages), pages


def _board(asked: Asked, one: CircleView, form: Filled) -> Page:
    number, pages = page_number(asked, board(asked.core).count(one.id), PER_PAGE)
    posts: tuple[PostView, ...] = ()
    if "read" in one.may:
        posts = page_of(asked.core, one, who(asked), names(asked), number)
    values = {
        "circle": one,
        "posts": posts,
        "pages": pages,
        "number": number,
        "person": asked.person is not None,
    }
    return asked.form_page("circle.html", one.name, form, "circles", **values)


async def write_(asked: Asked) -> Page | web.Response:
    """Put something on the board, with a file or without."""
    try:
        one = seen(asked, Act.WRITE)
        form = await asked.read(POST)
        done = await _write(asked, one, form, None) if form.ok else None
    finally:
        asked.close_files()
    return done or _board(asked, one, form)


def post_(asked: Asked) -> Page:
    """One post with its replies."""
    one = seen(asked)
    return _post(asked, one, _there(asked, one), asked.show(POST))


def _post(asked: Asked, one: CircleView, post: Post, form: Filled) -> Page:
    core, called = asked.core, names(asked)
    values = {
        "circle": one,
        "post": post_view(core, post, one, who(asked), called),
        "replies": replies_to(core, post, one, who(asked), called),
        "is_reply": post.replies_to,
    }
    return asked.form_page("circle_post.html", one.name, form, "circles", **values)


async def reply_(asked: Asked) -> Page | web.Response:
    """Answer a post."""
    try:
        one = seen(asked, Act.WRITE)
        post = _there(asked, one)
        form = await asked.read(POST)
        done = await _write(asked, one, form, post) if form.ok else None
    finally:
        asked.close_files()
    return done or _post(asked, one, post, form)


async def _write(
    asked: Asked, one: CircleView, form: Filled, above: Post | None
) -> web.Response | None:
    """Write it; None, with the reason in the form, if that could not be."""
    core, person, file = asked.core, me(asked), form["file"]
    try:
        post = write(core, person, one.id, form["text"], above.id if above else None)
    except Problem as problem:
        refused(asked, form, problem, "text")
        return None
    path = f"/circles/{one.id}/posts/{above.id if above else post}"
    if file is None:
        return asked.go(path, "circles.web.written")
    try:
        await bring(core, person, one.id, post, file.name, file.file)
    except Problem as problem:
        return told(asked, path, problem)
    return asked.go(path, "circles.web.written")


def rewrite_form(asked: Asked) -> Page:
    """One's own words, to be changed."""
    one = seen(asked, Act.WRITE)
    post = _own(asked, one)
    return _words(asked, one, post, asked.show(WORDS, text=post.text))


async def rewrite_(asked: Asked) -> Page | web.Response:
    """Change one's own words."""
    one = seen(asked, Act.WRITE)
    post = _own(asked, one)
    form = await asked.read(WORDS, text=post.text)
    if form.ok:
        try:
            rewrite(asked.core, me(asked), one.id, post.id, form["text"])
            return asked.go(_thread(one, post), "circles.web.changed")
        except Problem as problem:
            refused(asked, form, problem, "text")
    return _words(asked, one, post, form)


def _words(asked: Asked, one: CircleView, post: Post, form: Filled) -> Page:
    title = asked.texts("circles.web.rewrite")
    values = {"circle": one, "path": f"/circles/{one.id}/posts/{post.id}/change"}
    return asked.form_page("circle_words.html", title, form, "circles", **values)


def erase_form(asked: Asked) -> Page:
    """What taking it away does."""
    one = seen(asked)
    post = _there(asked, one)
    view = post_view(asked.core, post, one, who(asked), names(asked))
    if not view.may_erase:
        raise MissingError
    title = asked.texts("circles.web.erase")
    return Page("circle_erase.html", title, "circles", {"circle": one, "post": view})


def erase_(asked: Asked) -> web.Response:
    """Take it away."""
    one = seen(asked)
    post = _there(asked, one)
    try:
        take_away(asked.core, me(asked), one.id, post.id)
    except Problem as problem:
        return told(asked, _thread(one, post), problem)
    above = f"/posts/{post.replies_to}" if post.replies_to else ""
    return asked.go(f"/circles/{one.id}{above}", "circles.web.erased")


def _there(asked: Asked, one: CircleView) -> Post:
    found = board(asked.core).get(one.id, asked.match["post"])
    if found is None:
        raise MissingError
    return found


def _own(asked: Asked, one: CircleView) -> Post:
    found = _there(asked, one)
    if found.author != who(asked) or found.text is None:
        raise MissingError
    return found


def _thread(one: CircleView, post: Post) -> str:
    return f"/circles/{one.id}/posts/{post.replies_to or post.id}"


# Files


async def file_(asked: Asked) -> web.StreamResponse:
    """A file, to be saved: whatever is in it, a browser shows none of it."""
    one = seen(asked)
    found = files(asked.core).get(one.id, asked.match["file"])
    if found is None:
        raise MissingError
    response = web.StreamResponse()
    make_safe(response, asked.visit.signed_in)  # once it is sent nothing can be added
    response.headers.update(
        {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": disposition(found.name),
            "Content-Length": str(found.size),
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
    )
    await response.prepare(asked.request)
    for piece in files(asked.core).read(found.id):
        await response.write(piece)
    await response.write_eof()
    return response
