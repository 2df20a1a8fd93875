"""A SOCKS proxy for everything that this node dials, such as Tor (docs/protocol.md §12).

* With a proxy set nothing is dialled past it: neither links nor invitations nor recovery. Where the
  proxy is down nobody is reached; there is no way around it.
* Names are asked of the proxy, never of this machine's resolver; `.onion` names only of a proxy.
* An address that is private, however it is written, and a name that only a local network knows, is
  not given to the proxy unless private addresses are allowed. What another name leads to only the
  proxy sees: it must not be one that opens a network inside to whoever publishes an endpoint.
* User and password are neither logged nor shown.

>>> Proxy.parse("socks5://anna:geheim@127.0.0.1:9050")
Proxy(host='127.0.0.1', port=9050)
"""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from node.base.addresses import is_public
from node.base.errors import Problem
from node.store.core import Core
from node.store.serve_settings import serve_options

SCHEMES = ("socks5", "socks5h")
"""Both mean the same here: the proxy looks up names. Older versions can't carry names or IPv6."""

OFF = "off"
"""Instead of an address: no proxy any more."""

MOST_BYTES = 255
"""A user name, a password or a host in SOCKS (RFC 1928, RFC 1929)."""

LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain")
"""Ends of names that the whole internet does not know (RFC 6761, RFC 6762, RFC 8375, and usage)."""

TROUBLE = "proxy_trouble"
"""A setting: why the proxy was of no use the last time; gone as soon as it is."""

_HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+")


@dataclass(frozen=True)
class Proxy:
    """Where the proxy is."""

    host: str
    port: int
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> "Proxy":
        """The proxy of a URL; `Problem` if it is none. What was given is not repeated: it may hold
        a password."""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port or 0
            user, password = (unquote(one or "") for one in (parts.username, parts.password))
        except ValueError as error:
            raise Problem("bad-proxy") from error
        fits = parts.scheme in SCHEMES and _HOST.fullmatch(host) and port
        rest = parts.path.rstrip("/") or parts.query or parts.fragment
        named = bool(user) == bool(password) == bool("@" in parts.netloc)
        short = all(one.isascii() and len(one) <= MOST_BYTES for one in (user, password, host))
        if not fits or rest or not named or not short:
            raise Problem("bad-proxy")
        return cls(host, port, user or None, password or None)

    @property
    def shown(self) -> str:
        """Without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"socks5://{host}:{self.port}"


def setting(said: str) -> str | None:
    """The setting for a proxy that a person named, with its password; `Problem` if it is none."""
    if said in ("", OFF):
        return None
    Proxy.parse(said)
    return said


def kept(core: Core) -> Proxy | None:
    """The proxy that was set, if one was."""
    text = serve_options(core.settings).get("proxy")
    return Proxy.parse(text) if text else None


def may_be_asked(host: str) -> bool:
    """Whether a proxy may be asked for this host though private addresses are not allowed."""
    name = host.strip("[]").lower().rstrip(".")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        pass
    else:
        return is_public(name)
    last = name.rpartition(".")[2]
    if "." not in name or re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last):  # 127.1 is an address, too
        return False
    return not any(name == one or name.endswith(f".{one}") for one in LOCAL_NAMES)
