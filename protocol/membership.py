"""A membership and the admission that answers it: two halves of one agreement (§6.3, §6.4)."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from protocol.kind import Statement


class Half(NamedTuple):
    """One side of an agreement. `content` is None when it was taken back."""

    content: dict[str, Any] | None
    epoch: bytes | None
    issued: int
    until: int
    digest: bytes | None = None

    @classmethod
    def of(cls, statement: Statement) -> "Half":
        """What a record says."""
        return cls(statement.content, statement.epoch, statement.issued, statement.expires)

    @property
    def is_shown(self) -> bool:
        """Whether its author wants this tie to be named to everybody (§6.9)."""
        return self.content is not None and self.content.get("shown") is True

    def stands(self, now: int) -> bool:
        """Neither taken back nor expired."""
        return self.content is not None and self.until > now

    def lives(self, now: int) -> bool:
        """Stands, or was taken back and is still remembered."""
        return self.until > now


class Relation(Enum):
    """What two identities are to each other, for the node that asks (§6.5)."""

    NONE = 0
    FORMER = 1
    TIED = 2


class Standing(Enum):
    """How an identity stands to a network."""

    NONE = "none"
    APPLIED = "applied"
    DECLINED = "declined"
    MEMBER = "member"
    LEFT = "left"
    EXPELLED = "expelled"


@dataclass(slots=True)
class Bond:
    """A membership and the admission that answers it.

    `founding` is what a certificate says of both (§6.6); a record replaces its half. `confirmed` is
    that a majority put this identity on the roster, until when that stands for an admission (§6.7).
    """

    joined: Half | None = None
    answered: Half | None = None
    founding: Half | None = None
    confirmed: Half | None = None

    @property
    def membership(self) -> Half | None:
        """The group's side."""
        return self.joined or self.founding

    @property
    def admission(self) -> Half | None:
        """The network's side."""
        return self.answered or self.founding

    def answer(self, now: int) -> Half | None:
        """What the network says: its admission, else the roster that was confirmed (§6.3)."""
        mine, theirs, roster = self.membership, self.admission, self.confirmed
        if roster is None or mine is None or (theirs is not None and theirs.until > now):
            return theirs
        return roster._replace(epoch=mine.epoch) if roster.until > now else theirs

    def is_member(self, now: int) -> bool:
        """§6.3."""
        mine, theirs = self.joined or self.founding, self.answered or self.founding
        if theirs is None or theirs.until <= now:
            theirs = self.answer(now)
        return (
            mine is not None
            and theirs is not None
            and mine.content is not None
            and theirs.content is not None
            and mine.epoch == theirs.epoch
            and theirs.content["decision"] == "admitted"
            and mine.until > now
            and theirs.until > now
        )

    def is_of_its_circle(self, now: int) -> bool:
        """Whether members speak about it (§8.4): also where the network admitted it, and its own
        side went with a key that was called stolen. Else nobody would hear of the new one."""
        answered = self.admission is not None and self.admission.lives(now)
        return answered or self.standing(now) is not Standing.NONE

    def is_named(self, now: int) -> bool:
        """Whether this group may be named as a member outside its network (§6.9)."""
        return self.is_member(now) and self.joined is not None and self.joined.is_shown

    def standing(self, now: int) -> Standing:
        """In one word."""
        mine, theirs = self.membership, self.answer(now)
        if self.is_member(now):
            return Standing.MEMBER
        if mine is None or not mine.lives(now):
            return Standing.NONE
        answered = theirs is not None and theirs.epoch == mine.epoch and theirs.lives(now)
        if mine.content is None:
            return Standing.LEFT
        if not answered or theirs is None:
            return Standing.APPLIED
        if theirs.content is None or theirs.content["decision"] == "expelled":
            return Standing.EXPELLED
        return Standing.DECLINED

    def was_member(self, now: int) -> bool:
        """Left or expelled after the network had answered: an application alone is no past."""
        mine, theirs = self.membership, self.answer(now)
        return (
            self.standing(now) in (Standing.LEFT, Standing.EXPELLED)
            and mine is not None
            and theirs is not None
            and theirs.epoch == mine.epoch
            and theirs.lives(now)
            and (theirs.content is None or theirs.content["decision"] != "declined")
        )

    def was_admitted(self) -> bool:
        """Whether the network ever said yes, as far as is remembered here."""
        said = self.admission
        if self.membership is None or said is None:
            return self.confirmed is not None
        return said.content is None or said.content["decision"] != "declined"

    def ended(self, epoch: bytes, now: int) -> bool:
        """Whether the membership with this epoch is known to be over."""
        mine, theirs = self.membership, self.answer(now)
        if mine is not None and mine.epoch == epoch and not mine.stands(now):
            return True
        if theirs is None or theirs.epoch != epoch:
            return False
        return not theirs.stands(now) or (theirs.content or {}).get("decision") != "admitted"
