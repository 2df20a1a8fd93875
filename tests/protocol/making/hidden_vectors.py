"""`hidden.json`: what stands at a place, and what comes back after it ran out (§4.5)."""

from typing import Any

from protocol.kind import Seq
from tests.protocol.making.cast import ISSUED, Actor

ABOUT = (
    "docs/protocol.md §4.5. `records` are by one author at one place, by their labels. A node whose"
    " sure time is that of its clock hears them one after the other, at the times `at`, and forgets"
    " whatever it may. `expect`: `ok`, if the record stands then; `older`, if another one does,"
    " shown or hidden; or the code of §4.1. `stands` is what is shown at the place afterwards. A"
    " step without `hears` only looks."
)

Case = dict[str, Any]

DAY = 86_400
ENDPOINT = {"url": "https://verbund.example", "tls": None}

# what | day | hears | expect | stands
STEPS = """
a record until it runs out | 0 | long | ok | long
| 9 | | | long
| 10 | | |
| 10 | long | expired |
a newer one that ends earlier | 0 | long | ok | long
| 1 | short | ok | short
| 4 | | | short
| 5 | | |
| 6 | long | older |
| 9 | long | older |
| 10 | long | expired |
the older one comes later | 0 | short | ok | short
| 1 | long | older | short
| 6 | | |
| 6 | long | older |
the older one comes when the newer has run out | 0 | short | ok | short
| 6 | long | ok | long
a tombstone | 0 | long | ok | long
| 1 | erased | ok |
| 9 | long | older |
what follows a tombstone may end earlier | 0 | erased | ok |
| 1 | again | ok | again
| 8 | | |
| 9 | erased | older |
| 9 | long | older |
an older one that ends last | 0 | again | ok | again
| 1 | erased | older | again
| 8 | long | older |
| 8 | erased | older |
the newest comes while another is hidden | 0 | long | ok | long
| 1 | short | ok | short
| 6 | again | ok | again
| 7 | | |
| 8 | short | expired |
"""


def records() -> dict[str, bytes]:
    """Four records at one place: the numbers of their `seq` rise; `erased` lives 400 days."""
    hub = Actor("hub")

    def made(counter: int, days: int | None, content: Any = ENDPOINT) -> bytes:
        seq = Seq(0, hub.incarnation, counter)
        expires = None if days is None else ISSUED + days * DAY
        return hub.record("endpoint", content, name="home", seq=seq, expires=expires)

    return {
        "long": made(1, 10),
        "short": made(2, 5),
        "erased": made(3, None, None),
        "again": made(4, 7),
    }


def cases() -> list[Case]:
    """The table above. Days are counted from when the records were issued."""
    found: list[Case] = []
    for line in STEPS.strip().splitlines():
        what, day, hears, expect, stands, *_ = (*(one.strip() for one in line.split("|")), "", "")
        if what:
            found.append({"name": what, "steps": []})
        step = {"at": ISSUED + int(day) * DAY} | (
            {"hears": hears, "expect": expect} if hears else {}
        )
        found[-1]["steps"].append(step | {"stands": stands or None})
    return found


def content() -> dict[str, Any]:
    """All of the file but what it is about."""
    made = {label: raw.hex() for label, raw in records().items()}
    return {"identity": Actor("hub").introduction().hex(), "records": made, "cases": cases()}
