"""Groups and networks to show: those of examples/groups.csv, and a hostile one whose every text
tries something.
"""

import csv
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from node.features.groups.types import GroupView
from node.features.networks.types import MemberView, NetworkView
from node.lookup.types import Name
from tests.node.web.proposals import proposal

NOW = 1_796_000_000
"""30 November 2026."""

EXAMPLES = Path(__file__).parents[3] / "examples/groups.csv"
SECRET = "Nur-für-uns-3141"
"""Stands in everything that outside must not see."""

LONG = "x" * 4000
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>"
BIDI = "\u202egnp.exe \u2066abc"


def an_id(seed: str) -> str:
    """An id as text."""
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    return "".join(digits[b % 32] for b in blake2b(seed.encode(), digest_size=52).digest())


def _split(text: str, by: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(by) if part.strip())


def example_groups() -> list[GroupView]:
    """The rows of the example list."""
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return [
        GroupView(
            id=an_id(row["name"]),
            form=row["kind"],
            name=row["name"],
            purpose=row["purpose"] or None,
            orientation=row["orientation"] or None,
            topics=_split(row["topics"], ","),
            convictions=_split(row["convictions"], ";"),
            region=row["region"] or None,
            languages=_split(row["languages"], ","),
            contacts=tuple((kind, None) for kind in _split(row["contact"], ",")),
            takes_members={"yes": True, "no": False}.get(row["takes_new_members"]),
            links=_split(row["link"], ","),
            issued=NOW - 86_400,
            expires=NOW + 300 * 86_400,
        )
        for row in rows
    ]


HOSTILE = GroupView(
    id=an_id("hostile"),
    form="group",
    name=SCRIPT + BIDI,
    purpose=LONG,
    orientation=SCRIPT,
    topics=(SCRIPT, "y" * 80, BIDI),
    convictions=("z" * 500, SCRIPT),
    region="r" * 120,
    languages=("de", "xx-<b>", "zzz"),
    contacts=((SCRIPT, "javascript:alert(3)"), ("Post", "a" * 200), ("Mail", "hallo@example.org")),
    takes_members=False,
    links=(
        "javascript:alert(4)",
        "https://user:pw@example.org/",
        "https://example.org/" + "l" * 480,
        "http://exa\u202emple.org/",
        "data:text/html,hi",
    ),
)
HIDDEN = GroupView(
    id=an_id("hidden"), form="entry", name=f"Stammtisch {SECRET}", audience="direct:x"
)
HOME = example_groups()[1]
HOME = replace(
    HOME,
    own=True,
    contacts=(
        ("Sprechstunde", "Di 18 Uhr"),
        ("E-Mail", "hallo@example.org"),
        ("Telefon", "+49 30 1234"),
    ),
)
GROUPS = [HOME if group.id == HOME.id else group for group in example_groups()]


def name_of(group: GroupView) -> Name:
    """As others name it."""
    return Name(group.id, group.name)


NETWORK = NetworkView(
    id=an_id("network"),
    name="Sozialer Verbund Nord",
    purpose="Gruppen, die einander kennen, voneinander lernen und zusammen handeln.",
    motto="Sozial, sicher, standhaft",
    orientation="sozial, überparteilich",
    consensus=("Austausch auch mit Andersdenkenden", "Keine Zusammenarbeit mit Nazis"),
    topics=("Soziales", "Demokratie"),
    region="Schleswig-Holstein",
    languages=("de", "en"),
    admission="decision",
    majority=67,
    term=365,
    host=name_of(GROUPS[0]),
    mandate=NOW + 200 * 86_400,
    links=("https://example.org/verbund",),
    standing="member",
    held_here=True,
    members=(
        MemberView(name_of(HOME), "member", NOW - 90 * 86_400),
        MemberView(name_of(GROUPS[2]), "member", NOW - 40 * 86_400),
        MemberView(name_of(GROUPS[4]), "expelled", NOW - 9 * 86_400, reason=f"Grund {SECRET}"),
        MemberView(Name(an_id("nobody"), None), "applied", message=f"Bitte {SECRET}\nGruß"),
    ),
    unconfirmed=(name_of(GROUPS[2]),),
    proposals=(proposal(name_of(GROUPS[2]), name_of(GROUPS[0]), NOW, SCRIPT, f"Weil {SECRET}"),),
)
OPEN_NETWORK = replace(
    NETWORK,
    id=an_id("open network"),
    name=SCRIPT,
    purpose=LONG,
    motto=BIDI,
    admission="open",
    mandate=NOW - 86_400,
    standing=None,
    held_here=False,
    members=None,
    links=("javascript:alert(5)",),
)
