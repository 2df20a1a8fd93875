"""What a restored backup must not bring back: a file beside the backups (docs/protocol.md §6.8).

Rules:

1. The tombstones that this node holds, its own and others', and the keys of what was erased and
   never was a record. No content. Sealed as backups are: only the words open it.
2. Written as a whole or not at all, after each erasure, by whichever process carried it out.
3. What is inside is checked like all that is from outside: a tombstone must be signed by a key of
   its author's chain, as the backup has it, and be newer than what it replaces.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from crypto.archive import open_stream, seal_stream
from crypto.errors import BadArchive, WrongWords
from node.base.errors import Problem
from node.base.files import write_private
from node.base.logs import event
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.keys.ring import backup_key
from node.store import troubles
from node.store.core import Core
from node.store.database import Database
from node.store.directory import Directory
from node.store.erasures import Erasures
from node.store.records import Records
from node.upkeep.backup_file import LENGTH
from protocol.encoding import decode, encode
from protocol.erasure import is_confirmed
from protocol.errors import ProtocolError
from protocol.identity import Identity
from protocol.record import Record, verify

log = logging.getLogger(__name__)

FOLDER, NAME = "backups", "erasures"

MAGIC = b"verbund-erasures-1\n"

LISTED = 20_000
"""Tombstones, the latest: some MiB. A peer has the others."""


def save_list(core: Core) -> None:
    """Write the list; what goes wrong is logged, for erasing goes on."""
    if core.ring.backup is None:
        return
    folder = core.home.path / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        sealed = seal_stream(_parts(core), core.ring.backup, secrets.token_bytes(32))
        write_private(folder / NAME, b"".join(sealed))
    except (OSError, Problem) as error:
        event(log, "erasures-not-listed", code=type(error).__name__)
        troubles.note(core, "erasures", error)
    else:
        troubles.over(core, "erasures")


def _parts(core: Core) -> Iterator[bytes]:
    yield MAGIC
    here = core.erasures.here()[:LISTED]
    for item in (*here, *core.erasures.tombstones(core.clock(), LISTED)):
        packed = encode({"erased": item})
        yield LENGTH.pack(len(packed)) + packed


def list_beside(file: Path) -> Path | None:
    """The list that lies beside a backup."""
    path = file.with_name(NAME)
    return path if path.is_file() else None


def read_list(path: Path, phrase: Phrase) -> list[bytes | str]:
    """What is in it; `Problem` if it can't be read."""
    try:
        with path.open("rb") as source:
            data = b"".join(open_stream(source.read, backup_key(phrase.entropy)))
        return list(_items(data))
    except OSError as error:
        raise Problem("file-unreadable", file=path, why=error.strerror) from error
    except (BadArchive, WrongWords, ProtocolError, ValueError) as error:
        raise Problem("erasures-damaged", file=path) from error


def _items(data: bytes) -> Iterator[bytes | str]:
    if not data.startswith(MAGIC):
        raise ValueError("another file")
    at = len(MAGIC)
    while at < len(data):
        if at + LENGTH.size > len(data):
            raise ValueError("cut")
        (length,) = LENGTH.unpack_from(data, at)
        at += LENGTH.size
        content: Any = decode(data[at : at + length])
        at += length
        if at > len(data) or type(content) is not dict or tuple(content) != ("erased",):
            raise ValueError("not an item")
        item = content["erased"]
        if type(item) not in (bytes, str):
            raise ValueError("neither a tombstone nor a key")
        yield item


def replay(
    home: Home, items: list[bytes | str], erase_again: Callable[[Database, str], bool]
) -> int:
    """Erase in a restored database what was erased since; gives how much.

    `erase_again` removes what never was a record, by its key; whether it was there.
    """
    with closing(Database(home.database)) as db:
        records, erasures, done = Records(db), Erasures(db), 0
        keys = _keys(records)
        with db.writing():
            for item in items:
                if isinstance(item, str):
                    done += erase_again(db, item)
                    continue
                tombstone = _tombstone(item, keys)
                held = tombstone and records.at(tombstone.place)
                (no,) = records.put([tombstone]) if tombstone and held else (None,)
                if held and no is not None:
                    erasures.note_tombstone(no)
                    done += held.body is not None
            Directory(db).forget_words()
        if db.fold():
            db.scrub()
    return done


def _keys(records: Records) -> dict[tuple[bytes, int], set[bytes]]:
    """(author, link) → the keys that sign there, by the chains that the backup has."""
    found: dict[tuple[bytes, int], set[bytes]] = {}
    for identity in records.records(records.headers(0, ["identity"])):
        chain = Identity.reread((identity.content or {})["links"])
        for link in chain.links:
            found.setdefault((chain.id, link.number), set()).add(link.signing)
    return found


def _tombstone(raw: bytes, keys: dict[tuple[bytes, int], set[bytes]]) -> Record | None:
    try:
        record = verify(raw)
    except ProtocolError:
        return None
    if record.body is not None or not is_confirmed(record.kind):
        return None
    return record if record.key in keys.get((record.author, record.seq.link), set()) else None
