"""What is kept here of a person: told to them, and erased with them."""

from node.features.ways import tables
from node.people.personal import ME, Entry, Part
from node.store.core import Core

MOST = 1_000
PAGE = "/me/ways"


def tell(core: Core, person: str) -> list[Part]:
    """Each way, and what happened to them; secrets themselves are not kept."""
    papers, made = tables.paper_of(core, person)
    entries = [
        *(
            Entry("ways.personal.passkey", one.name or one.host, seen_by=ME, path=PAGE)
            for one in tables.passkeys_of(core, person)
        ),
        *([Entry("ways.personal.papers", papers, seen_by=ME, path=PAGE)] if papers else []),
        *([Entry("ways.personal.papers_made", made, "time", ME)] if papers else []),
        *(
            Entry(f"ways.happened.{one.what}", one.at, "time", ME)
            for one in tables.log_of(core, person, MOST)
        ),
    ]
    return [Part("ways.personal.title", "ways.personal.why", tuple(entries))]


def erase(core: Core, person: str) -> None:
    """All of it. Inside `transaction`."""
    tables.erase_ways(core, person)
