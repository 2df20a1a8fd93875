"""Many people for a node: names as in Germany, ways to reach them, memberships."""

import random
from datetime import date, timedelta

from bench.result import say
from node.features.members.changes.tables import begin
from node.people.persons import persons
from node.store.core import Core

GIVEN = (
    *("Anna", "Änne", "Ben", "Cem", "Dörte", "Emil", "Fatma", "Götz", "Hülya", "Ida", "Jürgen"),
    *("Käthe", "Lukas", "Małgorzata", "Mehmet", "Noah", "Oğuz", "Paula", "Renée", "Søren", "Zoë"),
)
FAMILY = (
    *("Müller", "Mueller", "Schmidt", "Weiß", "Weiss", "Groß", "Schäfer", "Köhler", "Krüger"),
    *("Öztürk", "Nowak", "Ivanović", "Nguyen", "Jäger", "Vogel", "Brandt", "Lühr", "Petersen"),
)
TOWNS = ("Kiel", "Lübeck", "Flensburg", "Plön", "Rendsburg", "Neumünster")
BEGUN = date(2010, 1, 1)


def fill_people(core: Core, count: int) -> None:
    """So many people, one of them a key person."""
    pick = random.Random(7)
    with core.transaction():
        batch = begin(core, "import")
        for at in range(count):
            given, family = pick.choice(GIVEN), pick.choice(FAMILY)
            since = BEGUN + timedelta(pick.randrange(6000))
            id = batch.add(
                f"{given} {family}",
                {
                    "given": (given,),
                    "family": (family,),
                    "mail": (f"{given[0]}.{at}@example.org".lower(),),
                    "phone": (f"0431 {pick.randrange(10**5, 10**6)}",),
                    "street": (f"Hafenstraße {pick.randrange(1, 200)}",),
                    "postcode": (f"24{pick.randrange(100, 999)}",),
                    "town": (pick.choice(TOWNS),),
                },
                since=since.isoformat(),
            )
            if at == 0:
                persons(core).change(id, key_person=True)
    say(f"{count:,} people")
