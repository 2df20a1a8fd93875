"""Five groups that use their nodes: a seeded mix of commands, pages, links and restarts.

What they hold stays about the same: a meeting that is announced takes the place of one that is
called off and erased, and so do offers. So what grows with time is not what was put in.
"""

import json
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.days import typed
from tests.node.ordinary.house import PATIENCE_SECONDS, House, Use

NAMES = ("Harbour", "Kitchen", "Garden", "Choir", "Workshop")
STEADY = 3
"""So many of them are never started again; the others come and go."""

NETWORK = "Neighbourhood"
MEETINGS, OFFERS = 4, 3
"""So many a group has at a time."""

READS = (
    ("status",),
    ("group", "list"),
    ("group", "search", "Kiel"),
    ("meeting", "list"),
    ("network", "members", NETWORK),
    ("network", "show", NETWORK),
    ("peer", "list"),
    ("exchange", "list"),
    ("erasures",),
)


class Town:
    """The five, and what happens among them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.houses = [House(folder, name, port) for name, port in zip(NAMES, ports(), strict=True)]
        self.done = 0
        self._number = 0
        self._meetings: dict[str, list[str]] = {name: [] for name in NAMES}
        self._offers: dict[str, list[str]] = {name: [] for name in NAMES}

    def begin(self) -> None:
        """All run, each is connected with each, and all are in one network."""
        for one in self.houses:
            one.start()
        for number, one in enumerate(self.houses):
            for other in self.houses[number + 1 :]:
                assert self._connect(one, other)
        host = self.houses[0]
        assert host.types("network", "found", "--name", NETWORK, "--admission", "open")
        for one in self.houses[1:]:
            self._until(lambda one=one: one.types("network", "apply", NETWORK))
        self._until(lambda: len(self._members()) == len(self.houses))

    def end(self) -> None:
        for one in self.houses:
            one.stop(signal.SIGKILL)

    def open_pages(self, count: int) -> None:
        """So many pages of each node are opened."""
        for one in self.houses:
            for _page in range(count):
                self._look(one)

    def work(self, operations: int) -> None:
        """So many things happen, one after the other."""
        kinds = tuple(KINDS)
        weights = tuple(KINDS.values())
        for _one in range(operations):
            kind: Callable[[Town, House], object] = self.dice.choices(kinds, weights)[0]
            kind(self, self.dice.choice(self.houses))
            self.done += 1

    def rest(self) -> list[Use]:
        """What each node holds once all links stand again and nothing is under way."""
        others = len(self.houses) - 1
        self._until(lambda: all(one.links() == others for one in self.houses))
        best = [one.use() for one in self.houses]
        until = time.monotonic() + PATIENCE_SECONDS / 4
        while time.monotonic() < until:  # what lingers is closed after some seconds
            time.sleep(0.5)
            now = [one.use() for one in self.houses]
            best = [
                Use(min(a.rss, b.rss), min(a.files, b.files))
                for a, b in zip(best, now, strict=True)
            ]
        return best

    # what happens

    def _look(self, house: House) -> None:
        house.looks(self.dice.random(), self.dice.random() < 0.7)

    def _read(self, house: House) -> None:
        house.types(*self.dice.choice(READS))

    def _edit(self, house: House) -> None:
        house.types("group", "edit", "--purpose", f"What we do, as of {self._next()}")

    def _meet(self, house: House) -> None:
        """Announce a meeting and invite somebody to it; the oldest is called off and erased."""
        mine, title = self._meetings[house.name], f"Council {self._next()}"
        starts, to = (
            typed(self.dice.randint(3, 60)),
            self.dice.choice(("public", NETWORK, "private")),
        )
        said = ("--starts", starts, "--zone", "Berlin", "--place", "House", "--to", to)
        if house.types("meeting", "new", "--title", title, *said):
            mine.append(title)
        guest = self.dice.choice([one for one in NAMES if one != house.name])
        house.types("meeting", "invite", title, guest)
        if len(mine) > MEETINGS:
            house.types("meeting", "cancel", mine[0], "--reason", "Rain", "--yes")
            house.types("meeting", "erase", mine.pop(0), "--yes")

    def _reply(self, house: House) -> None:
        host = self.dice.choice([one for one in NAMES if one != house.name])
        if self._meetings[host]:
            answer = self.dice.choice(("accept", "decline"))
            house.types("meeting", "reply", self._meetings[host][-1], answer)

    def _offer(self, house: House) -> None:
        mine, title = self._offers[house.name], f"Tables {self._next()}"
        what, to = self.dice.choice(("offer", "want")), self.dice.choice(("public", NETWORK))
        if house.types("exchange", what, "--title", title, "--to", to):
            mine.append(title)
        if len(mine) > OFFERS:
            house.types("exchange", "end", mine.pop(0), "--yes")

    def _take(self, house: House) -> None:
        giver = self.dice.choice([one for one in NAMES if one != house.name])
        if self._offers[giver]:
            house.types("exchange", "take", self._offers[giver][-1])

    def _part(self, house: House) -> None:
        """A tie ends, and is made again."""
        other = self.dice.choice([one for one in self.houses if one is not house])
        house.types("peer", "end", other.name, "--yes")
        self._until(lambda: self._connect(house, other))

    def _leave(self, house: House) -> None:
        """A member leaves the network, and comes back."""
        if house is not self.houses[0]:
            house.types("network", "leave", NETWORK, "--yes")
            self._until(lambda: house.types("network", "apply", NETWORK))

    def _disturb(self, house: House) -> None:
        """Connections that lead to nothing: broken off, half a request, no proper one."""
        for said in (b"", b"GET / HTT", b"\0" * 99, b"GET /link HTTP/1.1\r\nHost: a\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", house.port), PATIENCE_SECONDS) as one:
                one.sendall(said)

    def _restart(self, house: House) -> None:
        """A node ends or is killed; others go on meanwhile. All its links break."""
        if house in self.houses[:STEADY]:
            return
        house.stop(self.dice.choice((signal.SIGTERM, signal.SIGKILL)))
        for one in self.houses:
            if one is not house:
                self._look(one)
        house.types("status")
        house.start()

    # helpers

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _connect(self, one: House, other: House) -> bool:
        link = one.types("peer", "invite")
        return bool(link) and other.types("peer", "accept", link["link"]) is not None

    def _members(self) -> list[Any]:
        found = self.houses[0].types("network", "members", NETWORK)
        return [one for one in found["members"] if one["standing"] == "member"]

    def _until(self, is_so: Callable[[], object]) -> None:
        until = time.monotonic() + 2 * PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < until, json.dumps(self.told())
            time.sleep(0.2)

    def commands(self) -> Counter[str]:
        """How commands ended so far."""
        return sum((one.codes for one in self.houses), Counter())

    def pages(self) -> Counter[int]:
        """How pages were answered so far."""
        return sum((one.pages for one in self.houses), Counter())

    def told(self) -> dict[str, Any]:
        """What happened so far."""
        return {"operations": self.done, "commands": self.commands(), "pages": self.pages()}


KINDS = {  # how often
    Town._look: 60, Town._read: 12, Town._edit: 5, Town._meet: 5, Town._reply: 5, Town._offer: 4,
    Town._take: 3, Town._disturb: 3, Town._part: 1, Town._leave: 1, Town._restart: 3,
}  # fmt: skip


def ports() -> list[int]:
    """Free ones, all different."""
    taken = [socket.socket() for _name in NAMES]
    try:
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]
    finally:
        for one in taken:
            one.close()
