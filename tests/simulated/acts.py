"""What people do: each act picks, by the dice of its event, something that can be done now.

People do what makes no sense, too: they leave while they are asked to sign, vote twice, and expel
whoever just joined. What can't be done is refused by the node and changes nothing.
"""

import random
from typing import TYPE_CHECKING, Any

from node.features.decisions.actions import Wish, amend, confirm, move
from node.features.decisions.holding import confirm_decision
from node.features.groups.actions import edit_group
from node.features.meetings.actions import cancel, invite, known_meetings, new_meeting, reply
from node.features.networks.actions import apply_to_network, decide, found_network, leave_network
from node.features.networks.held import held_of
from node.features.pacts.actions import Proposal, propose, sign
from node.features.peers.actions import end_peer
from node.features.recovery.rotate import rotate
from node.records.transaction import act
from node.store.core import Core
from protocol.control_state import Standing
from protocol.kind import Place
from protocol.tally import proposals

if TYPE_CHECKING:
    from tests.simulated.people import Person
    from tests.simulated.world import World

DAY = 86_400
MARK = "marked-{}-by-{}"
"""What a text says that is erased later: nobody may keep these bytes."""


def erase(core: Core, place: Place, epoch: bytes | None) -> None:
    """Put a tombstone where a record of one's own stands."""
    with act(core) as publisher:
        publisher.write(place, None, epoch=epoch)


class Acts:
    """One method for each kind of `tests.simulated.plan.LIFE`."""

    def __init__(self, world: "World") -> None:
        self.world = world

    async def perform(self, what: str, person: "Person", dice: random.Random) -> None:
        """One act of one person, whose node is up."""
        found = getattr(self, what)(person, person.core, dice)
        if found is not None:
            await found

    def _networks(self, core: Core, own: bytes, *standings: Standing) -> list[bytes]:
        now = core.clock()
        return [n for n in self.world.networks if core.ties.standing(n, own, now) in standings]

    def _ties(self, core: Core, own: bytes) -> list[bytes]:
        """Groups that this node knows and is tied to."""
        others = [one.id for one in self.world.people if one.id != own]
        now = core.clock()
        return [one for one in others if core.ties.relation(own, one, now).name == "TIED"]

    def edit(self, person: "Person", core: Core, dice: random.Random) -> None:
        changes = {"purpose": MARK.format(dice.getrandbits(32), person.name)}
        person.do(edit_group, person.id, changes)

    def meet(self, person: "Person", core: Core, dice: random.Random) -> None:
        networks = self._networks(core, person.id, Standing.MEMBER)
        where: Any = dice.choice([*networks, *networks, "public", "private"])
        fields = {
            "title": MARK.format(dice.getrandbits(32), person.name),
            "starts": self.world.wall(30 + dice.randrange(60)),
            "zone": "Europe/Berlin",
            "minutes": 90,
            "place": "Haus",
        }
        person.do(new_meeting, person.id, where, fields)

    def invite(self, person: "Person", core: Core, dice: random.Random) -> None:
        mine = [m for m in known_meetings(core) if m.host == person.id and not _over(m)]
        guests = self._ties(core, person.id)
        if mine and guests:
            some = dice.sample(guests, dice.randrange(len(guests)) + 1)
            person.do(invite, person.id, dice.choice(mine), some)

    def reply(self, person: "Person", core: Core, dice: random.Random) -> None:
        theirs = [m for m in known_meetings(core) if m.host not in core.own and not _over(m)]
        if theirs:
            answer = dice.choice(["accept", "decline"])
            person.do(reply, person.id, dice.choice(theirs), answer, {"people": dice.randrange(9)})

    def cancel(self, person: "Person", core: Core, dice: random.Random) -> None:
        mine = [m for m in known_meetings(core) if m.host == person.id and not _over(m)]
        if mine:
            person.do(cancel, person.id, dice.choice(mine), "so")

    def erase(self, person: "Person", core: Core, dice: random.Random) -> None:
        found = [
            one
            for kind in ("meeting", "invitation", "reply")
            for one in core.records.statements(kind, core.clock(), author=person.id)
            if one.content is not None
        ]
        if not found:
            return
        one = dice.choice(found)
        epoch = None
        if one.audience.scope == "network":
            epoch = core.ties.member_epoch(one.audience.ids[0], person.id, core.clock())
            if epoch is None:
                return
        if person.do(erase, one.place, epoch) and one.kind == "meeting" and one.content:
            self.world.erased.append((one.content["title"], one.place))

    def befriend(self, person: "Person", core: Core, dice: random.Random) -> Any:
        others = [one for one in self.world.people if one is not person]
        return person.befriend(dice.choice(others))

    def end_peer(self, person: "Person", core: Core, dice: random.Random) -> None:
        mine = core.ties.accepted(person.id, core.clock())
        if mine:
            person.do(end_peer, person.id, dice.choice(mine))

    def found(self, person: "Person", core: Core, dice: random.Random) -> None:
        rule = dice.choice(["open", "decision"])
        name = f"Net {len(self.world.networks)}"
        network = person.do(found_network, person.id, {"name": name, "admission": rule})
        if network:
            self.world.note_network(network, name)

    def apply(self, person: "Person", core: Core, dice: random.Random) -> None:
        known = [
            n
            for n in self._networks(core, person.id, *Standing)
            if core.ties.standing(n, person.id, core.clock())
            not in (Standing.MEMBER, Standing.APPLIED)
            and n in core.ties.charters
        ]
        if known:
            network = dice.choice(known)
            self.world.watch.joins(person, network)
            if person.do(apply_to_network, person.id, network, None):
                self.world.joined_again[network, person.id] = core.clock()

    def decide(self, person: "Person", core: Core, dice: random.Random) -> None:
        for network in sorted(core.own - {person.id}):
            for other in list(core.ties.rosters.get(network, ())):
                if core.ties.standing(network, other, core.clock()) is Standing.APPLIED:
                    answer = "declined" if dice.random() < 0.1 else "admitted"
                    person.do(decide, network, other, answer)

    def leave(self, person: "Person", core: Core, dice: random.Random) -> None:
        mine = self._networks(core, person.id, Standing.MEMBER, Standing.APPLIED)
        if mine:
            network = dice.choice(mine)
            # Noted before: a machine that is killed on the way may have done it.
            self.world.left.add((network, person.id))
            person.do(leave_network, person.id, network)

    def expel(self, person: "Person", core: Core, dice: random.Random) -> None:
        for network in sorted(core.own - {person.id}):
            others = [n for n in core.ties.members(network, core.clock()) if n != person.id]
            if others:
                person.do(decide, network, dice.choice(others), "expelled")

    def propose_pact(self, person: "Person", core: Core, dice: random.Random) -> None:
        others = self._ties(core, person.id)
        if not others:
            return
        asked = dice.sample(others, dice.randrange(len(others)) + 1)
        mine = self._networks(core, person.id, Standing.MEMBER)
        leaves = dice.choice([None, *mine])
        name = f"Pact {dice.getrandbits(16)}"
        until = core.clock() + dice.choice([1, 3, 10]) * DAY
        said = Proposal({"name": name}, tuple(asked), None, until, leaves)
        done = person.do(propose, person.id, said)
        if done:
            pact = core.ties.certificates.cases[done].pact
            assert pact is not None
            self.world.note_network(pact.network, name)

    def sign(self, person: "Person", core: Core, dice: random.Random) -> None:
        cases = [
            case.pact
            for case in core.ties.certificates.cases.values()
            if case.pact is not None
            and person.id in case.pact.asked
            and person.id not in case.signed
        ]
        if cases:
            person.do(sign, person.id, dice.choice(cases))

    def amend(self, person: "Person", core: Core, dice: random.Random) -> None:
        mine = self._networks(core, person.id, Standing.MEMBER)
        if mine:
            network = dice.choice(mine)
            members = core.ties.members(network, core.clock())
            motto = {"motto": f"Motto {dice.getrandbits(16)}"}
            person.do(amend, person.id, network, Wish(motto, added=_some(members, dice)))

    def move(self, person: "Person", core: Core, dice: random.Random) -> None:
        mine = self._networks(core, person.id, Standing.MEMBER)
        if mine:
            network = dice.choice(mine)
            members = core.ties.members(network, core.clock())
            person.do(move, person.id, network, Wish(added=_some(members, dice)))

    def confirm(self, person: "Person", core: Core, dice: random.Random) -> None:
        """A person confirms what was decided without the group; of several sides any."""
        for network in self._networks(core, person.id, Standing.MEMBER):
            found = held_of(core, network)
            if found is not None and found.open:
                person.do(confirm_decision, network, dice.choice(found.open).digest)

    def vote(self, person: "Person", core: Core, dice: random.Random) -> None:
        found = [
            one
            for network in self.world.networks
            if network in core.ties.identities
            for one, counted in proposals(core.ties, network, core.clock())
            if person.id in counted.roster
        ]
        if found:
            person.do(confirm, person.id, dice.choice(found))

    def rotate(self, person: "Person", core: Core, dice: random.Random) -> None:
        held = sorted(core.own)
        person.do(rotate, person.phrase, dice.choice(held), dice.random() < 0.2)

    def backup(self, person: "Person", core: Core, dice: random.Random) -> None:
        person.save()


def _some(members: list[bytes], dice: random.Random) -> frozenset[bytes]:
    return frozenset(dice.sample(sorted(members), dice.randrange(len(members) + 1)))


def _over(meeting: Any) -> bool:
    return bool(meeting.content["cancelled"])
