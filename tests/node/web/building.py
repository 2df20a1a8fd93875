"""Making the node that the page tests show, by real actions and signed records.

Three nodes take part: ours (`home`), a partner, a hostile one. All others are people of
`tests.sync.people`, who have keys and sign records, but no node; nouns bring their `filling`.
"""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crypto.hashing import digest
from node.app import SCHEMA, open_core
from node.features.decisions.actions import Wish, amend, move
from node.features.decisions.holding import confirm_decision
from node.features.erasures.actions import erase_meeting
from node.features.groups.actions import group_content
from node.features.groups.tables import own_list
from node.features.meetings.actions import (
    Meeting,
    cancel,
    find_meeting,
    invite,
    new_meeting,
    reply,
)
from node.features.networks.actions import (
    apply_to_network,
    decide,
    found_network,
    leave_network,
)
from node.features.networks.show_publicly import show_publicly
from node.features.pacts.actions import Proposal, propose, sign
from node.features.pacts.joint_exit import follow
from node.features.peers.actions import accept_peer, end_peer
from node.features.start.actions import initialise
from node.keys.home import Home
from node.records.transaction import act, take
from node.store.core import Core
from node.upkeep.wiping import settle
from protocol.audience import PUBLIC, Audience
from protocol.ids import to_name, to_text
from protocol.kind import Place
from tests.node.by_hand import exchange
from tests.node.features.answers.filling import answers
from tests.node.features.exchange.filling import things
from tests.node.features.joining.filling import newcomers
from tests.node.features.peers.filling import peer_links_there
from tests.node.features.statements.filling import statements
from tests.node.web import texts
from tests.node.web.people import own_people, people
from tests.node.web.spreadsheets import spreadsheets
from tests.node.web.texts import LONG, SCRIPT, SECRET
from tests.node.world import Clock, accept, seal_to, verified, wind
from tests.sync.people import NOW, Someone, entropy, verify

DAY = 86_400
BEFORE = NOW - 60 * DAY
"""When the three nodes met, and what is over by now began."""

NAMES = "names.json"

EPOCH, APPLIED, OLD_EPOCH, THEIR_EPOCH = (entropy("epoch", n, size=16) for n in range(4))


class Builder:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock(BEFORE)
        self.names: dict[str, str] = {}
        said = {"home": texts.HOME, "partner": texts.DUISBURG, "hostile": texts.HOSTILE}
        self.cores = {name: self._start(folder, name, fields) for name, fields in said.items()}
        self.home, self.partner, self.hostile = self.cores.values()
        self.me = self.home.home_id
        self.people: dict[str, Someone] = {}

    def _start(self, folder: Path, name: str, fields: dict[str, Any]) -> Core:
        home = Home(folder / name)
        initialise(home, fields, None, secrets.token_bytes, self.clock, schema=SCHEMA)
        core = open_core(home, clock=self.clock)
        self.names[name] = to_text(core.home_id)
        return core

    def close(self) -> None:
        for core in self.cores.values():
            core.close()

    # What is said by those who have no node

    def someone(self, name: str, founders: Iterable[bytes] = ()) -> Someone:
        one = Someone(name, list(founders))
        self.names[name] = to_text(one.id)
        return one

    def takes(self, *raws: bytes, proven: Iterable[bytes] = (), core: Core | None = None) -> None:
        assert set(take(core or self.home, verified(*raws), frozenset(proven))) == {None}

    def seal(self, author: Someone, kind: str, name: str, content: Any) -> None:
        held = self.home.ring.held[0]
        keys = {self.me: held.sealing[0].public}
        self.takes(seal_to(author, self.me, keys, kind, name, content))

    def befriend(self, one: Someone) -> None:
        accept(self.home, one)
        self.seal(one, "peering", "", {"peer": self.me, "shown": False})

    # What happened, in this order

    def long_ago(self) -> None:
        """The three become partners; what is over by now begins."""
        ours, theirs = [self.home, self.partner], [self.home, self.hostile]
        exchange(*self.cores.values(), rounds=1)
        for one, other in ((0, 1), (0, 2), (1, 2)):
            pair = [list(self.cores.values())[n] for n in (one, other)]
            accept_peer(pair[0], pair[0].home_id, pair[1].home_id)
            accept_peer(pair[1], pair[1].home_id, pair[0].home_id)
        exchange(*self.cores.values(), rounds=1)
        past = {**texts.MEETING, "title": "Sommerfest", "starts": "2027-01-05T15:00"}
        self.names["past"] = new_meeting(self.home, self.me, "public", past)
        self.names["open_network"] = to_text(
            found_network(self.hostile, self.hostile.home_id, texts.HOSTILE_CHARTER)
        )
        exchange(*theirs, rounds=1)
        apply_to_network(self.home, self.me, self.network("open_network"), None)
        exchange(*theirs, rounds=1)
        for name, days in (("late", 10), ("over", 59)):
            words = {"late": "Zu spät gehört", "over": "Nichts geworden"}[name]
            self.pact(name, words, self.partner, [*ours, self.hostile], 3, BEFORE + days * DAY)
        exchange(*self.cores.values(), rounds=1)
        self.signs(self.home, "late")
        exchange(*self.cores.values(), rounds=1)
        self.signs(self.hostile, "late")
        self.clock.now = NOW
        for core in self.cores.values():
            wind(core)

    def network(self, name: str) -> bytes:
        (found,) = (
            one
            for one in self.home.ties.charters | self.hostile.ties.charters
            if to_text(one) == self.names[name]
        )
        return found

    def groups(self) -> None:
        """The groups of the example list, as partners; one that only heard of us, one that went."""
        for name in ("rkslp", "berlin", "finance", "inclusion", "utopie", "kiel", "saxony"):
            one = self.people[name] = self.someone(name)
            self.befriend(one)
            self.takes(one.say("group", group_content(getattr(texts, name.upper()))))
            show_publicly(self.home, one.id, True)
        for core in (self.partner, self.hostile):
            show_publicly(self.home, core.home_id, True)
        waiting, gone = self.someone("waiting"), self.someone("gone")
        self.nobody = self.someone("nobody")
        accept(self.home, waiting)
        self.takes(waiting.say("group", group_content({"name": f"Wartende {SECRET}"})))
        for one in (gone, self.nobody):
            self.befriend(one)
        end_peer(self.home, self.me, gone.id)
        entry = {"kind": "group", **group_content({"name": f"Stammtisch {SECRET}"})}
        with self.home.transaction():
            own_list(self.home).put(entry)
            self.names["listed"] = f"entry-{own_list(self.home).number(entry['name'])}"

    def networks(self) -> None:
        """One that is looked after here, one of the hostile group, one that did not answer yet."""
        network = found_network(self.home, self.me, texts.CHARTER)
        self.names["network"] = to_text(network)
        show_publicly(self.home, network, True)
        show_publicly(self.home, self.network("open_network"), True)
        exchange(self.home, self.partner, rounds=1)
        apply_to_network(self.partner, self.partner.home_id, network, None)
        exchange(self.home, self.partner, rounds=1)
        decide(self.home, network, self.partner.home_id, "admitted")
        partner = frozenset({self.partner.home_id})
        amend(self.home, self.me, network, Wish(added=partner))  # the founder names the partner
        exchange(self.home, self.partner, rounds=1)
        counts = self.partner.ties.successions[network].counts
        self.names["letters"] = to_text(counts.decision.digest)[:16]
        confirm_decision(self.partner, network, counts.decision.digest)
        self.joins(self.people["rkslp"], network, EPOCH)
        self.joins(self.people["finance"], network, THEIR_EPOCH)
        self.joins(self.nobody, network, APPLIED, f"Bitte {SECRET}\nGruß")
        for one in (self.people["rkslp"].id, self.people["finance"].id):
            decide(self.home, network, one, "admitted")
        decide(self.home, network, self.people["finance"].id, "expelled", f"Grund {SECRET}")
        exchange(self.home, self.partner, rounds=1)
        wish = Wish(fields={"motto": SCRIPT}, note=f"Weil {SECRET}")
        self.names["proposal"] = move(self.partner, self.partner.home_id, network, wish).name
        exchange(self.partner, self.home, rounds=1)
        unanswered = self.someone("unanswered", [self.people["kiel"].id])
        self.charter(unanswered, "Zögernder Verbund")
        apply_to_network(self.home, self.me, unanswered.id, None)

    def joins(self, one: Someone, network: bytes, epoch: bytes, says: str | None = None) -> None:
        content = {"network": network, "charter": bytes(32), "message": says, "shown": False}
        self.takes(one.say("membership", content, Audience.network(network), epoch=epoch))

    def charter(self, network: Someone, name: str) -> None:
        host = self.people["kiel"]
        said = {**(verify(network.charter(host)).content or {}), "name": name}
        self.takes(network.introduction(), network.say("network", said), proven=[network.id])

    def departure(self) -> None:
        """A network that we left; one of its two members confirmed it."""
        old = self.someone("old", [self.people["kiel"].id])
        self.charter(old, "Alter Verbund")
        rkslp, utopie = self.people["rkslp"], self.people["utopie"]
        apply_to_network(self.home, self.me, old.id, None)
        bond = self.home.ties.bond(old.id, self.me)
        assert bond is not None
        assert bond.membership is not None
        epoch = bond.membership.epoch
        content = {"member": self.me, "decision": "admitted", "reason": None}
        place = Audience.network(old.id)
        self.takes(old.say("admission", content, place, to_name(self.me), epoch))
        for one, theirs in ((rkslp, OLD_EPOCH), (utopie, THEIR_EPOCH)):
            self.takes(one.joins(old, theirs), old.admits(one, theirs))
        leave_network(self.home, self.me, old.id)
        content = {"network": old.id, "epoch": epoch, "what": "left", "dropped": 2}
        self.seal(rkslp, "receipt", to_name(epoch), content)

    def meetings(self) -> None:
        """Of every audience; with invitations and replies."""
        name = self.meeting("public", "public", texts.MEETING)
        exchange(self.home, self.partner, rounds=1)
        guests = [self.partner.home_id, self.people["berlin"].id]
        invite(self.home, self.me, self.found(name), guests)
        exchange(self.home, self.partner, rounds=1)
        answer = {"people": 3, "note": f"Wir freuen uns {SECRET}"}
        theirs = find_meeting(self.partner, name)
        reply(self.partner, self.partner.home_id, theirs, "accept", answer)
        exchange(self.partner, self.home, rounds=1)
        counter = {"starts": "2027-01-24T10:00", "zone": "Europe/Berlin", "minutes": 45}
        counter |= {"place": SECRET, "link": None}
        said = {"meeting": name, "digest": digest(b"an earlier one"), "answer": "counter"}
        said |= {"people": None, "note": None, "counter": counter}
        self.seal(self.people["inclusion"], "reply", name, said)
        workshop = {"title": "Werkstatt Öffentlichkeitsarbeit", "starts": "2027-02-04T10:30"}
        off = self.meeting("cancelled", "public", {**texts.MEETING, **workshop})
        cancel(self.home, self.me, self.found(off), "Der Raum steht nicht zur Verfügung")
        inside = {**texts.MEETING, "title": f"Zu zweit {SECRET}"}
        self.meeting("private", "private", inside)
        self.theirs()

    def meeting(self, key: str, where: str, fields: dict[str, Any]) -> str:
        name = self.names[key] = new_meeting(self.home, self.me, where, fields)
        return name

    def found(self, name: str) -> Meeting:
        return find_meeting(self.home, name)

    def theirs(self) -> None:
        with act(self.hostile) as publisher:
            place = Place(self.hostile.home_id, PUBLIC, "meeting", "strange.meeting")
            publisher.write(place, texts.HOSTILE_MEETING, expires=NOW + 30 * DAY)
        exchange(self.hostile, self.home, rounds=1)
        rkslp = self.people["rkslp"]
        more = {"title": f"Kernkreis {SECRET}", "starts": "2027-01-23T18:00"}
        core_circle = {**texts.HOSTILE_MEETING, **texts.MEETING, **more, "open_to": "members"}
        network = Audience.network(self.network("network"))
        raw = rkslp.say("meeting", core_circle, network, "intern", EPOCH)
        self.takes(raw)
        note = f"Kommt bitte {SECRET}"
        content = {"meeting": "intern", "details": verify(raw).body, "note": note}
        self.seal(rkslp, "invitation", "intern", content)
        reply(self.home, self.me, self.found("intern"), "accept", {})
        moved = {**core_circle, "place": "Hinterhaus"}
        self.takes(rkslp.say("meeting", moved, network, "intern", EPOCH))

    def pact(
        self,
        key: str,
        name: str,
        by: Core,
        asked: Iterable[Core],
        quorum: int,
        until: int,
        **more: Any,
    ) -> None:
        others = tuple(core.home_id for core in asked if core is not by) + more.pop("also", ())
        charter = {**more.pop("charter", texts.CHARTER), "name": name}
        if SCRIPT not in name:
            charter["name"] = f"{name} {SECRET}"
        said = Proposal(charter, others, quorum, until, more.pop("leaves", None), **more)
        self.names[key] = to_text(propose(by, by.home_id, said))

    def signs(self, core: Core, key: str) -> None:
        cases = core.ties.certificates.cases
        (case,) = (cases[one] for one in cases if to_text(one) == self.names[key])
        assert case.pact is not None
        sign(core, core.home_id, case.pact)

    def pacts(self) -> None:
        """Of each state that can be reached with two others."""
        network = self.network("network")
        us, until = [self.home, self.partner], NOW + 12 * DAY + 3600
        all_ = [*us, self.hostile]
        for one in (self.nobody, self.people["utopie"]):
            accept(self.partner, one)
            keys = {self.partner.home_id: self.partner.ring.held[0].sealing[0].public}
            content = {"peer": self.partner.home_id, "shown": False}
            raw = seal_to(one, self.partner.home_id, keys, "peering", "", content)
            self.takes(raw, core=self.partner)
        self.pact(
            "open",
            "Neuer Verbund",
            self.partner,
            us,
            2,
            until,
            also=(self.nobody.id,),
            leaves=network,
            carriers=(self.people["utopie"].id,),
            note=f"Kommt mit {SECRET}\nGruß",
        )
        self.pact("signed", "Schon unterschrieben", self.partner, all_, 3, until)
        self.pact("agreed", "Zustande gekommen", self.partner, us, 2, until)
        self.pact("done", "Vollzogen", self.partner, us, 2, until)
        self.pact("without_us", "Ohne uns", self.partner, all_, 2, until)
        self.pact(
            "hostile_pact",
            SCRIPT,
            self.hostile,
            all_,
            3,
            NOW + 60,
            charter=texts.HOSTILE_CHARTER,
            leaves=self.network("open_network"),
            note=(SCRIPT + LONG)[:1000],
        )
        exchange(*self.cores.values(), rounds=1)
        for name in ("signed", "done"):
            self.signs(self.home, name)
        self.signs(self.hostile, "without_us")
        exchange(*self.cores.values(), rounds=2)
        follow(self.home)
        self.signs(self.home, "agreed")

    def erasure(self) -> None:
        """A meeting that two were invited to; the partner confirmed that it is gone."""
        fields = {**texts.MEETING, "title": f"Vertan {SECRET}"}
        name = self.meeting("erased", "public", fields)
        invite(self.home, self.me, self.found(name), [self.people["berlin"].id])
        exchange(self.home, self.partner, rounds=1)
        erase_meeting(self.home, self.me, self.found(name))
        exchange(self.home, self.partner, rounds=1)
        settle(self.partner)
        exchange(self.home, self.partner, rounds=1)

    def forgery(self) -> None:
        """Somebody sends what nobody signed."""
        raw = bytearray(self.people["rkslp"].meeting("forged"))
        raw[-1] ^= 1
        assert take(self.home, verified(bytes(raw))) == ["bad-signature"]


def build(folder: Path) -> None:
    """Make the node in `folder`, beside the names of what it shows."""
    builder = Builder(folder)
    try:
        builder.long_ago()
        builder.groups()
        builder.networks()
        builder.departure()
        builder.meetings()
        things(builder)
        statements(builder)
        builder.pacts()
        builder.erasure()
        for more in (people, spreadsheets, own_people, newcomers, peer_links_there):
            builder.names |= more(builder.home)
        builder.names |= answers(builder.home, builder.names)
        builder.forgery()
    finally:
        builder.close()
    (folder / NAMES).write_text(json.dumps(builder.names))
