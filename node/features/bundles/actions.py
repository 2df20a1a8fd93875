"""Bundles written: records for a peer, or an introduction for everybody, in a file (§10).

Rules:

1. A file that is there is not overwritten unasked; after an error no part of one is left, and
   nothing lies on the disk unencrypted that is not for everybody.
2. What is written is what the gate lets this peer have now, and nobody else can open it.
3. Writing changes nothing that others see: a bundle that is lost can be written again. That it was
   written is noted for what it brings (`Event.WRAPPED`).
"""

import os
import tempfile
from collections.abc import Iterator
from shutil import copyfileobj
from typing import BinaryIO, NamedTuple

from crypto.parts import KEY_BYTES
from node.base.errors import Problem
from node.base.events import Event
from node.base.files import File, assert_free, written
from node.base.lookalikes import SHORT_ID
from node.base.turns import breathing
from node.links.own_proofs import holdings
from node.links.session_store import NodeShelf, shelves_of
from node.lookup.names import name_of
from node.lookup.showing import shown_outside
from node.store.core import Core
from protocol.control_state import Relation, related
from protocol.ids import to_text
from protocol.kind import Seq
from sync.bundle import BundleError, Writer
from sync.bundle_selection import closed_in, concerning, for_everybody, for_peer, hosted_by


class Written(NamedTuple):
    """A bundle that was written."""

    file: File
    bytes: int
    records: int


def write_bundle(core: Core, recipient: bytes | None, file: File, replace: bool) -> Written:
    """Write what `recipient` may have (None: what everybody may) to `file`.

    `Problem` if it is there, can't be written, or `recipient` has nothing to do with this node.
    """
    assert_free(file, replace)
    try:
        with written(file) as out:
            records = write_to(core, recipient, out)
            size = out.seek(0, os.SEEK_END)
            assert_free(file, replace)
        return Written(file, size, records)
    except OSError as error:
        raise Problem("file-unwritable", file=file, why=error.strerror) from error


def write_to(core: Core, recipient: bytes | None, out: BinaryIO) -> int:
    """The same to an open file; gives the number of records."""
    core.require_words()
    if core.is_superseded(core.ring.held[0]):
        raise Problem("keys-superseded")
    own, envelopes = chosen_for(core, recipient)
    sealing = None if recipient is None else (recipient, core.ties.sealing_key(recipient))
    writer = Writer(core.entropy(KEY_BYTES))
    # The head comes first and knows all that follows; what waits for it is sealed already.
    closed: list[tuple[bytes, Seq]] = []
    with tempfile.TemporaryFile(dir=core.home.path) as parts:
        try:
            for envelope in breathing(envelopes):
                closed += closed_in(envelope)
                parts.write(writer.add(envelope))
            parts.write(writer.finish())
        except BundleError as error:
            raise Problem("bundle-large") from error
        out.write(writer.head(holdings(core, own), core.clock(), sealing))
        parts.seek(0)
        copyfileobj(parts, out)
    if recipient is not None and closed:
        core.tell(Event.WRAPPED, [recipient], closed)
    return writer.records


def chosen_for(core: Core, recipient: bytes | None) -> tuple[frozenset[bytes], Iterator[bytes]]:
    """Who writes, of the identities held here, and the envelopes."""
    shelf, now = NodeShelf(core, shelves_of(core)), core.clock()
    if recipient is None:
        own = {core.home_id, *(core.own & shown_outside(core, now))}
        return frozenset(own), for_everybody(shelf, own, now)
    if recipient in core.own:
        raise Problem("bundle-own")
    node = hosted_by(shelf, recipient, now)
    if related(core.ties, core.own, node, now) is Relation.NONE:
        raise Problem("not-tied", who=name_of(core, recipient) or to_text(recipient)[:SHORT_ID])
    concerned = concerning(core.ties, core.own, core.home_id, node, now)
    return concerned, for_peer(shelf, concerned, node, now)
