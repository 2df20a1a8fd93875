"""Targets: what decodes by itself. Values, frames, links to peers, key files, backups."""

import base64
import contextlib
import io
from functools import cache
from pathlib import Path
from typing import Any

from crypto.archive import open_stream
from crypto.errors import BadArchive, BadKeyFile
from crypto.keyfile import LOCK_ENTROPY_BYTES, Cost, is_locked, lock, unlock
from crypto.sealing import SealingKey
from protocol.encoding import decode, encode, unpack
from protocol.errors import Malformed
from protocol.peering import PATH, PeerLink
from sync.errors import END_CODES, SessionError
from sync.frames import decode_frame, encode_frame
from tests.fuzz.registry import documented
from tests.fuzz.seeds import cases, small, vectors
from tests.fuzz.source import Source, spoil

WORDS = SealingKey(bytes(range(32)))
ARCHIVE = bytes.fromhex((Path(__file__).parent / "archive.hex").read_text(encoding="ascii"))
"""`seal_stream` of [b"some", b"thing" * 50], once: it draws an ephemeral key of its own."""


def encoding(data: bytes) -> None:
    """§2: whatever decodes encodes to the same bytes, and the looser door takes no less."""
    try:
        value = decode(data)
    except Malformed:
        try:
            unpack(data)
        except Malformed:
            return
    else:
        assert unpack(data) == value
        assert encode(value) == data


def encoding_seeds() -> list[bytes]:
    return cases("encoding", "hex") + cases("bodies", "body")[::20]


@cache
def good_frames() -> list[Any]:
    """The values of the frames in the vectors, in and out of bounds."""
    found = []
    for one in cases("frames", "frame"):
        with contextlib.suppress(Malformed):
            found.append(decode(one))
    return found


def frames(data: bytes) -> None:
    """§8.3: whatever is a frame encodes to the same bytes. As it comes, or a good one spoilt."""
    if data[:1] == b"\x01":
        source = Source(data[1:])
        data = encode(spoil(source.one_of(good_frames()), source))
    else:
        data = data[1:]
    try:
        frame = decode_frame(data)
    except SessionError as error:
        documented(error.code, END_CODES)
    else:
        assert encode_frame(frame) == data


def frames_seeds() -> list[bytes]:
    spoilt = [bytes([1, number, 1, at, 3, 4]) for number in range(0, 150, 5) for at in range(3)]
    return [*(b"\x00" + one for one in cases("frames", "frame")), *spoilt]


def peer_links(data: bytes) -> None:
    """§9.3: the text itself, or the map inside it behind the address that it names."""
    how, data = data[:1], data[1:]
    text = data.decode("utf-8", "replace")
    if how == b"\x01":
        try:
            value = decode(data)
        except Malformed:
            value = None
        url = value[2] if type(value) is list and len(value) > 2 else ""
        secret = base64.urlsafe_b64encode(data).decode().rstrip("=")
        text = f"{url if type(url) is str else ''}{PATH}{secret}"
    try:
        link = PeerLink.parse(text)
    except Malformed:
        return
    assert str(link) == text.strip()
    assert PeerLink.parse(str(link)) == link


def peer_links_seeds() -> list[bytes]:
    links = [one["link"] for one in vectors("peer_links")["cases"]]
    inside = []
    for one in links:
        secret = one.strip().rpartition("#")[2]
        try:
            inside.append(b"\x01" + base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)))
        except ValueError:
            continue  # a case that is not even Base64
    return small([*(b"\x00" + one.encode() for one in links), *inside])


def archives(data: bytes) -> None:
    """A backup as a file: cut, altered, lengthened, or another file altogether."""
    source = Source(data)
    if source.below(2):
        at, size = source.below(len(ARCHIVE)), source.below(40)
        rest = source.rest()
        data = ARCHIVE[:at] + rest + ARCHIVE[at + size :]
    else:
        data = source.rest()
    try:
        parts = list(open_stream(io.BytesIO(data).read, WORDS))
    except BadArchive:
        return
    assert data == ARCHIVE
    assert b"".join(parts) == b"some" + b"thing" * 50


def archives_seeds() -> list[bytes]:
    cuts = [ARCHIVE[:at] for at in (0, 10, 17, 60, 97, 121, 140)]
    return [b"\x00" + one for one in (ARCHIVE, *cuts, ARCHIVE + b"x")] + [b"\x01\x00\x20\x01"]


def key_files(data: bytes) -> None:
    """A key file: its header above all. Nothing is stretched, so that no input costs memory."""
    try:
        locked = is_locked(data)
        secret = unlock(data, None)
    except BadKeyFile:
        return
    assert not locked
    assert lock(secret, None, b"") == data


def key_files_seeds() -> list[bytes]:
    entropy = bytes(range(LOCK_ENTROPY_BYTES))
    return [
        lock(b"my keys", None, b""),
        lock(b"", None, b""),
        lock(b"k" * 200, None, b""),
        lock(b"my keys", "x", entropy, cost=Cost.INTERACTIVE),
    ]
