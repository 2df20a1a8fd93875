"""What is held of a person who answers meetings, and what becomes of it when it is erased."""

from node.features.answers import tables
from node.features.answers.occasions import occasion
from node.features.answers.types import FIRST, NUMBER
from node.people.personal import GROUP, KEYS, ME, Entry, Kept, Part
from node.store.core import Core


def tell(core: Core, person: str) -> list[Part]:
    """What a person answered, that something was taken back, and the calendar."""
    entries: list[Entry] = []
    for one in tables.all_of_person(core, person):
        known = occasion(core, one.meeting)
        title = known.title if known else one.meeting
        path = f"{known.path}/mine" if known else ""
        seen = KEYS if one.shown in (NUMBER, FIRST) else GROUP
        entries.append(Entry("", f"answers.say.{one.answer}", "words", seen, "", path, title))
        entries.append(Entry("answers.personal.people", one.people, seen_by=GROUP))
        if one.note:
            entries.append(Entry("answers.personal.note", one.note, seen_by=KEYS))
        entries.append(Entry("answers.personal.at", one.changed, "time", KEYS))
    entries += [
        Entry("answers.personal.calendar", one.made, "time", ME, path="/me/calendar")
        for one in tables.feeds_of(core, person)
    ]
    if not entries:
        return []
    return [Part("answers.personal.title", "answers.personal.why", tuple(entries))]


def erase(core: Core, person: str) -> list[Kept]:
    """All of it; nothing is kept. Inside `transaction`."""
    tables.erase_person(core, person)
    return []
