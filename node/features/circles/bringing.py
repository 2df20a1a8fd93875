"""Files on notice boards: brought and fetched in pieces, under names that do no harm.

Rules:

1. In the database, so that a file is backed up, erased and overwritten with its post; in pieces, so
   that none is in memory and each is a write of its own, between which others have their turn.
2. A name is a name: no folders, no control or direction characters, no dots in front.
3. Nothing is taken while the disk is nearly full (`node.store.disk_reserve`), and no more than
   `ALL_BYTES` together: every backup has all of it.
4. What a browser fetches it saves: it is never shown, whatever is in it.
"""

import asyncio
import re
import unicodedata
from itertools import count
from typing import BinaryIO
from urllib.parse import quote

from node.base.errors import Problem
from node.features.circles.actions import require
from node.features.circles.limits import ALL_BYTES, FILE_BYTES, FILES, PIECE_BYTES
from node.features.circles.rights import Act
from node.features.circles.tables import File, board, files
from node.lookup.content import tidy
from node.records.publish import new_name
from node.store.core import Core
from node.store.disk_reserve import essential

LONGEST_NAME = 100
ENDING_CHARACTERS = 12

UNFINISHED_SECONDS = 3_600
"""After which nobody brings the rest."""

_HARMFUL = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*;]+')
"""What file systems or headers give a meaning to."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
"""Names that mean devices somewhere."""


def safe_name(said: str) -> str:
    """A name under which a file can be saved anywhere; `file` if nothing is left.

    >>> [safe_name(one) for one in ("../../Plan.pdf", "C:\\\\Plan\\\\.htaccess", "a\\r\\nb")]
    ['Plan.pdf', 'htaccess', 'a b']
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", said))[-1]
    name = tidy(_HARMFUL.sub(" ", last)) or ""
    name = " ".join(name.split()).lstrip(". ").rstrip(". ")
    if _RESERVED.match(name):
        name = "_" + name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > ENDING_CHARACTERS:
        return name[:LONGEST_NAME].rstrip(". ") or "file"
    return stem[: LONGEST_NAME - len(ending) - 1].rstrip(". ") + "." + ending


def disposition(name: str) -> str:
    """The header that lets a browser save it, for those that read UTF-8 in it and those that don't.

    >>> disposition('Maß.pdf')
    'attachment; filename="Ma_.pdf"; filename*=UTF-8\\'\\'Ma%C3%9F.pdf'
    """
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def bring(core: Core, person: str, circle: str, post: str, name: str, file: BinaryIO) -> str:
    """Put a file to a post of one's own; gives its id. `Problem` if it is too large, or there is no
    room: then nothing of it stays."""
    require(core, person, circle, Act.WRITE)
    there = board(core).get(circle, post)
    if there is None or there.author != person:
        raise Problem("no-such-post")
    if len(files(core).at(post)) >= FILES:
        raise Problem("too-many-files", most=FILES)
    _require_room(core)
    one = File(new_name(core), circle, person, None, safe_name(name), 0, core.clock())
    with core.transaction():
        _clear_unfinished(core)
        files(core).begin(one)
    try:
        await _pieces(core, one.id, file)
        require(core, person, circle, Act.WRITE)  # it takes its time
        with core.transaction():
            if board(core).get(circle, post) is None:
                raise Problem("no-such-post")
            files(core).finish(one.id, post)
    except BaseException:
        _drop(core, one.id)
        raise
    return one.id


@essential
def _drop(core: Core, id: str) -> None:
    with core.transaction():
        files(core).remove(id)


async def _pieces(core: Core, id: str, file: BinaryIO) -> None:
    size = 0
    for number in count():
        data = file.read(PIECE_BYTES)
        if not data:
            return
        size += len(data)
        if size > FILE_BYTES:
            raise Problem("file-too-large", most=FILE_BYTES // 2**20)
        _require_room(core)
        with core.transaction():
            files(core).piece(id, number, data)
        await asyncio.sleep(0)  # others have their turn


def _require_room(core: Core) -> None:
    if core.reserve.state is not None:
        raise Problem("no-room-for-files")
    if files(core).total() >= ALL_BYTES:
        raise Problem("files-full", most=ALL_BYTES // 2**20)


def _clear_unfinished(core: Core) -> None:
    """What nobody brought wholly goes. In a transaction."""
    for one in files(core).unfinished(core.clock() - UNFINISHED_SECONDS):
        files(core).remove(one)
