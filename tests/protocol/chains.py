"""Chains that never were signed, from a few words: for rules that look at no signature."""

from collections.abc import Mapping, Sequence
from functools import cache

from crypto.hashing import digest
from protocol.identity import Identity, Link


def group(name: str) -> bytes:
    """The id of a group with this name."""
    return digest(b"group " + name.encode())


def groups(names: str) -> tuple[bytes, ...]:
    """Ids, ascending."""
    return tuple(sorted(map(group, names.split())))


@cache
def genesis(founders: str) -> Link:
    """Link 0 of a network."""
    name = digest(b"genesis " + founders.encode())
    return Link("network", 0, None, name, b"", name, False, groups(founders), (), (), None, name)


def rotation(before: Link, label: str = "r") -> Link:
    """A rotation after a link."""
    name = digest(before.digest + label.encode())
    return Link(
        "network", before.number + 1, before.digest, name, b"", name, False, (), (), (), None, name
    )


def decision(label: str, roster: str, *before: Link, moves: bool = False) -> Link:
    """A decision after one link, or after several that contradict each other."""
    name = digest(b"decision " + label.encode() + b"".join(one.digest for one in before))
    number = max(one.number for one in before) + 1
    joins = tuple(sorted(one.digest for one in before[1:]))
    return Link(
        "network", number, before[0].digest, name, b"", name, moves or bool(joins), (),
        groups(roster), joins, None, name,
    )  # fmt: skip


Votes = Mapping[bytes, str]
"""By the digest of a link: who voted for it."""


def chain(votes: Votes, *links: Link) -> Identity:
    """A chain of these links. Its votes are those of `votes`, under keys named as their groups."""
    elements = list[tuple[object, object]]()
    for link in links:
        names: Sequence[str] = votes.get(link.digest, "").split()
        signed = tuple((group(one), one.encode(), b"") for one in names)
        elements.append((link.digest, ("majority", signed) if link.roster else None))
    return Identity(links[0].digest, links, tuple(elements))
