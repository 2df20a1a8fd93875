"""What the five groups do, and who should know what after each step (docs/protocol.md §6).

Each step acts through commands and says with `expected.now` what is different from then on; what it
does not name must be as it was.
"""

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from node.demo.nodes import ROOT, DemoError, DemoNode, Show, typed
from node.demo.observing import PATIENCE, Expected, Marks, Outcome, settle, until
from node.demo.pages import set_up
from node.features.lists.file import read

GROUP_LIST = "examples/groups.csv"

CAST = {
    "A": "Die Mitläufer",
    "B": "Bürger für Bürger Duisburg e.V.",
    "C": "Strategie- und Finanzteam SO! MIT UNS",
    "D": "Landesverband Schleswig-Holstein",
    "E": "Landesverband Sachsen",
}
DIALS_ONLY = "B"
OLD, NEW, THIRD = "RKSLP", "Utopie25", "Netzwerk Inklusion"
"""The networks: their charters are made from these rows. R, U and V in the tables."""

MEETINGS = {
    "1": "Vorstellungsrunde der Gruppen",
    "2": "Gemeinsam Mittel einwerben",
    "3": "Freigaben selbst verwalten",
    "4": "Wie es im Verbund weitergeht",
    "5": "Duisburg trifft Sachsen",
    "6": "Woran wir gemeinsam arbeiten",
}
DAYS_AHEAD = 30

Words = Sequence[str]


class Step(NamedTuple):
    """A step: the key of its texts, and what is done."""

    name: str
    act: Callable[["Story"], None]


class Story:
    """Five nodes in a folder, and what is expected of them."""

    def __init__(self, folder: Path, lang: str, show: Show) -> None:
        rows = read((ROOT / GROUP_LIST).read_bytes(), "csv").rows
        self.rows = {row.content["name"]: row.content for row in rows}
        self.nodes = {
            letter: DemoNode(
                letter,
                name,
                folder / letter,
                reachable=letter != DIALS_ONLY,
                lang=lang,
                show=show,
            )
            for letter, name in CAST.items()
        }
        self.expected = Expected(list(self.nodes.values()))
        self.marks = Marks()
        self.patience = PATIENCE
        self.away_since = 0.0

    def __getitem__(self, letter: str) -> DemoNode:
        return self.nodes[letter]

    def play(self, step: Step) -> Outcome:
        """Do a step and see what came of it. Raises `DemoError` if it could not be done."""
        step.act(self)
        return settle(self.expected, self.marks, self.patience)

    # Parts of steps

    def together(self, *commands: tuple[str, Words]) -> list[dict[str, Any]]:
        """Several commands at the same time, each on its node."""
        begun = [self[letter].begin(*words) for letter, words in commands]
        return [result() for result in begun]

    def each(self, letters: str, *words: str) -> list[dict[str, Any]]:
        """The same command on several nodes; `{name}` stands for the group's."""
        return self.together(
            *((one, [word.replace("{name}", CAST[one]) for word in words]) for one in letters)
        )

    def introduce(self, *ties: tuple[str, str, Words]) -> None:
        """For each (host, guest, as whom): the host makes a one-time link, the guest uses it."""
        made = self.together(*((host, [*whom, "peer", "invite"]) for host, _, whom in ties))
        links = [one["link"] for one in made]
        guests = [guest for _, guest, _ in ties]
        self.together(
            *((one, ["peer", "accept", link]) for one, link in zip(guests, links, strict=True))
        )

    def found(self, host: str, name: str, letter: str) -> None:
        """Found a network with the texts of its row."""
        words = ["network", "found", *self.charter(name)]
        self.marks.letters[self[host].command(*words)["id"]] = letter

    def charter(self, name: str) -> list[str]:
        """The options that make a charter of a row."""
        row, words = self.rows[name], ["--name", name]
        for option in ("purpose", "orientation", "region"):
            if row[option]:
                words += [f"--{option}", row[option]]
        for option, field in (("consensus", "convictions"), ("topic", "topics"), ("link", "links")):
            for text in row[field]:
                words += [f"--{option}", text]
        return words

    def admit(self, host: str, network: str, letters: str) -> None:
        """Groups apply at the same time; as soon as the network knows, it admits them."""
        self.each(letters, "network", "apply", network)
        until(self[host], lambda status: self._applied(status) >= set(letters))
        self.together(*((host, ["network", "admit", network, CAST[one]]) for one in letters))

    def _applied(self, status: dict[str, Any]) -> set[str]:
        return {self.marks.letter(one["who"]) for one in status["applications"]}

    def hears(self, letters: str, number: str) -> None:
        """Wait until groups hear of a meeting: nobody can answer before."""
        for letter in letters:
            until(
                self[letter], lambda status: number in map(self.marks.meeting, status["upcoming"])
            )

    def meet(self, *meetings: tuple[str, str, str]) -> None:
        """For each (host, number, to whom): announce a meeting."""
        made = self.together(
            *((host, [*_announcement(number), "--to", to]) for host, number, to in meetings)
        )
        for document, (_, number, _) in zip(made, meetings, strict=True):
            self.marks.meetings[document["id"]] = (number, MEETINGS[number])


def _announcement(number: str) -> list[str]:
    day = (date.today() + timedelta(days=DAYS_AHEAD + int(number))).isoformat()  # noqa: DTZ011
    words = ["meeting", "new", "--title", MEETINGS[number], "--starts", f"{day} 19:00"]
    return [*words, "--zone", "Berlin", "--place", "Bürgerhaus"]


# The steps


def start(story: Story) -> None:
    """Five groups, each with a node of its own and a key person; one reads in the whole list."""
    everybody = "".join(CAST)
    made = story.each(everybody, "init", "--name", "{name}")
    story.marks.letters |= {one["id"]: letter for one, letter in zip(made, CAST, strict=True)}
    story.each(everybody, "import", GROUP_LIST, "--mine", "{name}")
    story["A"].command("import", GROUP_LIST)
    for node in story.nodes.values():
        node.start()
    for node in story.nodes.values():
        node.wait_ready()
        set_up(node)
    story.expected.now("directory", A="A", B="B", C="C", D="D", E="E")
    story.expected.now("own_list", A="8")


def found(story: Story) -> None:
    """A network comes into being on the node of its first member."""
    story.found("A", OLD, "R")
    story.expected.now("old", A="A")
    story.expected.now("hosts", A="RA")


def connect(story: Story) -> None:
    """One-time links: groups with groups; two only with the network."""
    network = ["--as", OLD]
    story.introduce(("A", "B", []), ("A", "E", []), ("A", "C", network), ("A", "D", network))
    story.introduce(("E", "B", []))
    story.expected.now("peers", A="BCDE", B="AE", C="R", D="R", E="AB")
    story.expected.now("directory", A="ABCDE", B="ABE", C="AC", D="AD", E="ABE")


def admit(story: Story) -> None:
    """Three groups apply and are admitted. Whoever is a member knows the members."""
    story.admit("A", OLD, "BCE")
    story.expected.now("old", **dict.fromkeys("ABCE", "ABCE"))
    story.expected.now("hosts", **dict.fromkeys("BCE", "RA"))
    story.expected.now("directory", A="ABCDE", **dict.fromkeys("BCE", "ABCE"))


def announce(story: Story) -> None:
    """A meeting for the members; who is none does not see it."""
    story.meet(("E", "1", OLD))
    story.expected.now("meetings", **dict.fromkeys("ABCE", "1"))
    story.expected.now("held", **dict.fromkeys("ABC", "RE"))


def join(story: Story) -> None:
    """The last one joins: the directory and the meeting come to it."""
    story.admit("A", OLD, "D")
    story.expected.now("old", **dict.fromkeys("ABCDE", "ABCDE"))
    story.expected.now("hosts", D="RA")
    story.expected.now("directory", **dict.fromkeys("ABCDE", "ABCDE"))
    story.expected.now("meetings", D="1")
    story.expected.now("held", D="RE")


def invite(story: Story) -> None:
    """Two who have no peering but the network invite and answer; so does one who only dials out."""
    story.meet(("C", "2", OLD))
    story["C"].command("meeting", "invite", MEETINGS["2"], CAST["D"], CAST["B"])
    story.hears("BD", "2")
    answer = ["meeting", "reply", MEETINGS["2"]]
    counter = ["counter", "--place", "Duisburg"]
    story.together(("D", [*answer, "accept", "--people", "3"]), ("B", [*answer, *counter]))
    story.expected.now("meetings", **dict.fromkeys("ABCDE", "12"))
    story.expected.now("held", A="RC RE", B="RC RE", C="RE", D="RC RE", E="RC")
    story.expected.now("answers", C="2D+ 2B~")


def leave(story: Story) -> None:
    """The network's node is down. A group leaves all the same; the others delete what it said."""
    story.away_since = time.monotonic()
    status = story["A"].stop()
    if status != 0:
        raise DemoError(f"{typed('A', ['serve'])}: {status}\n{story['A'].log_end()}")
    story["E"].command("network", "leave", OLD, "--yes")
    story.expected.now("old", B="ABCDe", C="ABCDe", D="ABCDe", E="")
    story.expected.now("hosts", E="")
    story.expected.now("meetings", B="2", C="2", D="2", E="1")
    story.expected.now("held", B="RC", C="", D="RC", E="")
    story.expected.now("receipts", E="BCDar")


def found_new(story: Story) -> None:
    """It founds a network of its own; the first of two others follows."""
    story.found("E", NEW, "U")
    network = ["--as", NEW]
    story.introduce(("E", "C", network), ("E", "D", network))
    story["C"].command("network", "leave", OLD, "--yes")
    story.expected.now("new", E="E")
    story.expected.now("hosts", C="", E="UE")
    story.expected.now("peers", C="RU", D="RU", E="ABCD")
    story.expected.now("old", B="ABDce", C="", D="ABDce")
    story.expected.now("held", B="", D="")
    story.expected.now("receipts", C="BDar")


def follow(story: Story) -> None:
    """The second one leaves too, and both join the new network."""
    story["D"].command("network", "leave", OLD, "--yes")
    story.admit("E", NEW, "CD")
    story.expected.now("old", B="ABcde", D="")
    story.expected.now("new", C="CDE", D="CDE", E="CDE")
    story.expected.now("hosts", C="UE", D="UE")
    story.expected.now("receipts", D="Bar")


def part(story: Story) -> None:
    """Each network has a meeting of its own; peers of different networks invite each other."""
    story.meet(("E", "3", NEW), ("B", "4", OLD), ("B", "5", "private"))
    code = story["E"].refused(*_announcement("1"), "--to", OLD)
    if code != "not-a-member":
        raise DemoError(f"{typed('E', ['meeting', 'new', '--to', OLD])}: {code}")
    story["B"].command("meeting", "invite", MEETINGS["5"], CAST["E"])
    story.hears("E", "5")
    story["E"].command("meeting", "reply", MEETINGS["5"], "accept")
    story.expected.now("meetings", B="245", C="23", D="23", E="135")
    story.expected.now("held", C="UE", D="UE")
    story.expected.now("answers", B="5E+")


def return_(story: Story) -> None:
    """The node of the old network is back: it hears what happened, and confirms."""
    story["A"].start()
    story["A"].wait_ready()
    # B alone can't be called: it tries again after about as long as A was away.
    story.patience += 2 * (time.monotonic() - story.away_since)
    story.expected.now("old", A="ABcde")
    story.expected.now("meetings", A="4")
    story.expected.now("held", A="RB")
    story.expected.now("receipts", C="BDAR", D="BAR", E="BCDAR")


STEPS = (
    Step("start", start),
    Step("found", found),
    Step("connect", connect),
    Step("admit", admit),
    Step("announce", announce),
    Step("join", join),
    Step("invite", invite),
    Step("leave", leave),
    Step("found_new", found_new),
    Step("follow", follow),
    Step("part", part),
    Step("return", return_),
)
