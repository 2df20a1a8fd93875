"""Where the pages are: addresses, and the way from a request to an answer.

Whatever goes wrong becomes a page in words. The log names the route and the kind of error, never
what was in the request.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from node.base.errors import Problem
from node.features.bundles.pages import Handing
from node.features.directory.pages import directory
from node.features.erasures.pages import erasures
from node.features.groups.pages import group, home
from node.features.meetings.feed import Feed, calendar_answer, tag_of
from node.features.meetings.pages import find_meeting, meeting, meetings
from node.features.networks.pages import network, networks
from node.features.pacts.pages import pact
from node.features.peers.pages import peer
from node.features.status.pages import ties
from node.web import entrance
from node.web.assets import answer_asset
from node.web.headers import make_safe
from node.web.page import MissingError, OutsideError, Page
from node.web.ports import Bundles, Doors, PageViews
from node.web.render import render
from node.web.visit import Visit, is_https, read_visit

log = logging.getLogger(__name__)

Show = Callable[[Visit, PageViews, Mapping[str, str]], Page]
Answer = Callable[[web.Request, Visit], Awaitable[web.StreamResponse]]

PAGES: dict[str, Show] = {
    "/": home,
    "/directory": directory,
    "/groups/{id}": group,
    "/networks": networks,
    "/networks/{id}": network,
    "/meetings": meetings,
    "/meetings/{host}/{name}": meeting,
    "/peer": peer,
    "/ties": ties,
    "/erasures": erasures,
    "/pacts/{id}": pact,
}

EXPLAINED = frozenset({400, 403, 404, 405, 413, 500, 507})
"""Errors that have words of their own; others are told like 400 or 500."""


def add_pages(
    app: web.Application,
    views: PageViews,
    doors: Doors,
    clock: Callable[[], int],
    bundles: Bundles | None = None,
) -> None:
    """Add all pages to `app`, and words for addresses that it does not have."""
    site = _Site(views, doors, clock, Feed(views))
    if bundles is not None:
        _add_bundles(app, site, Handing(views, bundles, asyncio.Lock()))
    for path, show in PAGES.items():
        app.router.add_get(path, site.handler(site.shown_by(show)))
    app.router.add_get("/meetings.ics", site.handler(site.calendar))
    app.router.add_get("/meetings/{host}/{name}/meeting.ics", site.handler(site.event))
    app.router.add_get("/static/{name}", site.handler(site.asset))
    # No HEAD: looking whether the address is there would use up the code.
    app.router.add_get("/enter/{code}", site.handler(site.enter), allow_head=False)
    app.router.add_post("/leave", site.handler(site.leave))
    app.middlewares.append(site.explain_missing)


def _add_bundles(app: web.Application, site: "_Site", handing: Handing) -> None:
    async def page(_request: web.Request, visit: Visit) -> web.StreamResponse:
        return site.html(handing.page(visit), visit)

    async def bring(request: web.Request, visit: Visit) -> web.StreamResponse:
        return site.html(await handing.bring(request, visit), visit)

    async def take(request: web.Request, visit: Visit) -> web.StreamResponse:
        try:
            return await handing.take(request, visit)
        except Problem as problem:
            return site.html(handing.refused(visit, problem), visit)

    app.router.add_get("/bundles", site.handler(page))
    app.router.add_post("/bundles", site.handler(bring))
    app.router.add_get("/bundles/{id}", site.handler(take), allow_head=False)


@dataclass(frozen=True, slots=True)
class _Site:
    views: PageViews
    doors: Doors
    clock: Callable[[], int]
    feed: Feed

    def handler(self, answer: Answer) -> Handler:
        """An aiohttp handler: reads the visit, answers, explains errors, sets the headers."""

        async def handle(request: web.Request) -> web.StreamResponse:
            visit = read_visit(request, self.doors.is_inside)
            response = await self._answered(answer, request, visit)
            entrance.remember_language(response, visit, is_https(request))
            make_safe(response, visit.inside)
            return response

        return handle

    async def _answered(
        self, answer: Answer, request: web.Request, visit: Visit
    ) -> web.StreamResponse:
        try:
            return await answer(request, visit)
        except MissingError:
            return self._error(404, visit)
        except OutsideError:
            return self._error(403, visit)
        except web.HTTPException as error:
            return self._error(error.status, visit)
        except Problem as problem:
            if problem.code != "disk-full":
                _write_down(request, problem)
            return self._error(507 if problem.code == "disk-full" else 500, visit)
        except Exception as error:  # noqa: BLE001 - whatever it was, a person gets a page
            _write_down(request, error)
            return self._error(500, visit)

    def shown_by(self, show: Show) -> Answer:
        """Answer with the page that `show` makes."""

        async def answer(request: web.Request, visit: Visit) -> web.StreamResponse:
            return self.html(show(visit, self.views, request.match_info), visit)

        return answer

    def html(self, page: Page, visit: Visit) -> web.Response:
        """Answer with a page."""
        return self._html(page, visit, self.views.home(visit.viewer).name)

    async def calendar(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        """The public meetings as a calendar, whoever asks."""
        made = await self.feed.get(visit.texts)
        return calendar_answer(request, made.body, "meetings.ics", made.tag)

    async def event(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        """One meeting that this viewer may see, to put into a calendar."""
        from node.features.meetings.calendar import one_event

        meeting = find_meeting(visit.viewer, self.views, request.match_info)
        body = one_event(meeting, visit.texts, self.clock())
        return calendar_answer(request, body, "meeting.ics", tag_of(body))

    async def asset(self, request: web.Request, _visit: Visit) -> web.StreamResponse:
        """A file of the pages' own."""
        response = answer_asset(request.match_info["name"])
        if response is None:
            raise MissingError
        return response

    async def enter(self, request: web.Request, _visit: Visit) -> web.StreamResponse:
        """See `entrance`."""
        return entrance.enter(request, self.doors)

    async def leave(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        """See `entrance`."""
        return await entrance.leave(request, visit, self.doors)

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
        page = Page("error.html", title, values={"code": known}, status=status)
        return self._html(page, visit, self._brand(visit))

    def _brand(self, visit: Visit) -> str:
        """The group's name; errors are shown even when the store gives none."""
        try:
            return self.views.home(visit.viewer).name
        except Exception:  # noqa: BLE001 - it may be what failed before
            return visit.texts("web.brand")

    def _html(self, page: Page, visit: Visit, brand: str) -> web.Response:
        html = render(page, visit, brand, self.clock())
        response = web.Response(text=html, status=page.status, content_type="text/html")
        response.headers["Content-Language"] = visit.texts.language
        if not visit.inside:
            # Inside, a secret and what was searched for stand on one page: no common compression.
            response.enable_compression()
        return response


def _write_down(request: web.Request, error: Exception) -> None:
    resource = request.match_info.route.resource
    where = "".join(traceback.format_tb(error.__traceback__))
    name = resource.canonical if resource is not None else "?"
    log.error("page %s failed: %s\n%s", name, type(error).__name__, where)
