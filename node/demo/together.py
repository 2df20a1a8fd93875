"""The story goes on: three groups leave together, and a network outlives its host (§6.6).

The pact is proposed; then the node of the network that is left and that of the proposer are killed,
and those who are there do all the rest.
"""

import time
from datetime import date, timedelta

from node.demo.observing import until
from node.demo.story import CAST, MEETINGS, NEW, THIRD, Step, Story

DAYS_TO_SIGN = 20


def gather(story: Story) -> None:
    """B joins the second network; D announces a meeting there, invites, and is answered."""
    story.admit("E", NEW, "B")
    story.meet(("D", "6", NEW))
    story["D"].command("meeting", "invite", MEETINGS["6"], CAST["B"], CAST["C"])
    story.hears("BC", "6")
    story["C"].command("meeting", "reply", MEETINGS["6"], "accept", "--people", "4")
    story.expected.now("new", **dict.fromkeys("BCDE", "BCDE"))
    story.expected.now("hosts", B="RA UE")
    story.expected.now("meetings", B="23456", C="236", D="236", E="1356")
    story.expected.now("held", B="UD UE", C="UD UE", D="UE", E="UD")
    story.expected.now("answers", D="6C+")


def propose(story: Story) -> None:
    """C proposes to B and D to leave it together. Nobody else learns of that."""
    day = (date.today() + timedelta(days=DAYS_TO_SIGN)).isoformat()  # noqa: DTZ011
    words = ["pact", "propose", CAST["B"], CAST["D"], *story.charter(THIRD)]
    words += ["--until", day, "--quorum", "3", "--leave", NEW, "--yes"]
    made = story["C"].command(*words)
    story.marks.letters[made["network"]], story.marks.pact = "V", made["id"]
    story.expected.now("pacts", B="1/3", C="1/3", D="1/3")


def sign(story: Story) -> None:
    """The network's node and the proposer's are killed. The others sign, and it is done."""
    story.away_since = time.monotonic()
    for letter in "EC":
        story[letter].kill()
    story.expected.now("pacts", B="2/3", D="2/3")  # for a moment
    for letter in "BD":
        story[letter].command("pact", "sign", THIRD, "--yes")
    story.expected.now("pacts", B="3/3", D="3/3")
    story.expected.now("third", B="BCD", D="BCD")
    story.expected.now("new", B="", D="")
    story.expected.now("hosts", B="RA VC", D="VC")
    story.expected.now("meetings", B="2456", D="26")
    story.expected.now("held", B="VD", D="")
    story.expected.now("receipts", B="eu", D="BAReu")


def catch_up(story: Story) -> None:
    """Both come back. C follows; E sees three departures, and nothing of what was agreed."""
    for letter in "CE":
        story[letter].start()
    for letter in "CE":
        story[letter].wait_ready()
    story.patience += 2 * (time.monotonic() - story.away_since)
    story.expected.now("new", C="BCDEbcd", E="BCDEbcd")  # they hear one after the other
    story.expected.now("pacts", C="2/3")
    story.expected.now("pacts", C="3/3")
    story.expected.now("third", C="BCD")
    story.expected.now("new", C="", E="Ebcd")
    story.expected.now("hosts", C="VC")
    story.expected.now("meetings", C="26", E="135")
    story.expected.now("held", C="VD", E="")
    story.expected.now("receipts", B="EU", C="BDAREU", D="BAREU")


def move(story: Story) -> None:
    """C's node is gone for good. D offers to run the network, B confirms: it moves."""
    story["C"].kill()
    story["D"].command("network", "move", THIRD, "--yes")
    until(story["B"], lambda _status: _proposals(story) > 0)
    story["B"].command("network", "confirm", THIRD, "--yes")
    story.expected.now("hosts", B="RA VD", D="VD")


def _proposals(story: Story) -> int:
    return len(story["B"].command("network", "proposals", THIRD)["proposals"])


def grow(story: Story) -> None:
    """A new member is admitted where the network is now."""
    story.introduce(("D", "A", ["--as", THIRD]))
    story.admit("D", THIRD, "A")
    story.expected.now("peers", A="BCDEV", D="ARU")
    story.expected.now("third", A="ABCD", B="ABCD", D="ABCD")
    story.expected.now("hosts", A="RA VD")
    story.expected.now("meetings", A="46")
    story.expected.now("held", A="RB VD")


STEPS = (
    Step("gather", gather),
    Step("propose", propose),
    Step("sign", sign),
    Step("catch_up", catch_up),
    Step("move", move),
    Step("grow", grow),
)
