"""`serve`, `run`, `stop`: the node as a server; `page`: a one-time address that leads inside."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from node.base.errors import Problem
from node.cli import terminal
from node.cli.context import Answer, Context, new_passphrase
from node.cli.sheet import Sheet
from node.features.start.words import forget_words
from node.keys.folder_lock import SERVER, FolderLock, Owner, Taken, owner_of
from node.knock import knock as knocking
from node.knock.reach import connect
from node.store.room import is_read_only


def serve(context: Context) -> Answer:
    """Run the node until it is stopped."""
    return _serve(context, None)


def run(context: Context) -> Answer:
    """The same, after making a node if there is none yet. It asks nothing: the page that its link
    opens does, and the words come later (§5.5)."""
    from node.features.start.actions import initialise

    home = context.home()
    if home.exists:
        return _serve(context, None)
    home.assert_nothing_lost()
    passphrase = new_passphrase(context)
    name = context.args.name or context.t("start.cli.run.default")
    schema = context.program.schema
    started = initialise(
        home, {"name": name}, passphrase, secrets.token_bytes, schema=schema, keep_words=True
    )
    if not (context.json or terminal.shows()):  # a journal: no name in it, and no words
        sheet = context.sheet()
        sheet.say(context.t("start.cli.run.done_unattended"))
        sheet.say(context.t("start.cli.words.later"))
        terminal.put(f"{sheet}\n\n")
    return _serve(context, started.words.split(), passphrase)


def _serve(context: Context, words: list[str] | None, passphrase: str | None = None) -> Answer:
    home = context.home()
    home.require()
    if is_read_only(home.path):  # nobody could be let in, and nothing of others be kept
        raise Problem("serve-read-only", path=home.path)
    with _owned(home.path, context) as lock:
        if words is not None:  # it was made just now, with this passphrase
            context.open_with(passphrase)
        return _run(context, words, lock)


WAIT_SECONDS = 20.0
"""For a command that has the folder: most are done in less than one."""

NOBODY_SECONDS = 3.0
"""For somebody who took the folder and has not said yet who that is."""


@contextmanager
def _owned(folder: Path, context: Context) -> Iterator[FolderLock]:
    """Own the folder; `Problem` if another server does, or a command does not come to an end."""
    me = Owner(SERVER, os.getpid(), int(time.time()))
    begun, told = time.monotonic(), False
    while True:
        lock = FolderLock(folder, me, lambda: _without_lock(folder, context))
        try:
            lock.__enter__()
            break
        except Taken as taken:
            owner = taken.owner
        waited = time.monotonic() - begun
        if waited > (NOBODY_SECONDS if owner is None else 0 if owner.serves else WAIT_SECONDS):
            raise _taken_by(owner)
        if owner is not None and not told:
            told = True
            context.progress(context.t("start.cli.serve.waits", command=owner.does, pid=owner.pid))
        time.sleep(0.05)
    try:
        yield lock
    finally:
        lock.__exit__()


def _without_lock(folder: Path, context: Context) -> None:
    """The file system has no locks: whether a server runs its door tells."""
    sock = connect(str(folder))
    if sock is not None:
        sock.close()
        raise Taken(owner_of(folder))
    context.progress(context.t("start.cli.serve.no_lock"))


def _taken_by(owner: Owner | None) -> Problem:
    """Another process has the lock: what is known of it."""
    if owner is not None and not owner.serves:
        return Problem("folder-taken-by", command=owner.does, pid=owner.pid, since=owner.since)
    if owner is None or owner.address is None:
        return Problem("already-starting")
    return Problem("already-running", address=owner.address, pid=owner.pid, since=owner.since)


def _run(context: Context, words: list[str] | None, lock: FolderLock) -> Answer:
    from node.base import logs, preload

    preload.begin()
    from node import serving

    core, args = context.core, context.args
    logs.set_up("warning" if sys.stderr.isatty() else "info")

    def announce(address: str) -> None:
        lock.note(Owner(SERVER, os.getpid(), core.clock(), address))
        _announce(context, address, words)

    _warn_of_new_name(context)
    options = serving.Options(
        program=context.program,
        listen=args.listen,
        public_url=args.public_url,
        private_addresses=args.private_addresses,
        local_network=args.local_network,
        proxy=terminal.proxy(args.proxy),
        tls=args.tls,
        announce=announce,
    )
    status = serving.serve(core, options)
    return Answer({}, context.sheet(), status)


def _warn_of_new_name(context: Context) -> None:
    """Whether people lose a way in by the name under which they reach the pages from now on."""
    from urllib.parse import urlsplit

    from node.base.events import Event
    from node.store.serve_settings import serve_options

    before = serve_options(context.core.settings).get("public_url") or ""
    names = [urlsplit(one).hostname or "" for one in (before, context.args.public_url or "")]
    renamed = context.args.public_url is not None and names[0] != names[1]
    if renamed and context.core.tell(Event.RENAMED, names[1]):
        context.progress(context.t("start.cli.serve.passkeys_end"))


def _announce(context: Context, address: str, words: list[str] | None) -> None:
    """The node is up: where its page is and what to do next."""
    from node.cli import print_json
    from node.people.one_time_codes import make_code
    from protocol.ids import to_text

    core, sight = context.core, context.sight()
    if not context.json and not terminal.shows():
        # Nobody reads this but a journal, which many may read: no name, and no way in.
        said = [context.t("start.cli.serve.unattended", address=address)]
        if core.ring.words is not None and words is None:  # else it was said just now
            said.append(context.t("start.cli.words.later"))
        with suppress(OSError):  # a node whose output nobody takes runs all the same
            terminal.put("\n".join(said) + "\n")
        return
    try:
        enter = f"{address}/enter/{make_code(core)}"
    except Problem as problem:  # not even the reserve is left: others can still read
        if problem.code != "disk-full":
            raise
        enter = None
    if context.json:
        document: dict[str, Any] = {
            "id": to_text(core.home_id),
            "name": sight.name(core.home_id).name,
            "home": str(core.home.path),
            "address": address,
            "enter": enter,
            "words": words,
        }
        print_json(document)
        if words:  # whoever started this has them: they were kept until then
            forget_words(core)
        return
    terminal.put(f"{_welcome(context, address, enter)}\n")


def _welcome(context: Context, address: str, enter: str | None) -> Sheet:
    """At a terminal; of `run`, while nobody is in the group, one link and nothing else."""
    from node.features.peers.views import endpoints
    from node.people.persons import persons

    core, sight = context.core, context.sight()
    sheet = context.sheet()
    if context.args.command.name == "run" and enter is not None and not persons(core).is_set_up():
        sheet.say(_what_it_opens(context))
        sheet.verbatim(enter)
        sheet.hint(context.t("start.cli.serve.ends"))
        return sheet
    sheet.heading(context.t("start.cli.serve.ready", name=sight.home_name))
    sheet.facts([(context.t("start.cli.serve.address"), address)])
    sheet.gap()
    if enter is None:
        sheet.say(context.t("errors.disk-full"))
    else:
        sheet.say(_what_it_opens(context))
        sheet.verbatim(enter)
    if core.ring.words is not None:
        sheet.gap()
        sheet.say(context.t("start.cli.words.later"))
    reachable = endpoints(sight)
    sheet.hint(context.t("start.cli.serve.next" if reachable else "start.cli.serve.next_dialling"))
    return sheet


def _what_it_opens(context: Context) -> str:
    """That the link lets in, or sets the group up while nobody is in it; and for how long."""
    from node.people.one_time_codes import code_seconds
    from node.people.persons import persons

    seconds = code_seconds(context.core)
    if persons(context.core).is_set_up():
        return context.t("start.cli.serve.enter", minutes=seconds // 60)
    return context.t("start.cli.serve.set_up", hours=seconds // 3_600)


def page(context: Context) -> Answer:
    """A one-time address."""
    from node.features.peers.views import endpoints
    from node.people.one_time_codes import code_seconds, make_code

    core = context.core
    if core.server is None:
        raise Problem("not-running")
    address = core.server.address
    enter = f"/enter/{make_code(core)}"
    sheet = context.sheet()
    sheet.say(_what_it_opens(context))
    sheet.say(context.t("start.cli.page.use"))
    sheet.verbatim(address + enter)
    published = [one + enter for one in endpoints(context.sight()) if one != address]
    if published:
        sheet.hint(context.t("start.cli.page.elsewhere"))
        sheet.verbatim("\n".join(published))
    document = {"address": address + enter, "elsewhere": published}
    return Answer(document | {"expires": core.clock() + code_seconds(core)}, sheet)


STOP_SECONDS = 20.0
"""A server says goodbye to its peers first, and folds its database."""


def stop(context: Context) -> Answer:
    """End the server of this folder, as Ctrl-C would, and wait until it has."""
    home = context.home()
    home.require()
    owner = owner_of(home.path)
    if not _tell_to_stop(home.path, owner):
        raise Problem("nothing-to-stop")
    pid = owner.pid if owner else "?"
    until = time.monotonic() + STOP_SECONDS
    while _is_served(home.path):
        if time.monotonic() > until:
            raise Problem("stop-slow", pid=pid)
        time.sleep(0.05)
    sheet = context.sheet()
    sheet.say(context.t("start.cli.stop.done"))
    return Answer({"address": owner.address if owner else None}, sheet)


def _tell_to_stop(folder: Path, owner: Owner | None) -> bool:
    """At its door; by its number if nobody answers there and it has the lock: while it starts,
    and when too many wait at its door."""
    told = knocking.stop(str(folder))
    if told:
        return True
    if owner is None or not owner.serves or not _is_served(folder):
        return told is None
    try:
        os.kill(owner.pid, signal.SIGTERM)
    except OSError as error:
        raise Problem("stop-forbidden", pid=owner.pid) from error
    return True


def _is_served(folder: Path) -> bool:
    """Whether a server has the folder."""
    try:
        with FolderLock(folder, Owner("stop", os.getpid(), int(time.time()))):
            sock = connect(str(folder))  # only where there are no locks
            if sock is not None:
                sock.close()
            return sock is not None
    except Taken as taken:
        return taken.owner is None or taken.owner.serves
