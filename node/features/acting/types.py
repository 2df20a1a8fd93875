"""What acting for somebody is made of."""

from typing import NamedTuple


class Agreement(NamedTuple):
    """That one person (`actor`) may act for another. Of each yes the time, or None."""

    actor: str
    person: str
    at: int
    actor_yes: int | None
    person_yes: int | None
    key_yes: int | None
    key_by: str | None
    """The key person who said so; None for the machine's keeper."""

    @property
    def stands(self) -> bool:
        """Whether both said so, or a key person."""
        both = self.actor_yes is not None and self.person_yes is not None
        return both or self.key_yes is not None


class Entry(NamedTuple):
    """A line of what was done for somebody. `what`: agreed, began, changed, stopped, ended."""

    actor: str
    person: str
    at: int
    what: str
    path: str
    """Where something was changed; empty otherwise."""
