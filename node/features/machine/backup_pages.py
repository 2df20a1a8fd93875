"""Backups: make one now, take one along, and see whether the words open it.

Rules: a backup is sealed to the recovery words, so whoever takes one along needs no others. It is
read back before it is handed out: what is damaged is not given to anybody. Nothing is read into
memory as a whole, and nothing of it in the loop.
"""

import asyncio
from typing import Any

from aiohttp import hdrs, web

from node.base.errors import Problem
from node.features.machine.backup_jobs import BackupJobs
from node.features.machine.types import BackupView
from node.features.machine.views import backup_views, size
from node.features.machine.words_form import WORDS, phrase_in, words_field
from node.features.recovery.backup import look_into, prepare
from node.lookup.names import name_of
from node.store.core import Core
from node.upkeep.backups import DAILY, KEPT_DAYS, Kept, file_of, is_whole, known_backups
from node.upkeep.erasure_list import NAME as ERASURES
from node.web.forms import Filled, Form
from node.web.page import Asked, MissingError, Page

BACKUPS = "/machine/backups"

TAKEN = "backup_taken"
"""When one was last taken along, in seconds."""

FORM = Form("backup", words_field())
"""Once, for a node that was made before there were backups without words."""


def backups(asked: Asked) -> Page:
    """Those that lie here, the last first; or how far the one is that is being made."""
    jobs: BackupJobs = asked.state
    title = asked.texts("machine.web.name.backups")
    if jobs.is_busy:
        done, total = jobs.far
        return Page("machine_busy.html", title, "machine", {"done": done, "total": total})
    return _page(asked, asked.show(FORM))


def _page(asked: Asked, form: Filled) -> Page:
    core, t = asked.core, asked.texts
    found = backup_views(core)
    taken = core.settings.get(TAKEN)
    values: dict[str, Any] = {
        "backups": [_shown(asked, one) for one in found],
        "taken": asked.moment(taken) if taken else "",
        "erasures": file_of(core, ERASURES).is_file(),
        "asks": core.ring.backup is None,
        "secure": asked.visit.secure,
        "daily": DAILY,
        "days": KEPT_DAYS,
    }
    title = t("machine.web.name.backups")
    return asked.form_page("machine_backups.html", title, form, "machine", **values)


def _shown(asked: Asked, one: BackupView) -> dict[str, str]:
    return {
        "name": one.name,
        "made": asked.moment(one.made),
        "size": size(one.bytes, asked.texts),
        "path": f"{BACKUPS}/{one.name}",
    }


async def make(asked: Asked) -> Page | web.Response:
    """Make one now; the words are asked for only where the node knows no key to seal it to."""
    if asked.core.ring.backup is None:
        form = await asked.read(FORM)
        phrase = phrase_in(asked, form)
        if phrase is None:
            return _page(asked, form)
        prepare(asked.core, phrase)
    jobs: BackupJobs = asked.state
    await jobs.begin()
    if jobs.is_busy:
        return asked.go(BACKUPS)
    if jobs.failed is not None:
        return asked.refused(BACKUPS, _problem(jobs.failed))
    return asked.go(BACKUPS, "machine.web.backups.made")


def _problem(error: Problem | OSError) -> Problem:
    if isinstance(error, Problem):
        return error
    return Problem("file-unwritable", file="backups", why=error.strerror)


async def take(asked: Asked) -> web.StreamResponse:
    """The file, by pieces, after it was read back; or what must not come back with an older one."""
    core = asked.core
    if asked.match["name"] == ERASURES and file_of(core, ERASURES).is_file():
        return _file(core, ERASURES, ERASURES)
    one = _named(asked)
    if not await asyncio.to_thread(is_whole, core, one):
        return asked.go(BACKUPS, "machine.web.backups.damaged")
    with core.transaction():
        core.settings.set(TAKEN, core.clock())
    name = f"verbund-{_plain(name_of(core, core.home_id) or '')}-{one.name}"
    return _file(core, one.name, name)


def _file(core: Core, name: str, called: str) -> web.FileResponse:
    answer = web.FileResponse(file_of(core, name))
    answer.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{called}"'
    answer.content_type = "application/octet-stream"
    return answer


def _plain(name: str) -> str:
    """A name for a file: letters and digits that every system takes."""
    kept = "".join(one if one.isascii() and one.isalnum() else "-" for one in name.casefold())
    return "-".join(filter(None, kept.split("-")))[:40] or "group"


def _named(asked: Asked) -> Kept:
    found = {one.name: one for one in known_backups(asked.core)}.get(asked.match["name"])
    if found is None:
        raise MissingError
    return found


def words(asked: Asked) -> Page:
    """Whether the words on paper open it: asked for here, and forgotten."""
    return _words_page(asked, _named(asked), asked.show(FORM))


async def look(asked: Asked) -> Page | web.Response:
    """Open it to its last byte with the words that were typed."""
    one = _named(asked)
    form = await asked.read(FORM)
    phrase = phrase_in(asked, form)
    if phrase is not None:
        try:
            made = await asyncio.to_thread(look_into, file_of(asked.core, one.name), phrase)
        except Problem as problem:
            form.refuse(WORDS, f"machine.web.backups.{problem.code}")
        else:
            return asked.go(BACKUPS, "machine.web.backups.opens", made=asked.moment(made))
    return _words_page(asked, one, form)


def _words_page(asked: Asked, one: Kept, form: Filled) -> Page:
    title = asked.texts("machine.web.backups.words_title")
    values = {
        "made": asked.moment(one.at),
        "path": f"{BACKUPS}/{one.name}/words",
        "secure": asked.visit.secure,
    }
    return asked.form_page("machine_backup_words.html", title, form, "machine", **values)
