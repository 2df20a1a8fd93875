"""What is to happen in a world, drawn from its seed: a list that can be shortened."""

import random
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.simulated.extras import events_of as extras_of
from tests.simulated.thieves import events_of

DAY = 86_400


class Event(NamedTuple):
    """At `at` seconds something of one kind happens to person `who`; `dice` decides the rest."""

    number: int
    at: float
    what: str
    who: int
    dice: int


LIFE: dict[str, int] = {
    "edit": 8,
    "meet": 10,
    "invite": 8,
    "reply": 8,
    "cancel": 2,
    "erase": 6,
    "befriend": 3,
    "end_peer": 2,
    "found": 1,
    "apply": 6,
    "decide": 8,
    "leave": 3,
    "expel": 2,
    "propose_pact": 3,
    "sign": 8,
    "amend": 2,
    "move": 1,
    "vote": 6,
    "rotate": 2,
    "backup": 3,
}
"""What people do, and how often of a hundred."""

TROUBLE: dict[str, int] = {
    "kill": 6,
    "crash": 16,
    "stop": 4,
    "partition": 8,
    "cut": 6,
    "clock": 3,
    "disk": 3,
    "restore": 3,
}
"""What goes wrong, and how often."""

LIES = ("replays", "leaks", "withholds", "stalls", "floods", "forks", "garbles")
FRAMES_LIE = ("misleads", "teases")
"""In rounds and announcements. Drawn apart, so that earlier seeds stay what they are."""


@dataclass(frozen=True)
class Plan:
    """Everything that decides what happens. `only`: the numbers of the events that do."""

    seed: int
    nodes: int = 5
    days: float = 7.0
    only: tuple[int, ...] | None = None
    broken: str | None = None
    events: tuple[Event, ...] = field(default=(), compare=False)
    lies: tuple[str, ...] = ()
    thief: str | None = None
    """Who makes decisions with stolen keys (`tests.simulated.thieves`)."""
    extras: tuple[str, ...] = ()
    """What happens besides (`tests.simulated.extras`)."""

    @classmethod
    def draw(
        cls,
        seed: int,
        nodes: int = 5,
        days: float = 7.0,
        only: tuple[int, ...] | None = None,
        broken: str | None = None,
        thief: str | None = None,
        extras: tuple[str, ...] = (),
    ) -> "Plan":
        """The plan of a seed."""
        dice = random.Random(f"plan/{seed}/{nodes}/{days}")
        lies = tuple(dice.sample(LIES, dice.choice((1, 2, 3)))) if dice.random() < 0.5 else ()
        apart = random.Random(f"frames/{seed}/{nodes}/{days}")
        lies += tuple(one for one in FRAMES_LIE if lies and apart.random() < 0.5)
        found: list[tuple[float, str]] = []
        count = int(days * nodes * 2) + 10
        for kinds, times in ((LIFE, count), (TROUBLE, int(days * nodes * 0.6) + 2)):
            found += [(dice.random() * days * DAY, _one_of(dice, kinds)) for _ in range(times)]
        # Troubles gather where something happens: half of them come with an act of somebody.
        acts = sorted(found)
        events = []
        for number, (at, what) in enumerate(acts):
            if what in TROUBLE and dice.random() < 0.5:
                at = acts[dice.randrange(len(acts))][0] + dice.random() * 3
            events.append(Event(number, at, what, dice.randrange(nodes), dice.getrandbits(48)))
        if thief is not None:  # besides: other worlds stay what they are
            more = enumerate(events_of(thief, seed, nodes, days), len(events))
            events += [Event(number, *one) for number, one in more]
        more_events = extras_of(extras, seed, nodes, days)
        events += [Event(number, *one) for number, one in enumerate(more_events, len(events))]
        events.sort(key=lambda one: one.at)
        kept = tuple(e for e in events if only is None or e.number in only)
        return cls(seed, nodes, days, only, broken, kept, lies, thief, extras)

    def with_only(self, only: tuple[int, ...]) -> "Plan":
        """The same world, in which only some of the events happen."""
        return Plan.draw(
            self.seed, self.nodes, self.days, only, self.broken, self.thief, self.extras
        )

    @property
    def command(self) -> str:
        """What replays it."""
        parts = [f"python -m tests.world --seed {self.seed} --nodes {self.nodes}"]
        parts.append(f"--days {self.days:g}")
        if self.only is not None:
            parts.append(f"--only {','.join(map(str, self.only))}")
        if self.thief is not None:
            parts.append(f"--thief {self.thief}")
        if self.extras:
            parts.append(f"--with {','.join(self.extras)}")
        if self.broken is not None:
            parts.append(f"--break {self.broken}")
        return " ".join(parts)


def _one_of(dice: random.Random, weights: dict[str, int]) -> str:
    return dice.choices([*weights], [*weights.values()])[0]
