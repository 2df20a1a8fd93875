"""The examples of the guides as they stand there, and real servers that run on loopback what the
guides and the page of the address show (`node.features.arrival.server_files`).

Only what belongs to one machine is exchanged: name, ports, and the folders of certificates, logs
and data. Whatever a server does by default it does here too.
"""

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from node.features.arrival import server_files
from node.keys.tls import make_certificate
from tests.days import IS_MOVED

ROOT = Path(__file__).parents[2]
GUIDES = {"en": "guide.md", "de": "guide.de.md"}
NAMES = {"en": "group.example", "de": "gruppe.example"}
NGINX, CADDY = shutil.which("nginx"), shutil.which("caddy")
DEBIANS = Path("/etc/nginx/nginx.conf")


def blocks(language: str, kind: str = "") -> list[str]:
    """The code blocks of a guide that begin with ```kind."""
    text = (ROOT / "docs" / GUIDES[language]).read_text("utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [content for name, content in found if name == kind]


def block(language: str, kind: str, part: str) -> str:
    """The one that contains `part`."""
    (found,) = (one for one in blocks(language, kind) if part in one)
    return found


def serve_options(language: str) -> list[str]:
    """What the guide types after `verbund serve` for a node behind a proxy."""
    text = (ROOT / "docs" / GUIDES[language]).read_text("utf-8")
    name = re.escape(NAMES[language])
    (line,) = re.findall(rf"^    verbund serve (--listen .*{name})$", text, re.MULTILINE)
    return str(line).split()


def changed(text: str, changes: dict[str, str]) -> str:
    """With each of these exchanged; all must be there."""
    for old, new in changes.items():
        assert old in text, f"the guide has no {old!r} any more"
        text = text.replace(old, new)
    return text


def free_ports(count: int) -> Sequence[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Proxy(NamedTuple):
    """A reverse proxy that runs: its address, and the certificates by which one knows it."""

    url: str
    trusted: Path

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.trusted))


@contextmanager
def nginx(folder: Path, node_port: int, more: dict[str, str] | None = None) -> Iterator[Proxy]:
    """Debian's nginx with its own settings and the guide's site."""
    (port,) = free_ports(1)
    pem = folder / "proxy.pem"
    pem.write_bytes(make_certificate("localhost"))
    logs = folder / "nginx.log"
    site = changed(
        server_files.nginx(at=f"127.0.0.1:{node_port}"),
        {
            NAMES["en"]: "localhost",
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "/etc/letsencrypt/live/localhost/fullchain.pem": str(pem),
            "/etc/letsencrypt/live/localhost/privkey.pem": str(pem),
            **(more or {}),
        },
    )
    (folder / "site").write_text(site)
    whole = DEBIANS.read_text()
    for pattern, new in (
        (r"^user .*;", ""),
        (r"^pid .*;", f"pid {folder}/nginx.pid;"),
        (r"^worker_processes .*;", "worker_processes 1;"),
        (r"error_log .*;", f"error_log {logs};"),
        (r"access_log .*;", "access_log off;"),
        (r"include /etc/nginx/conf.d/\*.conf;", _folders(folder)),
        (r"include /etc/nginx/sites-enabled/\*;", f"include {folder}/site;"),
    ):
        whole, count = re.subn(pattern, new, whole, flags=re.MULTILINE)
        assert count, pattern
    user = "user root;\n" if _is_root() else ""
    (folder / "nginx.conf").write_text(user + whole)
    command = [NGINX or "", "-c", str(folder / "nginx.conf"), "-e", str(logs), "-g", "daemon off;"]
    with _running(command, port, logs, {}):
        yield Proxy(f"https://localhost:{port}", pem)


def _folders(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)


def _is_root() -> bool:
    import os

    return os.geteuid() == 0


CADDY_HERE = """{{
    admin off
    local_certs
    skip_install_trust
    auto_https disable_redirects
    https_port {port}
    default_bind 127.0.0.1
}}
"""
"""A certificate without the internet, and no other ports; nothing else is set."""


@contextmanager
def caddy(folder: Path, node_port: int) -> Iterator[Proxy]:
    """Debian's Caddy with the guide's Caddyfile."""
    (port,) = free_ports(1)
    site = server_files.caddy("https://localhost", f"127.0.0.1:{node_port}")
    (folder / "Caddyfile").write_text(CADDY_HERE.format(port=port) + site)
    where = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
    file = str(folder / "Caddyfile")
    command = [CADDY or "", "run", "--config", file, "--adapter", "caddyfile"]
    with _running(command, port, folder / "caddy.log", {"HOME": str(folder), **where}):
        root = folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        yield Proxy(f"https://localhost:{port}", root)


@contextmanager
def _running(command: list[str], port: int, log: Path, more: dict[str, str]) -> Iterator[None]:
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, env={"PATH": "/usr/sbin:/usr/bin:/bin", **more}
        )
    try:
        _until_it_answers(process, port, log)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _until_it_answers(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """A TLS handshake succeeds: Caddy first makes itself a certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            with (
                socket.create_connection(("127.0.0.1", port), 1) as wire,
                context.wrap_socket(wire, server_hostname="localhost"),
            ):
                return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(log.read_text())


PROXIES = {"nginx": nginx, "caddy": caddy}
INSTALLED = {
    "nginx": NGINX is not None and DEBIANS.exists(),
    "caddy": CADDY is not None and not IS_MOVED,
}
"""What can be tried here. Caddy's clock can't be moved: its certificates would have run out."""
