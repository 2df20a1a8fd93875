"""The folder of the node that a command is for: owned by its own process, or by a server that acts.

Rules (docs/door.md): a command that needs a node asks the server of its folder first
(`node.knock`), and comes here if none answered. It takes the lock of the folder for its run. If
another process has it – a command, or a server that is just starting or ending – it waits a while,
and knocks again meanwhile; longer than a moment it says for whom.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from node.base.errors import Problem
from node.cli.context import Context
from node.cli.effects import Effect, Where
from node.knock.knock import knock

if TYPE_CHECKING:
    from node.keys.folder_lock import Owner

PATIENCE_SECONDS = 20.0
"""A server has come up by then, or another command is done, unless it asks somebody something."""

WAIT_SECONDS = 30.0
"""For a server that somebody is just starting, with `--wait`."""

SAY_SECONDS = 1.0
APART_SECONDS = 0.05


@contextmanager
def owned_or_served(context: Context, typed: Sequence[str]) -> Iterator[int | None]:
    """Own the folder inside if the command needs a node.

    Gives its exit status instead, if a server has carried it out meanwhile.
    """
    if context.args.command.where is Where.HERE:
        yield None
        return
    if getattr(context.args, "wait", False):
        yield _served(context, typed)
        return
    home = context.home()
    if not home.exists:  # saying so needs no lock
        yield None
        return
    with ExitStack() as held:
        yield _taken(held, home.path, context, typed)


def _served(context: Context, typed: Sequence[str]) -> int:
    """Let a server carry it out that may only be about to start."""
    begun, told = time.monotonic(), False
    while True:
        status = knock(typed)
        if status is not None:
            return status
        waited = time.monotonic() - begun
        if waited > WAIT_SECONDS:
            raise Problem("no-server-came", seconds=int(WAIT_SECONDS))
        if waited > SAY_SECONDS and not told:
            told = True
            seconds = int(WAIT_SECONDS)
            context.progress(context.t("cli.usage.waiting_for_start", seconds=seconds))
        time.sleep(APART_SECONDS)


def _taken(held: ExitStack, folder: Path, context: Context, typed: Sequence[str]) -> int | None:
    import os

    from node.keys.folder_lock import FolderLock, Owner, Taken, owner_of

    me = Owner(" ".join(context.args.command.path), os.getpid(), int(time.time()))
    begun, told = time.monotonic(), False
    while True:
        try:
            held.enter_context(FolderLock(folder, me, lambda: _without_lock(context)))
            return None
        except Taken as taken:
            owner = taken.owner or owner_of(folder)
        status = knock(typed)
        if status is not None:
            return status
        waited = time.monotonic() - begun
        if waited > PATIENCE_SECONDS:
            raise _busy(owner)
        if waited > SAY_SECONDS and not told:
            told = True
            context.progress(_who(owner, context))
        time.sleep(APART_SECONDS)


def _without_lock(context: Context) -> None:
    """The file system has none: whoever changes something is told."""
    if context.args.command.effect is not Effect.READS:
        context.progress(context.t("cli.usage.no_lock"))


def _who(owner: "Owner | None", context: Context) -> str:
    """For whom it waits."""
    if owner is None:
        return context.t("cli.usage.waiting_for_somebody")
    if owner.serves:
        return context.t("cli.usage.waiting_for_server", pid=owner.pid)
    return context.t("cli.usage.waiting_for_command", command=owner.does, pid=owner.pid)


def _busy(owner: "Owner | None") -> Problem:
    if owner is None:
        return Problem("folder-taken")
    if owner.serves:
        return Problem("server-silent", pid=owner.pid)
    return Problem("folder-taken-by", command=owner.does, pid=owner.pid, since=owner.since)
