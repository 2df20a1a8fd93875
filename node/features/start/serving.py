"""`serve`, `run`, `stop`: the node as a server; `page`: a one-time address for the inside view."""

import os
import secrets
import signal
import sys
import time
from typing import Any

from node.base.errors import Problem
from node.cli import terminal
from node.cli.context import Answer, Context, new_passphrase
from node.features.start.commands import show_words
from node.lookup.server import running_address
from node.store.serve_settings import server_note


def serve(context: Context) -> Answer:
    """Run the node until it is stopped."""
    return _serve(context, None)


def run(context: Context) -> Answer:
    """The same, after making a node if there is none yet."""
    from node.features.start.actions import initialise

    home = context.home()
    if home.exists:
        return _serve(context, None)
    home.assert_nothing_lost()
    given = context.args.name or (
        terminal.ask(context.t("start.cli.ask_name_or", name=context.t("start.cli.run.default")))
        if terminal.is_there()
        else ""
    )
    passphrase = new_passphrase(context)
    name = given or context.t("start.cli.run.default")
    schema = context.program.schema
    started = initialise(home, {"name": name}, passphrase, secrets.token_bytes, schema=schema)
    context.open_with(passphrase)
    if not context.json:
        sheet = context.sheet()
        sheet.say(context.t("start.cli.init.done", name=name))
        show_words(sheet, started.words.split(), context)
        sheet.hint(context.t("start.cli.run.name"))
        try:
            terminal.put(f"{sheet}\n\n")
        except OSError as error:
            raise Problem("words-unseen", path=home.path) from error
    return _serve(context, started.words.split())


def _serve(context: Context, words: list[str] | None) -> Answer:
    from node.keys.one_server import Served, only_server

    home = context.home()
    home.require()
    locked = only_server(home.path, lambda: context.progress(context.t("start.cli.serve.no_lock")))
    try:
        with locked:
            return _run(context, words)
    except Served:
        raise _who_serves(context) from None


def _who_serves(context: Context) -> Problem:
    """Another process has the lock: what is known of it."""
    from node.lookup.server import server_of

    note = server_of(server_note(context.core.settings))
    if note is None:
        return Problem("already-starting")
    return Problem("already-running", address=note["address"], pid=note["pid"], since=note["since"])


def _run(context: Context, words: list[str] | None) -> Answer:
    from node.base import logs, preload

    preload.begin()
    from node import serving

    core, args = context.core, context.args
    note = server_note(core.settings)
    if running_address(note):  # where there is no lock, and it answers
        raise _who_serves(context)
    logs.set_up("warning" if sys.stderr.isatty() else "info")
    options = serving.Options(
        features=context.program.features,
        listen=args.listen,
        public_url=args.public_url,
        private_addresses=args.private_addresses,
        local_network=args.local_network,
        proxy=terminal.proxy(args.proxy),
        tls=args.tls,
        announce=lambda found: _announce(context, found, words),
    )
    status = serving.serve(core, options)
    return Answer({}, context.sheet(), status)


def _announce(context: Context, address: str, words: list[str] | None) -> None:
    """The node is up: where its page is and what to do next."""
    from node.cli import print_json
    from node.features.peers.views import endpoints
    from node.lookup.names import name_of
    from node.people.one_time_codes import CODE_SECONDS, make_code
    from protocol.ids import to_text

    core = context.core
    if not context.json and not sys.stdout.isatty():
        # Nobody reads this but a journal, which many may read: no name, and no way in.
        print(context.t("start.cli.serve.unattended", address=address), flush=True)
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
            "name": name_of(core, core.home_id),
            "home": str(core.home.path),
            "address": address,
            "enter": enter,
            "words": words,
        }
        print_json(document)
        return
    sheet = context.sheet()
    sheet.heading(context.t("start.cli.serve.ready", name=name_of(core, core.home_id) or ""))
    sheet.facts([(context.t("start.cli.serve.address"), address)])
    sheet.gap()
    if enter is None:
        sheet.say(context.t("errors.disk-full"))
    else:
        sheet.say(context.t("start.cli.serve.enter", minutes=CODE_SECONDS // 60))
        sheet.verbatim(enter)
    reachable = endpoints(context.sight())
    sheet.hint(context.t("start.cli.serve.next" if reachable else "start.cli.serve.next_dialling"))
    print(sheet, flush=True)


def page(context: Context) -> Answer:
    """A one-time address."""
    from node.features.peers.views import endpoints
    from node.people.one_time_codes import CODE_SECONDS, make_code

    core = context.core
    address = running_address(server_note(core.settings))
    if address is None:
        raise Problem("not-running")
    enter = f"/enter/{make_code(core)}"
    sheet = context.sheet()
    sheet.say(context.t("start.cli.page.use", minutes=CODE_SECONDS // 60))
    sheet.verbatim(address + enter)
    published = [one + enter for one in endpoints(context.sight()) if one != address]
    if published:
        sheet.hint(context.t("start.cli.page.elsewhere"))
        sheet.verbatim("\n".join(published))
    document = {"address": address + enter, "elsewhere": published}
    return Answer(document | {"expires": core.clock() + CODE_SECONDS}, sheet)


STOP_SECONDS = 20.0
"""A server says goodbye to its peers first, and folds its database."""


def stop(context: Context) -> Answer:
    """End the server of this folder, as Ctrl-C would."""
    from contextlib import closing

    from node.lookup.server import server_of
    from node.store.database import Database
    from node.store.settings import Settings

    home = context.home()
    home.require()
    with closing(Database(home.database)) as database:  # no keys are needed for that
        settings = Settings(database)
        server = server_of(server_note(settings))
        if server is None or running_address(server) is None:
            raise Problem("nothing-to-stop")
        try:
            os.kill(server["pid"], signal.SIGTERM)
        except OSError as error:
            raise Problem("stop-forbidden", pid=server["pid"]) from error
        until = time.monotonic() + STOP_SECONDS
        while server_of(server_note(settings)) == server:
            if time.monotonic() > until:
                raise Problem("stop-slow", pid=server["pid"])
            time.sleep(0.05)
    sheet = context.sheet()
    sheet.say(context.t("start.cli.stop.done"))
    return Answer({"address": server["address"]}, sheet)
