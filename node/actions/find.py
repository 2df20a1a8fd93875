"""Whom a person means: a name, an id or its beginning, or an address."""

from collections.abc import Callable
from typing import TypeVar

from node.core import Core
from node.errors import Problem
from protocol.ids import PREFIX_CHARACTERS, to_text
from protocol.ties import Relation

T = TypeVar("T")

PART_CHARACTERS = 3
"""Of a name: fewer are in too many names."""


def names(core: Core) -> dict[bytes, str]:
    """The names by which identities are known here: of their entries and charters."""
    now = core.clock()
    found: dict[bytes, str] = {}
    rows = core.db.all(
        "select i.id, d.name from directory d join identities i on i.no = d.author"
        " where d.expires > ? and d.no > 0 order by d.no",
        (now,),
    )
    for identity, name in rows:
        found[bytes(identity)] = name
    return found


def name_of(core: Core, identity: bytes) -> str | None:
    """The name of one identity, if it is known here."""
    row = core.db.one(
        "select d.name from directory d join identities i on i.no = d.author"
        " where i.id = ? and d.expires > ? order by d.no desc",
        (identity, core.clock()),
    )
    return row[0] if row else None


def find_identity(core: Core, text: str, among: set[bytes] | None = None) -> bytes:
    """The one identity that `text` means, of `among` if given; `Problem` if none or several."""
    wanted = text.strip()
    known = set(core.ties.identities) if among is None else among
    labels = names(core)
    exact = {one for one in known if labels.get(one, "").casefold() == wanted.casefold()}
    lower = wanted.lower()
    if not exact and len(lower) >= PREFIX_CHARACTERS:
        exact = {one for one in known if to_text(one).startswith(lower)}
    if not exact and "://" in wanted:
        exact = {one for one in known if _has_address(core, one, wanted.rstrip("/"))}
    if not exact and len(wanted) >= PART_CHARACTERS:
        exact = {one for one in known if wanted.casefold() in labels.get(one, "").casefold()}
    if not exact:
        if core.db.one("select 1 from entries where name = ?", (wanted,)):
            raise Problem("only-listed", name=wanted)
        raise Problem("nobody-found", text=text)
    if len(exact) > 1:
        some = sorted(f"{labels.get(one, '?')} ({to_text(one)[:8]})" for one in exact)[:6]
        raise Problem("several-found", text=text, found=", ".join(some))
    return exact.pop()


def _has_address(core: Core, identity: bytes, url: str) -> bool:
    halves = core.ties.endpoints.get(identity, {}).values()
    return any(half.content is not None and half.content["url"] == url for half in halves)


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


def find_network(core: Core, text: str) -> bytes:
    """The network that `text` means."""
    networks = {one for one, known in core.ties.identities.items() if known.type == "network"}
    try:
        return find_identity(core, text, networks)
    except Problem as problem:
        if problem.code == "nobody-found":
            raise Problem("no-such-network", text=text) from problem
        raise


def must_be_tied(core: Core, own: bytes, other: bytes) -> None:
    """What is sealed to somebody without any tie never arrives: say so at once."""
    if core.ties.relation(own, other, core.clock()) is not Relation.TIED:
        who = name_of(core, other) or to_text(other)[:8]
        raise Problem("not-tied", who=who)
