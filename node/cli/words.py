"""How groups, networks and meetings are shown in a terminal."""

from node.base import formats, lookalikes
from node.cli.context import Context
from node.features.meetings.types import MeetingView
from node.features.pacts.types import PactView
from node.lookup.types import Name
from node.texts import Texts

SHORT_ID = lookalikes.SHORT_ID


def list_of(values: tuple[str, ...], texts: Texts) -> str:
    """Words in a row."""
    return formats.list_words(values, texts)


def languages(tags: tuple[str, ...], texts: Texts) -> str:
    """Names of languages, or their tags."""
    return formats.list_words([language(tag, texts) for tag in tags], texts)


def language(tag: str, texts: Texts) -> str:
    """The name of a language; its tag if we have no name for it."""
    key = f"web.language.{tag.partition('-')[0].lower()}"
    return texts(key) if tag.isascii() and texts.has(key) else tag


def yes_no(value: bool | None, texts: Texts) -> str:
    """Yes, no, or not said."""
    return texts("common.unknown" if value is None else "common.yes" if value else "common.no")


def day(seconds: int | None, texts: Texts) -> str:
    """A day, or nothing."""
    return "" if seconds is None else formats.day(seconds, texts)


def _plainly(who: Name, context: Context) -> str:
    """A name beside a column of ids."""
    return str.__str__(who.name) if who.name else context.called(who)


def pact_reach(view: PactView, context: Context) -> list[str]:
    """Whom what our group says of a pact has not reached, and what to do about it."""
    founded = view.state in ("agreed", "late", "done")
    if not founded and view.state != "open":
        return []
    lines = []
    for how in ("waiting", "carried", "no-way"):
        names = ", ".join(context.called(one.who) for one in view.signers if one.reached == how)
        if names:
            key = "cut_off" if founded else f"reach_{how.replace('-', '_')}"
            values = {"name": view.name, "names": names, "pact": view.id[:SHORT_ID]}
            lines.append(context.t(f"cli.pact.{key}", **values))
    return lines


def _my_answer(view: MeetingView, texts: Texts) -> str:
    if view.my_answer is None:
        return ""
    said = texts(f"web.answer.{view.my_answer}")
    return texts("web.answer.outdated", answer=said) if view.my_answer_outdated else said
