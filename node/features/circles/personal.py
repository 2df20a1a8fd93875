"""What circles hold of a person, and what becomes of it when that person has all of it erased."""

from node.features.circles.actions import erase_post, let_go
from node.features.circles.tables import Circle, board, circles, files
from node.people.personal import CIRCLE, GROUP, Entry, Kept, Part
from node.store.core import Core


def tell(core: Core, person: str) -> list[Part]:
    """The circles somebody is in, and what they wrote and brought there."""
    table = circles(core)
    known = {one.id: one for one in table.all()}
    entries = [
        Entry("circles.personal.in", known[m.circle].name, seen_by=GROUP)
        for m in table.of(person)
        if m.circle in known
    ]
    for post in board(core).of(person):
        seen_by, where = _who(known[post.circle])
        path = f"/circles/{post.circle}/posts/{post.replies_to or post.id}"
        entries.append(Entry("circles.personal.post", post.text, "text", seen_by, where, path))
    for file in files(core).of(person):
        seen_by, where = _who(known[file.circle])
        path = f"/circles/{file.circle}/files/{file.id}"
        entries.append(Entry("circles.personal.file", file.name, "text", seen_by, where, path))
    return [Part("circles.personal.title", "circles.personal.why", tuple(entries))]


def _who(circle: Circle) -> tuple[str, str]:
    return (GROUP, "") if circle.open else (CIRCLE, circle.name)


def forget(core: Core, person: str) -> list[Kept]:
    """All of it goes; where others answered, only the place stays. In a transaction."""
    let_go(core, person)
    for post in board(core).of(person):
        erase_post(core, post)
    for file in files(core).of(person):
        files(core).remove(file.id)
    return []
