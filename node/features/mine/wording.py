"""What is held of a person, in words."""

from collections.abc import Iterable

from node.base import formats
from node.features.mine.disclosing import DisclosureView, ReceiverView
from node.lookup.types import Name
from node.people.personal import Entry, Part
from node.texts import Texts


def label(one: Entry, texts: Texts) -> str:
    """What it is called."""
    return one.called or texts(one.label)


def value(one: Entry, texts: Texts) -> str:
    """The value of an entry as people read it."""
    if one.value is None or one.value == "" or one.value == []:
        return texts("mine.web.nothing")
    match one.form, one.value:
        case "time", int(at):
            return formats.day(at, texts)
        case "yes-no", bool(yes):
            return texts("common.yes" if yes else "common.no")
        case "size", int(size):
            return texts("mine.web.kib", n=formats.number(-(-size // 1024), texts))
        case "words", str(key):
            return texts(key)
        case _, list(items):
            return formats.list_words(tuple(map(str, items)), texts)
        case _, dict(pairs):
            return "; ".join(f"{key}: {item}" for key, item in pairs.items())
        case _, int(count):
            return formats.number(count, texts)
    return str(one.value)


def who(one: Entry, texts: Texts) -> str:
    """Who sees it, in the words that stand beside everything that one is about to write."""
    if one.where:
        return texts(f"common.who.{one.seen_by}_named", name=one.where)
    return texts(f"common.who.{one.seen_by}")


def title(part: Part, texts: Texts) -> str:
    """What a noun holds."""
    return texts(part.title)


def to_whom(view: DisclosureView, texts: Texts) -> str:
    """A network or a group by its name."""
    names = formats.list_words(tuple(called(one, texts) for one in view.to), texts)
    kind = "network" if view.scope == "network" else "partner"
    return texts(f"common.who.{kind}_named", name=names)


def called(one: Name, texts: Texts) -> str:
    """A group, also one without a name here."""
    return one.name or texts("web.nameless", id=one.id[:8])


def field(kind: str, name: str, texts: Texts) -> str:
    """What a field is called by the noun whose kind it is (`participant`: participants)."""
    return texts.label(f"{kind}s", name)


def fields(view: DisclosureView, texts: Texts) -> str:
    """What went out, in a row."""
    return formats.list_words(
        tuple(field(view.kind, one, texts) for one, _at in view.fields), texts
    )


def receiver(one: ReceiverView, texts: Texts) -> str:
    """How far a group is, with its name and the day."""
    day = formats.day(one.at, texts) if one.at else ""
    return texts(f"mine.receiver.{one.state}", who=called(one.who, texts), day=day)


def count(receivers: Iterable[ReceiverView], *states: str) -> int:
    """How many are in one of these states."""
    return sum(1 for one in receivers if one.state in states)
