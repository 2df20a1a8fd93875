"""How each part of the machine stands: one line each, in words."""

from collections.abc import Iterator
from contextlib import suppress

from node import VERSION
from node.base import formats
from node.features.arrival import confirming
from node.features.arrival.phones import local_pages
from node.features.machine.types import BackupView, Line, UnreachedView
from node.features.status.views import clock_view, run_out_views
from node.links.proxy import TROUBLE, kept
from node.lookup.sight import Sight
from node.records import stale_copy
from node.records.contradictions import contradictions
from node.store.core import Core
from node.store.serve_settings import serve_options
from node.store.troubles import troubles
from node.texts import Texts
from node.upkeep.backups import file_of, known_backups
from node.web.page import Asked
from node.web.public_address import PUBLIC_ADDRESS

MINUTE = 60

MIB, GIB = 2**20, 2**30

BLOCK = 512
"""Bytes in which systems count what a file takes."""


def lines(asked: Asked) -> Iterator[Line]:
    """All of them, in the order of the page: how to get here, what keeps it safe, how it goes."""
    yield _phones(asked)
    url = asked.request.config_dict[PUBLIC_ADDRESS].url
    yield Line("address", url or asked.texts("machine.web.stands.address_none"))
    yield _words(asked)
    yield _backups(asked)
    yield _keys(asked)
    yield _clock(asked)
    yield _disk(asked)
    yield _unreached(asked)
    yield _nearby(asked)
    yield _proxy(asked)
    yield Line("version", asked.texts("machine.web.stands.version", version=VERSION))


def _phones(asked: Asked) -> Line:
    local = local_pages(asked)
    on = local.is_on or local.is_open_anyway
    state = "on" if local.places else "waiting" if on else "off"
    return Line("phones", asked.texts(f"machine.web.stands.phones_{state}"))


def _words(asked: Asked) -> Line:
    kept_here = confirming.are_kept(asked.core)
    state = "words_kept" if kept_here else "words_done"
    return Line("words", asked.texts(f"machine.web.stands.{state}"), kept_here)


def _backups(asked: Asked) -> Line:
    found, t = backup_views(asked.core), asked.texts
    if not found:
        return Line("backups", t("machine.web.stands.backups_none"), warm=True)
    failed = any(one.what == "backup" for one in troubles(asked.core))
    last = asked.moment(found[0].made)
    return Line("backups", t("machine.web.stands.backups", last=last), failed)


def _keys(asked: Asked) -> Line:
    warm = bool(key_troubles(asked.sight))
    state = "keys_look" if warm else "keys_well"
    return Line("keys", asked.texts(f"machine.web.stands.{state}"), warm)


def _clock(asked: Asked) -> Line:
    view = clock_view(asked.sight)
    warm = bool(run_out_views(asked.sight)) or (view is not None and view.trouble != "mended")
    state = "clock_doubt" if warm else "clock_well"
    shown = asked.moment(asked.core.clock.wall())
    return Line("clock", asked.texts(f"machine.web.stands.{state}", shown=shown), warm)


def _disk(asked: Asked) -> Line:
    reserve = asked.core.reserve
    if state := reserve.state:
        key = f"machine.web.stands.disk_{state.replace('-', '_')}"
        return Line("disk", asked.texts(key), warm=True)
    free = size(reserve.free_bytes(), asked.texts)
    return Line("disk", asked.texts("machine.web.stands.disk", free=free))


def _unreached(asked: Asked) -> Line:
    stuck, away = troubles(asked.core), unreached_views(asked.sight)
    if stuck:
        words = asked.texts("machine.web.stands.troubles", n=len(stuck))
        return Line("unreached", words, warm=True)
    if away:
        return Line("unreached", asked.texts("machine.web.stands.away", n=len(away)))
    return Line("unreached", asked.texts("machine.web.stands.reached"))


def _nearby(asked: Asked) -> Line:
    on = bool(serve_options(asked.core.settings).get("local_network"))
    return Line("nearby", asked.texts(f"machine.web.stands.nearby_{'on' if on else 'off'}"))


def _proxy(asked: Asked) -> Line:
    proxy = kept(asked.core)
    if proxy is None:
        return Line("proxy", asked.texts("machine.web.stands.proxy_none"))
    failed = asked.core.settings.get(TROUBLE) is not None
    state = "proxy_failed" if failed else "proxy"
    return Line("proxy", asked.texts(f"machine.web.stands.{state}", proxy=proxy.shown), failed)


def backup_views(core: Core) -> list[BackupView]:
    """Those that lie here, the latest first."""
    found = []
    for one in known_backups(core):
        try:
            size = file_of(core, one.name).stat().st_size
        except OSError:
            continue
        found.append(BackupView(one.name, one.at, size))
    return sorted(found, key=lambda one: (one.made, one.name), reverse=True)


def unreached_views(sight: Sight) -> list[UnreachedView]:
    """Who was not there for long, and is tried only now and then."""
    server = sight.core.server
    if server is None:
        return []
    found = []
    for one in server.unreached():
        names = ", ".join(name.name or name.id[:8] for name in sight.named(one.ids))
        found.append(UnreachedView(names, -(-one.seconds // MINUTE)))
    return sorted(found, key=lambda one: one.names)


def key_troubles(sight: Sight) -> list[tuple[str, dict[str, str | int]]]:
    """What is wrong with keys: the last part of the key of its words, and what these need."""
    core = sight.core
    found: list[tuple[str, dict[str, str | int]]] = []
    if why := stale_copy.state(core):
        found.append((f"keys_{why}", {}))
    for held in core.ring.held:
        if held.id in core.own and core.is_superseded(held):
            found.append(("superseded", {"who": _called(sight, held.id)}))
        succession = core.ties.successions.get(held.id)
        if succession is not None and succession.frozen:
            found.append(("frozen", {"who": _called(sight, held.id)}))
    for one in contradictions(core):
        if one.author in core.own:
            said: dict[str, str | int] = {"who": _called(sight, one.author), "last": one.last}
            found.append(("contradicts_ours", said))
    return found


def _called(sight: Sight, identity: bytes) -> str:
    name = sight.name(identity)
    return name.name or name.id[:8]


def size(bytes_: int, texts: Texts) -> str:
    """A size in words that people know, never less than it is.

    >>> size(1, Texts("en")), size(3 * 2**30, Texts("en"))
    ('1 MB', '3 GB')
    """
    unit, factor = ("gb", GIB) if bytes_ >= GIB else ("mb", MIB)
    return texts(f"machine.web.{unit}", n=formats.number(-(-bytes_ // factor), texts))


def folder_bytes(core: Core) -> int:
    """How much of the disk the folder of the group takes."""
    found = 0
    for one in core.home.path.rglob("*"):
        with suppress(OSError):  # a snapshot that is gone by now
            found += one.lstat().st_blocks * BLOCK
    return found
