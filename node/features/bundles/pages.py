"""Taking records along and handing them in: bundles by the pages, for who runs the node.

Rules:

1. For who acts for the group; what comes must come from our own form (`Asked.parts`).
2. What is handed in goes into a nameless file as it comes, up to `LARGEST`, and is read as a bundle
   or not at all: neither its name nor what the browser says it is decides anything.
3. Nobody is accepted here: a file of a group with whom there is no tie is shown on a page of its
   own (`strange_pages`), with the letters to compare.
4. One at a time, piece by piece: pages and peers go on meanwhile (`node.features.bundles.jobs`).
"""

import asyncio
import tempfile
from typing import Any, BinaryIO

from aiohttp import web
from aiohttp.http import HttpProcessingError

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.features.bundles.jobs import BundleJobs
from node.features.bundles.strange_pages import kept
from node.features.bundles.tables import Strange
from node.features.bundles.types import PIECE, BundleView
from node.features.bundles.words import explained
from node.features.peers.views import peer_views
from node.features.peers.words import letters
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page
from sync.bundle import ENDING, MEDIA_TYPE

LARGEST = 64 * 1_048_576
"""Bytes that a browser may hand in: a store of a hundred thousand records. More by the command."""

SECONDS = 600
"""For a file to come in: a slow line at home, and not for ever."""

EVERYBODY = "everybody"


def page(asked: Asked, **found: Any) -> Page:
    """For whom something can be taken along; after handing in also what became of it."""
    values = {
        "peers": [one for one in peer_views(asked.sight) if one.state != "ended"],
        "id": letters(asked.core.home_id),
        "kept": kept(asked),
        "mib": LARGEST // 1_048_576,
        "report": None,
        "problem": None,
    }
    values |= found
    values["panels"] = asked.panels_of("bundles", "") if values["report"] else ()
    status = 400 if values["problem"] else 200
    return Page("bundles.html", asked.texts("bundles.web.title"), "ties", values, status)


def _refused(asked: Asked, problem: Problem) -> Page:
    """The same, with what happened and what to do."""
    return page(asked, problem=explained(problem, asked.texts))


async def take(asked: Asked) -> web.StreamResponse | Page:
    """A bundle for one group, or the introduction."""
    id_ = asked.match["id"]
    if id_ != EVERYBODY and not is_id(id_):
        raise MissingError
    jobs: BundleJobs = asked.state
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        await jobs.write(id_, file)
    except Problem as problem:
        file.close()
        return _refused(asked, problem)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    name = f"verbund-{id_ if id_ == EVERYBODY else id_[:SHORT_ID]}{ENDING}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(size),
    }
    return web.Response(body=file, content_type=MEDIA_TYPE, headers=headers)


async def bring(asked: Asked) -> Page | web.StreamResponse:
    """Take in what was handed in, and say what became of it."""
    jobs: BundleJobs = asked.state
    with tempfile.TemporaryFile() as file:
        try:
            async with asyncio.timeout(SECONDS):
                await _receive(asked, file)
            report = await _read(asked, jobs, file)
            if isinstance(report, Strange):
                return asked.go(f"/bundles/from/{report.id}")
        except Problem as problem:
            return _refused(asked, problem)
        except TimeoutError:
            raise web.HTTPBadRequest from None
        except OSError:  # no room for it
            return _refused(asked, Problem("disk-full"))
    return page(asked, report=report)


async def _read(asked: Asked, jobs: BundleJobs, file: BinaryIO) -> BundleView | Strange:
    """What became of it; of a group with whom there is no tie yet, what is kept until somebody
    decided."""
    try:
        return await jobs.read(file)
    except Problem as problem:
        if problem.code != "bundle-stranger":
            raise
    return await jobs.keep(file, asked.person.id if asked.person else None)


async def _receive(asked: Asked, file: BinaryIO) -> None:
    """The file, and nothing else; anything else is none of our forms."""
    size = asked.request.content_length or 0
    if size > LARGEST + PIECE:
        raise web.HTTPRequestEntityTooLarge(LARGEST, size)
    size, found = 0, False
    try:
        async for part in asked.parts():
            if part.name != "file" or found:
                raise web.HTTPBadRequest
            found = True
            while piece := await part.read_chunk(PIECE):
                size += len(piece)
                if size > LARGEST:
                    raise web.HTTPRequestEntityTooLarge(LARGEST, size)
                file.write(piece)
    except (HttpProcessingError, ValueError, AssertionError) as error:  # no form, or a broken one
        raise web.HTTPBadRequest from error
    if not found:
        raise web.HTTPBadRequest
