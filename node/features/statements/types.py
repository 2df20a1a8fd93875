"""What pages and the command line show of statements, and of two groups side by side."""

from dataclasses import dataclass

from node.features.statements.comparing import Score
from node.lookup.types import Name


@dataclass(frozen=True, slots=True)
class StanceView:
    """What a group answers: agree, partly or no. `outdated`: to an earlier text. `at`: seconds."""

    who: Name
    answer: str
    sentence: str | None
    at: int
    outdated: bool


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement of a network; `id` is NETWORK/NAME, `digest` names its text as it stands."""

    id: str
    network: Name
    topic: str | None
    text: str
    about: str | None
    digest: str
    own: bool
    """Whether the list is kept here."""
    mine: StanceView | None
    """Our answer."""
    agree: int
    partly: int
    no: int
    """How many groups answer so, to the text as it stands."""
    answers: tuple[StanceView, ...]
    issued: int


@dataclass(frozen=True, slots=True)
class RowView:
    """One statement, and what two groups answer. `relation`: same, near, apart; None unless both
    answered the text as it stands."""

    id: str
    text: str
    one: StanceView | None
    other: StanceView | None
    relation: str | None


@dataclass(frozen=True, slots=True)
class TopicView:
    """What two groups answer under one topic; None: without a topic."""

    topic: str | None
    percent: int | None
    both: int
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Two groups side by side: in how much they agree, and their topics."""

    network: Name
    one: Name
    other: Name
    percent: int | None
    both: int
    shared: tuple[str, ...]
    only_one: tuple[str, ...]
    only_other: tuple[str, ...]
    topics: tuple[TopicView, ...]


@dataclass(frozen=True, slots=True)
class LikeView:
    """A group beside the one that is compared. `both`: statements that both answered."""

    who: Name
    percent: int | None
    both: int
    shared: tuple[str, ...]
    score: Score
    id: bytes
