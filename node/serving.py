"""A running node: the one place that wires everything together."""

import asyncio
import errno
import logging
import os
import signal
import socket
import ssl
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from node.store.core import Core  # first, while a thread imports aiohttp (`node.base.preload`)

# isort: split
from aiohttp import web

from node.base.addresses import plain_url
from node.base.errors import Problem
from node.base.logs import event
from node.base.tuning import tune_collector
from node.cli.program import Program
from node.cli.values import PORT
from node.door.door import Door
from node.keys.tls import certificate
from node.links.manager import Links
from node.links.nearby_switch import NearbySwitch
from node.links.proxy import setting
from node.links.unreached import dial_again, dial_anew, unreached
from node.records.transaction import act
from node.store import troubles
from node.store.serve_settings import Server, keep_serve_options, serve_options
from node.upkeep.leftovers import clear
from node.upkeep.upkeep import Upkeep
from node.web.hosts import EVERYWHERE, Hosts
from node.web.idle_connections import IDLE_SECONDS, LINGER_SECONDS, Site, allow_files
from node.web.local_pages import LOCAL_PAGES
from node.web.public_address import PUBLIC_ADDRESS
from node.web.server import LINE_BYTES, make_app
from protocol.audience import PUBLIC
from protocol.fields import origin
from protocol.kind import Place
from sync.proof import host_of

log = logging.getLogger(__name__)

DEFAULT_LISTEN = f"127.0.0.1:{PORT}"
ENDPOINT_NAME = "home"
STOP_SECONDS = 3.0

FOLDER_SECONDS = 2.0
"""Between two looks whether the node's folder is still there."""

SETTLE_SECONDS = 1.0
"""What can wait begins so long after the start: people first."""


@dataclass(frozen=True)
class Options:
    """How to serve. None: as it was the last time."""

    program: Program
    """Whose pages are served, and which commands are carried out (`node.app.PROGRAM`)."""

    listen: str | None = None
    public_url: str | None = None
    private_addresses: bool | None = None
    tls: str | None = None
    local_network: bool | None = None
    proxy: str | None = None
    announce: Callable[[str], None] = lambda _address: None
    """Called once with the address of the page, when the first request would be answered."""


def serve(core: Core, options: Options) -> int:
    """Run the node until SIGINT or SIGTERM; gives the exit status."""
    return asyncio.run(_serve(core, filled_in(core, options)))


def filled_in(core: Core, options: Options) -> Options:
    """With what was said the last time."""
    kept = serve_options(core.settings)
    chosen: dict[str, Any] = {
        "listen": options.listen or kept.get("listen") or DEFAULT_LISTEN,
        "public_url": kept.get("public_url") if options.public_url is None else options.public_url,
        "private_addresses": kept.get("private_addresses", False)
        if options.private_addresses is None
        else options.private_addresses,
        "tls": options.tls or kept.get("tls") or "auto",
        "local_network": kept.get("local_network", False)
        if options.local_network is None
        else options.local_network,
        "proxy": kept.get("proxy") if options.proxy is None else setting(options.proxy),
    }
    if chosen["public_url"]:
        chosen["public_url"] = plain_url(chosen["public_url"])
    url = chosen["public_url"]
    if url and not origin(url):
        raise Problem("bad-public-url", url=url)
    if chosen["proxy"] and chosen["local_network"]:
        raise Problem("proxy-and-local")
    return replace(options, **chosen)


def keep(core: Core, options: Options) -> None:
    """For the next start: a start that was refused changes nothing."""
    names = ("listen", "public_url", "private_addresses", "tls", "local_network", "proxy")
    chosen = {name: getattr(options, name) for name in names}
    if chosen != serve_options(core.settings):  # a full disk keeps nobody from reading
        with core.transaction():
            keep_serve_options(core.settings, chosen)


async def _serve(core: Core, options: Options) -> int:
    host, _port = split_listen(options.listen or DEFAULT_LISTEN)
    clear(core)
    context, tls = certificate_of(core, options, host)
    links = Links(core, bool(options.private_addresses))
    allow_files()
    runner = await _listening(core, links, options, (context, tls))
    address = address_of(runner, host, context is not None)
    local = runner.app[LOCAL_PAGES]
    local.attach(runner, host, runner.addresses[0][1], plain=context is None)
    core.reserve.make()
    public = runner.app[PUBLIC_ADDRESS]
    links.on_reconciled = lambda: publish_endpoint(core, public.url, tls)
    try:
        links.on_reconciled()
    except Problem as problem:  # on a full disk it comes up for reading
        event(log, "endpoint-not-written", code=problem.code)
        troubles.note(core, "endpoint", problem)
    links.hosts |= {host_of(url) for url in (address, options.public_url) if url}
    links.hosts |= {host_of(address.replace("localhost", one)) for one in ("127.0.0.1", "[::1]")}
    public.on_change = lambda url: _moved(links, url)
    nearby = NearbySwitch(core, links, (host, runner.addresses[0][1], tls is not None))
    core.server = Server(
        address,
        core.clock(),
        lambda: _is_settled(links),
        links.arrivals.large,
        partial(unreached, links),
        partial(dial_again, links),
        partial(dial_anew, links),
    )
    stop = asyncio.Event()
    core.turns.returned = links.stored
    door = Door(core, options.program, core.turns, stop.set)
    door.open()
    try:
        more = [nearby.follow, local.follow]
        await _until_stopped(core, links, more, stop, lambda: (options.announce)(address))
    finally:
        door.close()
        await asyncio.to_thread(door.clear)
        await links.close()
        await runner.cleanup()
    return 0


async def _listening(
    core: Core, links: Links, options: Options, tls: tuple[ssl.SSLContext | None, bytes | None]
) -> web.AppRunner:
    """The server, which answers from now on; `Problem` if it can't be there."""
    host, port = split_listen(options.listen or DEFAULT_LISTEN)
    context, digest = tls
    runner = web.AppRunner(
        make_app(
            core, links, digest, options.program.features, Hosts(host, options.public_url or "")
        ),
        access_log=None,
        shutdown_timeout=STOP_SECONDS,
        keepalive_timeout=IDLE_SECONDS,
        lingering_time=LINGER_SECONDS,
        max_line_size=LINE_BYTES,
    )
    await runner.setup()
    try:
        site = Site(runner, host, port, ssl_context=context)
        await site.start()
        keep(core, options)
    except Problem:
        await runner.cleanup()
        raise
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            free = free_beside(host, port)
            raise Problem("port-taken", listen=options.listen, free=free) from error
        number = error.errno or 0  # of an unknown name it is none of these
        why = os.strerror(number) if number in errno.errorcode else error.strerror
        raise Problem("can-not-listen", listen=options.listen, why=why) from error
    return runner


def _moved(links: Links, url: str) -> None:
    """The public address is another one: others dial it, once they are told."""
    if url:
        links.hosts.add(host_of(url))
    if links.on_reconciled is not None:
        links.on_reconciled()
    links.stored()


def _is_settled(links: Links) -> bool:
    """Whoever is wanted was dialled, each call that goes on is a session, and all are quiet."""
    reached = [one for one in links.connections if one.session is not None]
    dialled = sum(one.secure is not None and one.secure.dialled for one in reached)
    greeting = len(links.connections) > len(reached) or len(links.dialling) > dialled
    tried = all(one.url in links.targets for one in links.wanted())
    return tried and not greeting and links.is_quiet


async def _until_stopped(
    core: Core,
    links: Links,
    more: Sequence[Callable[[], Coroutine[Any, Any, None]]],
    stop: asyncio.Event,
    announce: Callable[[], None],
) -> None:
    loop = asyncio.get_running_loop()
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # `nohup` outlives its terminal
        numbers.append(signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    upkeep = Upkeep(core, links)
    if core.server is not None:
        core.server = core.server._replace(tidy_now=upkeep.tidy_now)
    links.begin()
    work = (
        *(upkeep.tick(), _settle(upkeep, links), watch(core.home.path)),
        *(one() for one in more),
    )
    tasks = [asyncio.create_task(one) for one in work]
    announce()
    links.stored()  # who reads that may have taken the words of a new node: it has an address now
    event(log, "ready")
    waiting = asyncio.create_task(stop.wait())
    done, _pending = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
    event(log, "stopping")
    upkeep.close()
    for task in (*tasks, waiting):
        task.cancel()
    await asyncio.gather(*tasks, waiting, return_exceptions=True)
    for task in done - {waiting}:
        task.result()  # a task that ended by itself did so by a defect: show it


def watch(folder: Path) -> Coroutine[Any, Any, None]:
    """Wait until the folder was deleted, or another one lies in its place; `Problem` then.

    What goes by its name – backups, the reserve – would be written into somebody else's. One that
    was moved stays ours, and `stop` finds it.
    """
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    async def looking() -> None:
        try:
            while not _is_gone(folder, os.fstat(held)):  # noqa: ASYNC110 - no event says so
                await asyncio.sleep(FOLDER_SECONDS)
        finally:
            os.close(held)
        raise Problem("folder-gone", path=folder)

    return looking()


def _is_gone(folder: Path, ours: os.stat_result) -> bool:
    if ours.st_nlink == 0:
        return True
    try:
        return not os.path.samestat(ours, folder.stat())
    except OSError:  # nothing is there
        return False


async def _settle(upkeep: Upkeep, links: Links) -> None:
    """What is not urgent at the start."""
    await asyncio.sleep(SETTLE_SECONDS)
    tune_collector()
    await links.shelves.read_ahead()
    links.core.db.shrink()
    await asyncio.gather(upkeep.tidy(), upkeep.pack())


def split_listen(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`; `Problem` if it is neither."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or len(port) > 5 or int(port) > 65_535:
        raise Problem("bad-listen", listen=text)
    return host.strip("[]"), int(port)


NEXT_PORTS = 20
"""Looked at to name one that is free."""


def free_beside(host: str, port: int) -> str:
    """Where nothing listens yet, as `--listen` has it: the next port that is free now."""
    shown = f"[{host}]" if ":" in host else host
    for other in range(port + 1, min(port + NEXT_PORTS, 65_535) + 1):
        with suppress(OSError), socket.create_server((host, other), family=_family(host)):
            return f"{shown}:{other}"
    return f"{shown}:{port + 1}"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def certificate_of(
    core: Core, options: Options, host: str
) -> tuple[ssl.SSLContext | None, bytes | None]:
    """The TLS context and the digest of its certificate; None, None where plain HTTP does.

    Self-signed unless on loopback only, or behind a proxy that has a certificate.
    """
    behind = (options.public_url or "").startswith("https://") and _is_loopback(host)
    wanted = options.tls == "self-signed" or (
        options.tls == "auto" and not behind and not _is_loopback(host)
    )
    if not wanted:
        return None, None
    shown = f"[{host}]" if ":" in host else host
    return certificate(core.home.path, options.public_url or f"https://{shown}")


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def address_of(runner: web.AppRunner, host: str, secure: bool) -> str:
    """The address at which a browser on this machine reaches the server.

    A name where there is one: browsers trust `localhost` more than its number.
    """
    port = runner.addresses[0][1]
    shown = "localhost" if host in EVERYWHERE or host in ("127.0.0.1", "::1") else host
    shown = f"[{shown}]" if ":" in shown else shown
    return f"{'https' if secure else 'http'}://{shown}:{port}"


def publish_endpoint(core: Core, url: str, tls: bytes | None) -> None:
    """Say where this node can be reached, or take back what was said; later if it may not yet."""
    if not core.may_issue or core.ring.words is not None:
        return
    place = Place(core.home_id, PUBLIC, "endpoint", ENDPOINT_NAME)
    record = core.records.at(place)
    standing = record.content if record else None
    wanted = {"url": url, "tls": tls if urlsplit(url).scheme == "https" else None} if url else None
    if standing != wanted:
        with act(core) as publisher:
            publisher.write(place, wanted)
    troubles.over(core, "endpoint")
