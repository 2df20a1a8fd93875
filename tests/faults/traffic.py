"""What happens at a node while it is killed, and what of it was acknowledged.

Three at once: a peer whose records it stores (the real protocol, from a real node in this process);
commands on the command line; a person who enters by a one-time address. `Told` is what each of them
was told; all of it must be there after the node came up again.
"""

import asyncio
import contextlib
import json
import random
from typing import Any

from node.features.meetings.actions import known_meetings, meeting_content
from node.features.peers.accepting import use_link
from node.links.link import Link
from node.records.transaction import act
from protocol.audience import PUBLIC
from protocol.ids import from_text, to_text
from protocol.kind import Place, Seq
from protocol.peering import PeerLink
from tests.days import typed, wall
from tests.faults.victim import Victim
from tests.node.entering import setting_up
from tests.node.world import Running, until

PLACES = 20
"""Records of the peer, replaced again and again: a store does not grow with the kills."""

INVITATIONS = 60
"""Of them a list is read with each command."""

WHEN = ("--starts", typed(90), "--zone", "Berlin", "--place", "Haus")
NEVER = Seq(0, 0, 0)
FIELDS = {"starts": wall(90), "zone": "Europe/Berlin", "minutes": 60, "place": "Haus"}


class Told:
    """Everything that somebody was told is stored."""

    def __init__(self) -> None:
        self.records: dict[str, Seq] = {}
        """The peer's, by their names: at least this `seq`."""
        self.edit = 0
        """The number in the node's own entry: at least this."""
        self.invitations: set[str] = set()
        self.used: list[str] = []
        """Codes that let somebody in, and never again."""
        self.events = 0
        """Acknowledgements of all kinds."""


class Traffic:
    """Between `victim` and `peer`, until it is stopped."""

    def __init__(self, victim: Victim, peer: Running, chance: random.Random) -> None:
        self.victim, self.peer, self.chance = victim, peer, chance
        self.told = Told()
        self.id = b""
        self.ids: dict[Seq, bytes] = {}
        """The victim's own records that anybody saw: no number twice."""
        self._n = 0

    async def introduce(self) -> None:
        """The node is set up, and the two become peers."""
        status, text = await self.victim.command("page")
        assert status == 0, text
        path = "/enter/" + json.loads(text)["address"].rpartition("/")[2]
        assert (await self.victim.press(path, **setting_up("Alpha"))).startswith(b"HTTP/1.1 303")
        self.told.used.append(path)
        status, text = await self.victim.command("peer", "invite")
        assert status == 0, text
        link = PeerLink.parse(json.loads(text)["link"])
        self.id = await use_link(self.peer.core, self.peer.id, link)
        self.peer.links.stored()
        await until(lambda: self.peer.links.connected(self.id), "a session")

    async def run(self) -> None:
        """All of it, for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feed())
            group.create_task(self._command())
            group.create_task(self._enter())

    def _next(self) -> int:
        self._n += 1
        return self._n

    async def _feed(self) -> None:
        peer = self.peer
        while True:
            link = peer.links.sessions.get(self.id)
            if link is None or not peer.links.is_quiet:
                await asyncio.sleep(0.002)  # polling a condition
                continue
            written: dict[str, Seq] = {}
            with act(peer.core) as publisher:
                for _ in range(self.chance.randrange(1, 4)):
                    n = self._next()
                    place = Place(peer.id, PUBLIC, "meeting", f"m{n % PLACES}")
                    content = meeting_content({**FIELDS, "title": str(n), "text": "x" * (n % 900)})
                    written[place.name] = publisher.write(place, content).seq
            peer.links.stored()
            if await self._quiet(link):
                self.told.records |= written
                self.told.events += 1

    async def _quiet(self, link: Link) -> bool:
        """Whether it came to rest: everything that was offered is acknowledged."""
        while self.peer.links.sessions.get(self.id) is link and not link.end_code:
            if self.peer.links.is_quiet:
                return True
            await asyncio.sleep(0.001)  # polling a condition
        return False

    async def _command(self) -> None:
        while True:
            n = self._next()
            if n % 3 or len(self.told.invitations) >= INVITATIONS:
                if await self._done("group", "edit", "--purpose", str(n)) is not None:
                    self.told.edit = n
            else:
                title, own = f"t{n}", to_text(self.peer.id)
                made = await self._done(
                    "meeting", "new", "--title", title, "--to", "private", *WHEN
                )
                if made and await self._done("meeting", "invite", made["id"], own):
                    self.told.invitations.add(title)

    async def _done(self, *words: str) -> dict[str, Any] | None:
        status, text = await self.victim.command(*words)
        if status == 0:
            self.told.events += 1
            return dict(json.loads(text))
        # Killed, like the server, or told that this was.
        assert status < 0 or '"error": "door-broke"' in text, f"{words}: {text}"
        return None

    async def _enter(self) -> None:
        while True:
            status, text = await self.victim.command("page")
            if status != 0:  # there is no server now
                await asyncio.sleep(0.01)
                continue
            path = "/enter/" + json.loads(text)["address"].rpartition("/")[2]
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                if (await self.victim.press(path)).startswith(b"HTTP/1.1 303"):
                    self.told.used.append(path)
                    self.told.events += 1
            await asyncio.sleep(0.05)  # a person, not a flood

    # After it came up again

    async def check(self) -> None:
        """Everything that was acknowledged is there, and no number is used twice."""
        theirs, edit = {}, 0
        for record in self.victim.records():
            if record.author == self.peer.id and record.kind == "meeting":
                theirs[record.name] = record.seq
            if record.author == self.id:
                self._see(record.seq, record.id)
                if record.kind == "group" and record.content is not None:
                    edit = int(record.content["purpose"] or 0)
        for _no, seen, _inner in self.peer.core.records.all_by(self.id):
            self._see(seen.seq, seen.id)
        lost = {
            name: seq for name, seq in self.told.records.items() if theirs.get(name, NEVER) < seq
        }
        assert lost == {}
        assert edit >= self.told.edit
        for path in self.told.used[-3:]:
            assert (await self.victim.press(path)).startswith(b"HTTP/1.1 403"), (
                "a code worked twice"
            )
        assert self.victim.setting("unreconciled") is None

    def _see(self, seq: Seq, id_: bytes) -> None:
        assert self.ids.setdefault(seq, id_) == id_, "a number was used twice"

    async def arrive(self) -> None:
        """What went out in sealed letters came to the one who is invited."""
        own = from_text(to_text(self.id))

        def missing() -> set[str]:
            known = [one for one in known_meetings(self.peer.core) if one.host == own]
            return self.told.invitations - {one.content["title"] for one in known}

        await until(lambda: not missing(), "invitations")
