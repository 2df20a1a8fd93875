"""Where the pages are: from the features' routes to the server, and from a request to an answer.

Rules:

1. Each route names the right that it needs, and is asked for it before anything is done.
2. What a form sends is read only from a page of our own (`node.web.posted`), and no more than the
   route allows. If the page was made for another session, what was typed comes back.
3. Whatever goes wrong becomes a page in words. The log names the route and the kind of error, never
   what was in the request.
4. What a noun adds to the page of another is asked of all features, in their order.
"""

import asyncio
import inspect
import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import web
from aiohttp.typedefs import Handler

from node.base.errors import Problem
from node.base.events import Event
from node.feature import FORM_BYTES, Feature, Right, Route
from node.lookup.sight import Sight
from node.people.acting import acted_for
from node.people.hashing import BusyError
from node.people.passwords import SigningIn
from node.people.persons import Person, Persons
from node.people.sessions import Session, Sessions
from node.people.slowing import TurnedAwayError
from node.store.core import Core
from node.web import cookies, posted
from node.web.assets import answer_asset
from node.web.banner import Banner
from node.web.headers import make_safe
from node.web.kept import kept_page
from node.web.messages import Messages
from node.web.page import Asked, MissingError, OutsideError, Page, Panel, Todo
from node.web.render import Renderer
from node.web.visit import Visit, read_visit

log = logging.getLogger(__name__)

EXPLAINED = frozenset({400, 403, 404, 405, 413, 429, 500, 507})
"""Errors that have words of their own; others are told like 400 or 500."""

STATIC = Route("/static/{name}", "", Right.EVERYBODY)

STYLEGUIDE = Route("/styleguide", "", Right.EVERYBODY)

SECRET = "{token}"  # noqa: S105 - how such addresses are written
"""The part of an address that is a secret: whoever has it needs nothing else."""

OWN = (STATIC, STYLEGUIDE)
"""Addresses of no noun."""

Serve = Callable[[Asked], Any]


@dataclass(frozen=True)
class Site:
    """The pages of one running node."""

    core: Core
    sessions: Sessions
    features: Sequence[Feature]
    renderer: Renderer
    connected: Callable[[bytes], bool]
    signing: SigningIn
    states: dict[str, Any] = field(default_factory=dict)
    messages: Messages = field(default_factory=Messages)
    imported: set[tuple[Any, str]] = field(default_factory=set)
    """Handlers whose modules are here."""

    def add_to(self, app: web.Application) -> None:
        """Add all pages to `app`, and words for addresses that it does not have."""
        for feature in self.features:
            for route in feature.routes:
                self._add(app, route, feature, feature.load)
        self._add(app, STATIC, None, {"": _asset}.__getitem__)
        self._add(app, STYLEGUIDE, None, {"": _styleguide}.__getitem__)
        app.middlewares.append(self.explain_missing)

    def session(self, token: str) -> Session | None:
        """The session that a token opens."""
        return self.sessions.find(token)

    def person(self, id: str) -> Person | None:
        """The person with an id."""
        return Persons(self.core.db).get(id)

    def acted_for(self, session: Session) -> Person | None:
        """For whom a session acts, if not for the person who is signed in."""
        return acted_for(self.core, session.digest)

    def _add(
        self,
        app: web.Application,
        route: Route,
        feature: Feature | None,
        load: Callable[[str], Serve],
    ) -> None:
        if not isinstance(route.right, Right):
            raise TypeError(f"{route.path} names no right")
        handle = self._handler(route, feature, load)
        if route.method == "GET":
            app.router.add_get(route.path, handle, allow_head=route.head)
        else:
            app.router.add_route(route.method, route.path, handle)

    def _handler(
        self, route: Route, feature: Feature | None, load: Callable[[str], Serve]
    ) -> Handler:
        """An aiohttp handler: reads the visit, answers, explains errors, sets the headers."""

        async def handle(request: web.Request) -> web.StreamResponse:
            visit = read_visit(request, self)
            try:
                asked = await self._let_in(self._asked(request, visit, feature), route)
                found = (await self._serving(load, route.handler))(asked)
                if inspect.isawaitable(found):
                    found = await found
                self._note_acting(route, visit)
                response = self.html(found, visit) if isinstance(found, Page) else found
            except Exception as error:  # noqa: BLE001 - whatever it was, a person gets a page
                response = self._explained(error, request, visit)
            cookies.remember(response, request, visit)
            make_safe(response, visit.signed_in)
            return cast("web.StreamResponse", response)

        return handle

    async def _serving(self, load: Callable[[str], Serve], name: str) -> Serve:
        """What serves a page. What that is made of is imported elsewhere the first time: it takes
        longer than others should wait."""
        if not self.renderer.is_ready:
            await asyncio.to_thread(self._make_ready)
        if (load, name) not in self.imported:
            await asyncio.to_thread(load, name)
            self.imported.add((load, name))
        return load(name)

    def _note_acting(self, route: Route, visit: Visit) -> None:
        """What somebody did for another is kept for both; no address that is a secret."""
        if route.method != "GET" and visit.actor is not None and visit.person is not None:
            path = visit.path if SECRET not in route.path else ""
            self.core.tell(Event.ACTED, visit.actor.id, visit.person.id, path)

    async def _let_in(self, asked: Asked, route: Route) -> Asked:
        """The right, and the form: `OutsideError`, `ForeignError`, `_KeptError` if one is not."""
        request, visit = asked.request, asked.visit
        allowed = visit.has(route.right) and not (route.oneself and visit.actor)
        if route.method == "GET":
            if not allowed:
                raise OutsideError
            return asked
        posted.require_ours(request)
        if route.streams:
            if not allowed:
                raise OutsideError
            return asked
        if not allowed and not posted.says_it_is_ours(request):  # nothing of a stranger's is read
            raise OutsideError
        found = await posted.read_body(request, route.longest_body if allowed else FORM_BYTES)
        try:
            posted.require_token(request, visit, found.get(posted.TOKEN))
            if not allowed:
                raise posted.StaleError
        except posted.StaleError:
            raise _KeptError(asked.with_posted(found), allowed) from None
        return asked.with_posted(found)

    def _make_ready(self) -> None:
        """In any thread: what all pages have in common, and what nouns add to those of others."""
        self.renderer.make_ready()
        for one in self.features:
            for panel in one.panels.values():
                one.load(panel)

    def _asked(self, request: web.Request, visit: Visit, feature: Feature | None) -> Asked:
        sight = Sight(self.core, visit.viewer, self.core.home_id, self.connected)
        state = self._state(feature) if feature is not None else None
        return Asked(
            request, visit, sight, state, self.panels, self.todos, self.messages, self.sessions,
            self.signing,
        )  # fmt: skip

    def _state(self, feature: Feature) -> Any:
        if feature.state and feature.name not in self.states:
            self.states[feature.name] = feature.load(feature.state)(self.core)
        return self.states.get(feature.name)

    def panels(self, asked: Asked, page: str, id: str) -> Sequence[Panel]:
        """What the nouns add to a page."""
        adding = (one.load(one.panels[page]) for one in self.features if page in one.panels)
        found = (add(asked, id) for add in adding)
        return [one for one in found if one is not None]

    def todos(self, asked: Asked) -> Sequence[Todo]:
        """What waits for the viewer, of all nouns in their order."""
        asking = (one.load(one.todo) for one in self.features if one.todo)
        return [todo for ask in asking for todo in ask(asked)]

    def _explained(
        self, error: Exception, request: web.Request, visit: Visit
    ) -> web.StreamResponse:
        if isinstance(error, MissingError):
            return self._error(404, visit)
        if isinstance(error, _KeptError):
            return self.html(kept_page(error.asked, error.allowed), visit)
        if isinstance(error, BusyError | TurnedAwayError):
            return self._error(429, visit)
        if isinstance(error, OutsideError | posted.ForeignError | posted.StaleError):
            return self._error(403, visit)
        if isinstance(error, web.HTTPException):
            return self._error(error.status, visit)
        full = isinstance(error, Problem) and error.code == "disk-full"
        if not full:
            _write_down(request, error)
        return self._error(507 if full else 500, visit)

    @web.middleware
    async def explain_missing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Addresses and methods that nobody has become a page in words too."""
        missing = request.match_info.http_exception
        if missing is None:
            return await handler(request)
        visit = read_visit(request, self)
        response = self._error(missing.status, visit)
        if "Allow" in missing.headers:
            response.headers["Allow"] = missing.headers["Allow"]
        make_safe(response, visit.signed_in)
        return response

    def _error(self, status: int, visit: Visit) -> web.Response:
        known = status if status in EXPLAINED else 500 if status >= 500 else 400
        title = visit.texts(f"web.error.{known}.title")
        return self.html(Page("error.html", title, values={"code": known}, status=status), visit)

    def _brand(self, visit: Visit) -> str:
        """The group's name; errors are shown even when the store gives none."""
        try:
            return Sight(self.core, visit.viewer, self.core.home_id).home_name
        except Exception:  # noqa: BLE001 - it may be what failed before
            return visit.texts("web.brand")

    def _banners(self, visit: Visit) -> Sequence[Banner]:
        if not visit.signed_in:
            return ()
        asking = (one.load(one.banner) for one in self.features if one.banner)
        return [found for ask in asking if (found := ask(self.core, visit)) is not None]

    def html(self, page: Page, visit: Visit) -> web.Response:
        """Answer with a page."""
        shown = page.status == 200 and (visit.token or visit.browser.nonce)
        message = self.messages.take(shown) if shown else None
        now, above = self.core.clock(), self._banners(visit)
        html = self.renderer.render(page, visit, self._brand(visit), now, message, above)
        response = web.Response(text=html, status=page.status, content_type="text/html")
        response.headers["Content-Language"] = visit.texts.language
        if page.secret:
            response.headers["Cache-Control"] = "no-store"
        if not visit.signed_in and not visit.browser.nonce:
            # A secret and what was searched for may stand on one page: no common compression.
            response.enable_compression()
        return response


class _KeptError(Exception):
    """A form came too late, or from before signing out: what was typed is shown again."""

    def __init__(self, asked: Asked, allowed: bool) -> None:
        super().__init__()
        self.asked = asked
        self.allowed = allowed


def rights(features: Sequence[Feature]) -> Mapping[tuple[str, str], Right]:
    """(method, path) → the right that it needs; of all pages."""
    routes = [*OWN, *(route for one in features for route in one.routes)]
    return {(route.method, route.path): route.right for route in routes}


def _asset(asked: Asked) -> web.StreamResponse:
    """A file of the pages' own."""
    response = answer_asset(asked.match["name"])
    if response is None:
        raise MissingError
    return response


def _styleguide(asked: Asked) -> Page:
    from node.web.styleguide import styleguide

    return styleguide(asked)


def _write_down(request: web.Request, error: Exception) -> None:
    resource = request.match_info.route.resource
    where = "".join(traceback.format_tb(error.__traceback__))
    name = resource.canonical if resource is not None else "?"
    log.error("page %s failed: %s\n%s", name, type(error).__name__, where)
