"""What a page is, and what a function that makes one is given."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError

from node.base.errors import Problem
from node.feature import Right
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.people.passwords import SigningIn
from node.people.persons import Person
from node.people.sessions import Sessions
from node.store.core import Core
from node.texts import Texts
from node.web.forms import Filled, Form, Kind, Wrong
from node.web.messages import Message, Messages, Undo
from node.web.posted import NOTHING, TOKEN, Posted, require_token
from node.web.visit import Visit

PIECE = 65_536
"""Bytes of a field that are read at once."""


class MissingError(Exception):
    """There is no such thing, or this viewer may not know of it."""


class OutsideError(Exception):
    """This viewer has not the right."""


@dataclass(frozen=True, slots=True)
class Page:
    """A template, its title, the section of the menu that it belongs to, and what it shows."""

    template: str
    title: str
    section: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    prefix: str = ""
    """What a browser's tab says before the title: how many errors there are."""
    secret: bool = False
    """Its address or what it shows is a secret: no browser keeps a copy."""


class Panel(NamedTuple):
    """What one noun adds to the page of another: a template, and what it shows."""

    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits for the viewer: the key of its words, what these need, and where to do it."""

    text: str
    values: Mapping[str, Any]
    path: str
    count: int = 1

    @property
    def said(self) -> Mapping[str, Any]:
        """What its words need: `values`, and how many it is as `n`."""
        return {"n": self.count, **self.values}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as the function of a route gets it."""

    request: web.Request
    visit: Visit
    sight: Sight
    state: Any
    """What the noun keeps while the node runs (`Feature.state`)."""
    panels: Callable[["Asked", str, str], Sequence[Panel]]
    todos: Callable[["Asked"], Sequence[Todo]]
    messages: Messages
    sessions: Sessions
    signing: SigningIn
    posted: Posted = field(default_factory=lambda: NOTHING)
    """What came with the form, if the platform read it."""

    @property
    def core(self) -> Core:
        """The node's store."""
        return self.sight.core

    @property
    def texts(self) -> Texts:
        """The texts in the visitor's language."""
        return self.visit.texts

    @property
    def match(self) -> Mapping[str, str]:
        """The variable parts of the address."""
        return self.request.match_info

    @property
    def person(self) -> Person | None:
        """Who is signed in; None outside, and for who came by the machine's link."""
        return self.visit.person

    @property
    def viewer(self) -> Viewer:
        """What this viewer sees of what the node shows: members see all."""
        return self.visit.viewer

    @property
    def me(self) -> Person:
        """Who is signed in, on a page for persons."""
        if self.visit.person is None:
            raise OutsideError
        return self.visit.person

    def has(self, right: Right) -> bool:
        """Whether this viewer has a right."""
        return self.visit.has(right)

    def error_key(self, noun: str, code: str) -> str:
        """The key of what a refusal says: the noun's own words, else those of the platform."""
        own = f"{noun}.error.{code}"
        return own if self.texts.has(own) else f"errors.{code}"

    def panels_of(self, page: str, id: str) -> Sequence[Panel]:
        """What the other nouns add to this page of the thing with this id."""
        return self.panels(self, page, id)

    # Forms

    def today(self) -> date:
        """The day that it is where the group lives."""
        return self.now_here().date()

    def now_here(self) -> datetime:
        """What the clocks show where the group lives."""
        from node.base.zones import now_in
        from node.lookup.zone import zone_of

        return now_in(zone_of(self.core).name, self.core.clock())

    def moment(self, ts: int) -> str:
        """A time in seconds, in words, by the clocks where the group lives."""
        from node.base import formats
        from node.base.zones import now_in
        from node.lookup.zone import zone_of

        local = now_in(zone_of(self.core).name, ts)
        return formats.when(f"{local:%Y-%m-%dT%H:%M}", None, None, self.texts)

    def show(self, form: Form, **stands: Any) -> Filled:
        """A form before anybody typed, with what stands."""
        from node.web.answers import typed_value

        kinds = {one.name: one.kind for one in form.fields}
        typed = {
            name: typed_value(value, self.texts, kinds.get(name, Kind.TEXT))
            for name, value in stands.items()
        }
        return form.blank(typed, stands)

    async def read(self, form: Form, **stands: Any) -> Filled:
        """What somebody filled in. `stands`: what an edited form changes, as it is now."""
        from node.web.answers import read_form

        return read_form(form, self.posted, self.now_here(), self.texts, stands or None)

    def refuse(self, form: Filled, problem: Problem, name: str = "") -> None:
        """Say beside a field, or above all, why the node did not do what the form wants."""
        from node.cli.problems import explain

        form.errors.setdefault(
            name, Wrong("web.form.problem", {"why": explain(problem, self.texts, page=True)})
        )

    def form_page(
        self, template: str, title: str, form: Filled, section: str = "", /, **values: Any
    ) -> Page:
        """A page with a form; with errors its title says how many, and its status is 422."""
        count = len(form.errors)
        if count:
            prefix = self.texts("web.form.title_errors", n=count)
        else:
            prefix = self.texts("web.form.title_changed") if form.changes else ""
        status = 200 if form.ok else 422
        return Page(template, title, section, {"form": form, **values}, status, prefix)

    def check_page(
        self, template: str, title: str, form: Filled, section: str = "", /, **values: Any
    ) -> Page:
        """“Check your answers”: what was understood, before it is done; `forms.checked` sends it
        on, or back into its fields (`step`)."""
        from node.web.answers import settle

        return Page(template, title, section, {"form": settle(form, self.texts), **values})

    @property
    def step(self) -> str:
        """At which of the steps of a form that is checked first a button was pressed: `save`,
        `change`, or nothing yet."""
        found = self.posted.get("step", "")
        return found if found in ("save", "change") else ""

    def go(
        self, path: str, text: str = "", *, undo: Undo | None = None, **values: Any
    ) -> web.Response:
        """Go on to a page, which shows a message once: after something was done."""
        if text:
            secret = self.visit.token or self.visit.browser.secret()
            self.messages.put(secret, Message(text, values, undo))
        return web.Response(status=303, headers={"Location": path})

    def refused(self, path: str, problem: Problem) -> web.Response:
        """Go on to a page, which says why something was not done."""
        from node.cli.problems import explain

        return self.go(path, "web.form.refused", why=explain(problem, self.texts, page=True))

    async def parts(self) -> AsyncIterator[BodyPartReader]:
        """The parts of a form that is read piece by piece, once its token was found good.

        For routes that stream; the form has the token before everything else.
        """
        try:
            reader = await self.request.multipart()
            first = True
            while (part := await reader.next()) is not None:
                if not isinstance(part, BodyPartReader):
                    raise web.HTTPBadRequest
                if first:
                    given = (await part.read_chunk(PIECE)).decode("ascii", "replace")
                    given = given if part.name == TOKEN else ""
                    require_token(self.request, self.visit, given)
                    await part.release()
                    first = False
                else:
                    yield part
        except (HttpProcessingError, ValueError, AssertionError) as error:
            raise web.HTTPBadRequest from error  # no form, or a broken one

    def close_files(self) -> None:
        """Files that came with the form, once they were read or are not wanted."""
        for one in self.posted.values():
            if isinstance(one, web.FileField):
                one.file.close()

    def with_posted(self, found: Posted) -> "Asked":
        """The same, with what came with the form."""
        return replace(self, posted=found)
