"""Words that the groups of the shown node say: those of examples/groups.csv, and nasty ones."""

import csv
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[3] / "examples/groups.csv"

SECRET = "Nur-für-uns-3141"
"""Stands in everything that outside must not see."""

LONG = "x" * 2000
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>"
BIDI = "\u202egnp.exe \u2066abc"
"""No record may contain it; an address or a view may."""


def _split(text: str, by: str) -> list[str]:
    return [part.strip() for part in text.split(by) if part.strip()]


def _example(row: dict[str, str]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "purpose": row["purpose"] or None,
        "orientation": row["orientation"] or None,
        "topics": _split(row["topics"], ","),
        "convictions": _split(row["convictions"], ";"),
        "region": row["region"] or None,
        "languages": _split(row["languages"], ","),
        "contacts": [[kind, None] for kind in _split(row["contact"], ",")],
        "takes_members": {"yes": True, "no": False}.get(row["takes_new_members"]),
        "links": _split(row["link"], ","),
    }


def _examples() -> list[dict[str, Any]]:
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        return [_example(row) for row in csv.DictReader(file, delimiter=";")]


RKSLP, HOME, DUISBURG, BERLIN, FINANCE, INCLUSION, UTOPIE, KIEL, SAXONY = _examples()
"""What the groups of the example list say of themselves."""

HOME["contacts"] = [
    ["Sprechstunde", "Di 18 Uhr"],
    ["E-Mail", "hallo@example.org"],
    ["Telefon", "+49 30 1234"],
]

HOSTILE: dict[str, Any] = {
    "name": SCRIPT,
    "purpose": LONG,
    "orientation": SCRIPT,
    "topics": [SCRIPT, "y" * 80, "\u200fabc"],
    "convictions": ["z" * 500, SCRIPT],
    "region": "r" * 120,
    "languages": ["de", "zzz"],
    "contacts": [
        [SCRIPT, "javascript:alert(3)"],
        ["Post", "a" * 200],
        ["Mail", "hallo@example.org"],
    ],
    "takes_members": False,
    "links": ["https://example.org/" + "l" * 480, "http://exa\u200dmple.org/"],
}
"""A group whose every text tries something."""

CHARTER: dict[str, Any] = {
    "name": "Sozialer Verbund Nord",
    "purpose": "Gruppen, die einander kennen, voneinander lernen und zusammen handeln.",
    "motto": "Sozial, sicher, standhaft",
    "orientation": "sozial, überparteilich",
    "consensus": ["Austausch auch mit Andersdenkenden", "Keine Zusammenarbeit mit Nazis"],
    "topics": ["Soziales", "Demokratie"],
    "region": "Schleswig-Holstein",
    "languages": ["de", "en"],
    "majority": "2/3",
    "links": ["https://example.org/verbund"],
}

HOSTILE_CHARTER: dict[str, Any] = {
    "name": SCRIPT,
    "purpose": LONG,
    "motto": SCRIPT,
    "orientation": SCRIPT,
    "consensus": [SCRIPT, "z" * 500],
    "topics": [SCRIPT, "y" * 80],
    "region": "r" * 120,
    "languages": ["zzz"],
    "admission": "open",
    "counted": "cast",
    "term": "P30D",
    "links": ["https://example.org/" + "l" * 480],
}

MEETING: dict[str, Any] = {
    "title": "Offenes Treffen für alle, die begleiten wollen",
    "topic": "Begleitung zu Ämtern",
    "text": "Wir stellen uns vor.\nFür Kaffee ist gesorgt.",
    "starts": "2027-01-20T19:00",
    "zone": "Europe/Berlin",
    "minutes": 120,
    "place": "Nachbarschaftshaus, Großer Saal",
    "link": "https://call.example.org/treffen",
    "open_to": "everybody",
    "capacity": 40,
}

TABLES: dict[str, Any] = {
    "title": "Klapptische",
    "text": "Stehen im Keller.\nGern für länger.",
    "amount": 12,
    "unit": "Stück",
    "place": "Lange Straße 3",
}

HOSTILE_THING: dict[str, Any] = {
    "title": (SCRIPT + LONG)[:160],
    "text": LONG * 2,
    "amount": 1_000_000,
    "unit": "\u200f" + "u" * 39,
    "place": "p" * 300,
}

HOSTILE_MEETING: dict[str, Any] = {
    "title": (SCRIPT + LONG)[:160],
    "topic": "\u200fabc",
    "text": LONG * 2,
    "starts": "2027-01-20T19:00",
    "zone": "Mars/Olympus_Mons",
    "minutes": 120,
    "place": "p" * 300,
    "link": "http://exa\u200dmple.org/",
    "open_to": "everybody",
    "capacity": 40,
    "cancelled": None,
}

HOUSES: dict[str, Any] = {
    "topic": "Wohnen",
    "text": "Häuser, die zwei Jahre leer stehen, gehören belegt.",
    "about": f"Auch Büros {SECRET}",
}

BUSES: dict[str, Any] = {"topic": "Verkehr", "text": f"Busse fahren umsonst {SECRET}."}

HOSTILE_STATEMENT: dict[str, Any] = {
    "topic": "\u200f" + "t" * 79,
    "text": (SCRIPT + LONG)[:300],
    "about": (SCRIPT + LONG)[:2000],
}
