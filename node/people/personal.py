"""What a noun tells of a person, and what it keeps when that person has everything erased.

Each noun that holds something of persons names functions in its `Feature.personal`, of the core
and a person's id:

- `tell`: the `Part`s that it holds, for that person to read;
- `export`: the same for software, as JSON; where it is missing what is told is exported;
- `erase`: erases it, and gives what is `Kept`, or None. It runs in the transaction in which
  everything of the person goes, so it changes tables and asks nobody.

Words are keys of texts; values are what is stored, as JSON can say it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Value = str | int | bool | None | list[Any] | dict[str, Any]

ME, CIRCLE, KEYS, GROUP, NETWORK, PARTNER, EVERYBODY, MACHINE = SEEN_BY = (
    *("me", "circle", "keys", "group", "network", "partner", "everybody", "machine"),
)
"""Who sees something; the words for it are `common.who.<one>`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is stored of a person."""

    label: str
    """Key of the text that says what it is; or nothing, if it is `called` otherwise."""
    value: Value
    form: str = "text"
    """How to show the value: `text`, `time` (seconds UTC), `yes-no`, `size` (bytes), `list`,
    or `words`: the value is a key of texts itself."""
    seen_by: str = GROUP
    where: str = ""
    """The name of the circle, network or group that `seen_by` means."""
    path: str = ""
    """Where it can be downloaded or changed, if it can."""
    called: str = ""
    """What people call it who made it, such as a column of the group's own."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one noun holds: its title, the key of what it is kept for, and the entries."""

    title: str
    why: str
    entries: tuple[Entry, ...]
    key: str = ""
    """The name of this part in an exported file; else the noun is taken from the title."""

    @property
    def name(self) -> str:
        """The name in an exported file."""
        return self.key or self.title.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays although its person had everything erased."""

    what: str
    """Key of the text that says what."""
    why: str
    """Key of the text that says by which law or need, and until when."""


Tell = Callable[[Any, str], list[Part]]
Export = Callable[[Any, str], dict[str, Value]]
Erase = Callable[[Any, str], list[Kept] | None]
