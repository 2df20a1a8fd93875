"""What links say of a person: who made or opened them (`node.people.personal`)."""

from node.features.peers.tables import peer_links
from node.people.personal import GROUP, Entry, Kept, Part
from node.store.core import Core


def tell(core: Core, person: str) -> list[Part]:
    """Links that a person made for partner groups, and those that they opened."""
    entries = tuple(
        Entry(f"peers.personal.{what}", at, "time", seen_by=GROUP)
        for what, at in peer_links(core).by_person(person)
    )
    return [Part("peers.personal.title", "peers.personal.why", entries)]


def forget(core: Core, person: str) -> list[Kept]:
    """The links stay, and nobody's name stands at them. In a transaction."""
    peer_links(core).forget_person(person)
    return []
