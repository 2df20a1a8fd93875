"""The configuration of Caddy and nginx: one file each, which the guide and the page show and the
tests run (`tests/node/web/test_guide_servers.py`). In them stand the name and the port of an
example; the page puts one's own there.
"""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(__file__).parent / "servers"

NAME, AT = "group.example", "127.0.0.1:8480"
"""What stands in the files for the group's name, and for where its node listens."""

_NGINX_PORT = "listen 443 ssl"


@cache
def _file(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def caddy(url: str = f"https://{NAME}", at: str = AT) -> str:
    """The Caddyfile for a public address and where the node listens.

    >>> print(caddy("https://garden.example:8443", "127.0.0.1:8481"), end="")
    garden.example:8443 {
        reverse_proxy 127.0.0.1:8481
    }
    """
    parts = urlsplit(url)
    plain = "http://" if parts.scheme == "http" else ""
    return _file("Caddyfile").replace(NAME, plain + parts.netloc).replace(AT, at)


def nginx(url: str = f"https://{NAME}", at: str = AT) -> str:
    """The site for nginx."""
    parts = urlsplit(url)
    port = f"listen {parts.port or 443} ssl"
    text = _file("nginx.conf").replace(NAME, parts.hostname or "").replace(AT, at)
    return text.replace(_NGINX_PORT, port)
