"""Whom a person means: a name, an id or its beginning, or an address."""

import unicodedata
from collections.abc import Callable
from typing import TypeVar

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID, marked
from node.base.naming import best, near, parts
from node.store.core import Core
from node.store.peer_kinds import is_unknown_to
from protocol.control_state import Relation
from protocol.ids import PREFIX_CHARACTERS, to_text

T = TypeVar("T")


def names(core: Core) -> dict[bytes, str]:
    """The names by which identities are known here: of their entries and charters."""
    return core.known_names.all(core.clock())


def name_of(core: Core, identity: bytes) -> str | None:
    """The name of one identity, if it is known here; marked if it can be taken for another one."""
    now = core.clock()
    name = core.known_names.of(identity, now)
    if name is None:
        return None
    return marked(name, to_text(identity), core.directory.has_twin(name, identity, now))


def find_identity(core: Core, text: str, among: set[bytes] | None = None) -> bytes:
    """The one identity that `text` means, of `among` if given; `Problem` if none or several."""
    wanted = text.strip()
    known = set(core.ties.identities) if among is None else among
    labels = names(core)
    named = [(one, labels[one]) for one in known if one in labels]
    found = (
        best(wanted, named)
        or _by_id(known, wanted)
        or [one for one in known if "://" in wanted and _has_address(core, one, wanted)]
        or parts(wanted, named)
    )
    if not found:
        listed = best(wanted, [(name, name) for name in core.known_names.of_own_list()])
        if listed:
            raise Problem("only-listed", name=listed[0])
        meant = near(wanted, (name for _one, name in named))
        raise Problem("nobody-found", text=text, near=meant)
    if len(found) > 1:
        some = sorted(f"{labels.get(one, '?')} ({to_text(one)[:SHORT_ID]})" for one in found)[:6]
        raise Problem("several-found", text=text, found=", ".join(some))
    return found[0]


def _by_id(known: set[bytes], text: str) -> list[bytes]:
    beginning = text.lower()
    if len(beginning) < PREFIX_CHARACTERS:
        return []
    return [one for one in known if to_text(one).startswith(beginning)]


def _has_address(core: Core, identity: bytes, url: str) -> bool:
    halves = core.ties.endpoints.get(identity, {}).values()
    urls = [half.content["url"] for half in halves if half.content is not None]
    return url.rstrip("/") in urls


def living_first(hits: list[T], lives: Callable[[T], bool]) -> list[T]:
    """Those of several that a name means which are not over; all, if all are.

    What is over is still found by its id, or when nothing else has that name.
    """
    return [one for one in hits if lives(one)] or hits


def find_own(core: Core, text: str | None) -> bytes:
    """The own identity that acts: `--as`, or the home group."""
    if text is None:
        return core.home_id
    try:
        return find_identity(core, text, set(core.own))
    except Problem as problem:
        if problem.code in ("nobody-found", "only-listed"):
            raise Problem("not-ours", text=text) from problem
        raise


SEEN_BY = {
    **dict.fromkeys(("public", "everybody", "öffentlich", "oeffentlich", "alle"), "public"),
    **dict.fromkeys(("private", "privat"), "private"),
}
"""Who may see something, by the words for it in either language; anything else is a name."""


def seen_by(text: str) -> str | None:
    """`public` or `private` if that is what was said.

    >>> seen_by("Öffentlich"), seen_by("privat"), seen_by("Hafenverbund")
    ('public', 'private', None)
    """
    return SEEN_BY.get(unicodedata.normalize("NFC", text).strip().casefold())


def find_network(core: Core, text: str) -> bytes:
    """The network that `text` means."""
    networks = {one for one, known in core.ties.identities.items() if known.type == "network"}
    try:
        return find_identity(core, text, networks)
    except Problem as problem:
        if problem.code == "nobody-found":
            meant = problem.values.get("near")
            raise Problem("no-such-network", text=text, near=meant) from problem
        raise


def must_be_tied(core: Core, own: bytes, other: bytes, kind: str | None = None) -> None:
    """What is sealed to somebody without any tie never arrives, and `kind` is not understood by a
    machine whose software is too old for it: say so at once."""
    who = name_of(core, other) or to_text(other)[:SHORT_ID]
    if core.ties.relation(own, other, core.clock()) is not Relation.TIED:
        raise Problem("not-tied", who=who)
    if kind is not None and is_unknown_to(core.settings, other, kind):
        raise Problem("machine-too-old", who=who)
