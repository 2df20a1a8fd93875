"""What a reverse proxy says about whoever asks, and whose word counts.

Rules:

1. `X-Forwarded-Proto` is believed only from this machine itself, and from the one address that a
   person named as that of the proxy; never from the local network's sites. Else anybody could have
   a cookie made for https, or for what is none.
2. `X-Forwarded-For` and `X-Forwarded-Host` are read from nobody: nothing here goes by the address
   of whoever asks, and the name comes in `Host`, which proxies pass on (`node.web.hosts`).
"""

import ipaddress

from aiohttp import web

from node.store.core import Core
from node.web.hosts import plain_host
from node.web.local_pages import LOCAL_PAGES

SETTING = "proxy_at"
"""The address of a proxy that runs on another machine."""

HERE = frozenset({"127.0.0.1", "::1"})


def is_https(request: web.Request) -> bool:
    """Whether the browser speaks TLS, to us or to the reverse proxy before us."""
    if request.secure:
        return True
    said = request.headers.getall("X-Forwarded-Proto", [])
    return [one.lower() for one in said] == ["https"] and is_from_proxy(request)


def is_from_proxy(request: web.Request) -> bool:
    """Whether a request came from where our reverse proxy runs."""
    sites = request.config_dict.get(LOCAL_PAGES)
    if sites is not None and sites.came_this_way(request):
        return False
    other = _address(request, "peername")
    if other is None:
        return False
    if other in HERE or other == _address(request, "sockname"):
        return True
    return sites is not None and other == proxy_address(sites.core)


def proxy_address(core: Core) -> str:
    """Where the proxy runs, if that is another machine; else ""."""
    found: str = core.settings.get(SETTING, "")
    return found


def keep_proxy_address(core: Core, address: str) -> None:
    """Believe the proxy at this address; "" for one on this machine only. Inside a transaction.

    `ValueError` if it is no IP address.
    """
    plain = str(ipaddress.ip_address(plain_host(address))) if address else None
    core.settings.set(SETTING, plain)


def _address(request: web.Request, which: str) -> str | None:
    found = request.get_extra_info(which)
    return plain_host(str(found[0])) if isinstance(found, tuple) and found else None
