"""The feed of public meetings: made once for each change, never while somebody waits for the loop.

Rules:

1. What was made is given to everybody who asks, in their language, until a public meeting or a name
   changes; after `OLDEST` it is made anew, for what ran out by itself.
2. It is made in a thread, once, however many ask. After it took long, older bytes are given for
   `REST` times as long: who changes something each second makes no work for each.
3. The ETag follows from the bytes, and who has them already gets 304.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from aiohttp import web

from node.features.meetings.views import meetings_edition
from node.lookup.showing import meetings_listed
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.store.core import Core
from node.texts import Texts

OLDEST = 3_600.0
"""Seconds; a meeting stays a month after it ended, so nobody misses the hour."""

LONG = 0.25
"""Seconds of work that are worth a rest: with a thousand meetings, not with a hundred."""

REST = 10
"""So many times as long as the work took, older bytes are good enough: ten seconds at most, and a
tenth of one processor."""

Write = Callable[[Texts], bytes]
"""Writes a feed in a language."""


@dataclass(frozen=True, slots=True)
class Made:
    """A feed as it goes out."""

    body: bytes
    tag: str
    edition: object
    shown: object
    at: float
    took: float


class Feed:
    """The feeds of one site, by language."""

    viewer = Viewer.OUTSIDE
    """Whose view it is."""

    def __init__(
        self,
        core: Core,
        seconds: Callable[[], float] = time.monotonic,
        work: Callable[[], float] = time.thread_time,
    ) -> None:
        """`work` is what a thread has done so far, in seconds: not what others did meanwhile."""
        self._core = core
        self._seconds, self._work = seconds, work
        self._made: dict[str, Made] = {}
        self._making = asyncio.Lock()
        self._events: Any = {}

    async def get(self, texts: Texts) -> Made:
        """The feed in a language: in nothing else may it differ, so that nobody makes it work."""
        key = texts.language
        made = self._made.get(key)
        if made is not None and self._is_good(made):
            return made
        async with self._making:
            made = self._made.get(key)
            if made is None or not self._is_good(made):
                made = self._made[key] = await self._make(texts)
        return made

    def _is_good(self, made: Made) -> bool:
        sight = self._sight()
        if made.shown != self.shown(sight):  # what somebody hides is gone at once
            return False
        age = self._seconds() - made.at
        if made.took > LONG and age < REST * made.took:
            return True
        return age < OLDEST and made.edition == self.edition(sight)

    async def _make(self, texts: Texts) -> Made:
        def timed() -> tuple[bytes, float]:
            began = self._work()
            return write(texts), self._work() - began

        began = self._work()
        sight = self._sight()
        edition, shown = self.edition(sight), self.shown(sight)
        write = self.read(sight)
        read = self._work() - began
        body, wrote = await asyncio.to_thread(timed)
        return Made(body, tag_of(body), edition, shown, self._seconds(), read + wrote)

    # What another feed says otherwise

    def shown(self, sight: Sight) -> object:
        """Another value when somebody is shown or hidden."""
        return sight.authors, meetings_listed(sight.core, sight.now)

    def edition(self, sight: Sight) -> object:
        """Another value after every change of what is in it."""
        return meetings_edition(sight)

    def read(self, sight: Sight) -> Write:
        """Read what is in it; gives what writes that down, in a thread."""
        from node.features.meetings.calendar import public_feed, public_meetings

        meetings, name, kept = public_meetings(sight), sight.home_name, self._events
        return lambda texts: public_feed(meetings, name, texts, kept)

    def _sight(self) -> Sight:
        return Sight(self._core, self.viewer, self._core.home_id)


def calendar_answer(request: web.Request, body: bytes, name: str, tag: str) -> web.Response:
    """A calendar; nothing but 304 for whoever has it."""
    return feed_answer(request, body, "text/calendar", name, tag)


def feed_answer(
    request: web.Request, body: bytes, content_type: str, name: str, tag: str
) -> web.Response:
    """A feed; nothing but 304 for whoever has it."""
    known = request.if_none_match or ()
    if any(one.value in (tag, "*") for one in known):
        return web.Response(status=304, headers={"ETag": f'"{tag}"'})
    return web.Response(
        body=body,
        content_type=content_type,
        charset="utf-8",
        headers={"Content-Disposition": f'inline; filename="{name}"', "ETag": f'"{tag}"'},
    )


def tag_of(body: bytes) -> str:
    """The ETag of bytes."""
    return blake2b(body, digest_size=16).hexdigest()
