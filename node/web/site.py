"""Where the pages are: from the features' routes to the server, and from a request to an answer.

Rules:

1. Each route names the right that it needs, and is asked for it before anything else.
2. Whatever goes wrong becomes a page in words. The log names the route and the kind of error, never
   what was in the request.
3. What a noun adds to the page of another is asked of all features, in their order.
"""

import inspect
import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import web
from aiohttp.typedefs import Handler

from node.base.errors import Problem
from node.feature import Feature, Right, Route
from node.lookup.sight import Sight
from node.people.sessions import Sessions
from node.store.core import Core
from node.web import entrance
from node.web.assets import answer_asset
from node.web.forwarded import is_https
from node.web.headers import make_safe
from node.web.page import Asked, MissingError, OutsideError, Page, Panel
from node.web.render import Renderer
from node.web.visit import Visit, read_visit

log = logging.getLogger(__name__)

EXPLAINED = frozenset({400, 403, 404, 405, 413, 500, 507})
"""Errors that have words of their own; others are told like 400 or 500."""

STATIC = Route("/static/{name}", "", Right.EVERYBODY)
ENTER = Route("/enter/{code}", "", Right.EVERYBODY, head=False)
"""No HEAD: looking whether the address is there would use up the code."""
LEAVE = Route("/leave", "", Right.INSIDE, "POST")

OWN = (STATIC, ENTER, LEAVE)
"""Addresses of no noun."""

Serve = Callable[[Asked], Any]


@dataclass(frozen=True)
class Site:
    """The pages of one running node."""

    core: Core
    doors: Sessions
    features: Sequence[Feature]
    renderer: Renderer
    connected: Callable[[bytes], bool]
    states: dict[str, Any] = field(default_factory=dict)

    def add_to(self, app: web.Application) -> None:
        """Add all pages to `app`, and words for addresses that it does not have."""
        for feature in self.features:
            for route in feature.routes:
                self._add(app, route, feature, feature.load)
        for route, serve in self._own():
            self._add(app, route, None, {"": serve}.__getitem__)
        app.middlewares.append(self.explain_missing)

    def _own(self) -> Sequence[tuple[Route, Serve]]:
        return (
            (STATIC, _asset),
            (ENTER, lambda asked: entrance.enter(asked.request, self.doors)),
            (LEAVE, lambda asked: entrance.leave(asked.request, asked.visit, self.doors)),
        )

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
            visit = read_visit(request, self.doors.is_inside)
            try:
                if route.right is Right.INSIDE and not visit.inside:
                    raise OutsideError
                asked = self._asked(request, visit, feature)
                found = load(route.handler)(asked)
                if inspect.isawaitable(found):
                    found = await found
                response = self.html(found, visit) if isinstance(found, Page) else found
            except Exception as error:  # noqa: BLE001 - whatever it was, a person gets a page
                response = self._explained(error, request, visit)
            entrance.remember_language(response, visit, is_https(request))
            make_safe(response, visit.inside)
            return cast("web.StreamResponse", response)

        return handle

    def _asked(self, request: web.Request, visit: Visit, feature: Feature | None) -> Asked:
        sight = Sight(self.core, visit.viewer, self.core.home_id, self.connected)
        state = self._state(feature) if feature is not None else None
        return Asked(request, visit, sight, state, self.panels)

    def _state(self, feature: Feature) -> Any:
        if feature.state and feature.name not in self.states:
            self.states[feature.name] = feature.load(feature.state)(self.core)
        return self.states.get(feature.name)

    def panels(self, asked: Asked, page: str, id: str) -> Sequence[Panel]:
        """What the nouns add to a page."""
        adding = (one.load(one.panels[page]) for one in self.features if page in one.panels)
        found = (add(asked, id) for add in adding)
        return [one for one in found if one is not None]

    def _explained(
        self, error: Exception, request: web.Request, visit: Visit
    ) -> web.StreamResponse:
        if isinstance(error, MissingError):
            return self._error(404, visit)
        if isinstance(error, OutsideError):
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
        visit = read_visit(request, self.doors.is_inside)
        response = self._error(missing.status, visit)
        if "Allow" in missing.headers:
            response.headers["Allow"] = missing.headers["Allow"]
        make_safe(response, visit.inside)
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

    def html(self, page: Page, visit: Visit) -> web.Response:
        """Answer with a page."""
        html = self.renderer.render(page, visit, self._brand(visit), self.core.clock())
        response = web.Response(text=html, status=page.status, content_type="text/html")
        response.headers["Content-Language"] = visit.texts.language
        if not visit.inside:
            # Inside, a secret and what was searched for stand on one page: no common compression.
            response.enable_compression()
        return response


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


def _write_down(request: web.Request, error: Exception) -> None:
    resource = request.match_info.route.resource
    where = "".join(traceback.format_tb(error.__traceback__))
    name = resource.canonical if resource is not None else "?"
    log.error("page %s failed: %s\n%s", name, type(error).__name__, where)
