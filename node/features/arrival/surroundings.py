"""Where this machine stands, as far as it can tell: what does not work from here is said before
anybody tries.
"""

import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from node.cli.values import PORT
from node.store.core import Core

NAT = "10.0.2.15"
"""What a virtual machine of VirtualBox or QEMU calls itself; nobody outside reaches it."""

VERSION = Path("/proc/version")
CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))

FIREWALLS = (
    ("ufw", "sudo ufw allow {port}/tcp"),
    ("firewall-cmd", "sudo firewall-cmd --add-port={port}/tcp"),
)
"""What is installed, and how it lets a port in."""


def enclosure(addresses: list[str]) -> str:
    """`windows`, `container` or `virtual` where phones don't get through; else ""."""
    try:
        if "microsoft" in VERSION.read_text("utf-8").lower():
            return "windows"
    except OSError:  # no Linux
        pass
    if any(one.exists() for one in CONTAINERS):
        return "container"
    return "virtual" if addresses == [NAT] else ""


def firewall(port: int) -> str:
    """The command that lets a port in, of the firewall that is installed; "" if none is known."""
    for program, command in FIREWALLS:
        if shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin"):
            return command.format(port=port)
    return ""


def is_mac() -> bool:
    """Where the system itself asks whether a program may be reached."""
    return sys.platform == "darwin"


def node_at(core: Core) -> str:
    """Where Caddy or nginx finds this node: host and port."""
    if core.server is None:
        return f"127.0.0.1:{PORT}"
    parts = urlsplit(core.server.address)
    host = "127.0.0.1" if parts.hostname in ("localhost", None) else parts.hostname
    return f"{host}:{parts.port or PORT}"
