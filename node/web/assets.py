"""The stylesheet and the mark: files that carry the hash of their content in their address.

So a browser keeps them for a year, and asks for another address once they change.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as sent."""

    content: bytes
    content_type: str
    hash: str


@cache
def _assets() -> dict[str, Asset]:
    """All of them by name; a name that is not here does not exist."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in TYPES:
            content = path.read_bytes()
            digest = blake2b(content, digest_size=6).hexdigest()
            found[path.name] = Asset(content, TYPES[path.suffix], digest)
    return found


def asset_path(name: str) -> str:
    """The address of a file.

    >>> import re; bool(re.fullmatch("/static/style-[0-9a-f]{12}.css", asset_path("style.css")))
    True
    """
    stem, _, suffix = name.rpartition(".")
    return f"/static/{stem}-{_assets()[name].hash}.{suffix}"


def answer_asset(name: str) -> web.Response | None:
    """The file at `/static/name`, with or without a hash; None if there is none."""
    for plain, asset in _assets().items():
        hashed = asset_path(plain).rpartition("/")[2]
        if name in (plain, hashed):
            response = web.Response(body=asset.content, content_type=asset.content_type)
            response.charset = "utf-8"
            response.headers["Cache-Control"] = FOREVER if name == hashed else BRIEFLY
            response.headers["ETag"] = f'"{asset.hash}"'
            response.enable_compression()
            return response
    return None
