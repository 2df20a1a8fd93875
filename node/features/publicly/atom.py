"""News for feed readers, as Atom (RFC 4287).

* What is news: public meetings to come, ours and those of networks and partners that we list, and
  what our group offers to everybody or looks for. A meeting that was called off says so.
* An entry keeps its id whatever changes; `updated` is when its author last changed it, so that
  readers show it once more when it was moved or called off. A machine that holds each thing as it
  stands now does not know what stood before: nothing is called “moved”.
* Nothing hangs on when one asks: the same things give the same bytes.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from node.base import formats
from node.features.exchange.actions import ThingView
from node.features.exchange.pages import thing_path
from node.features.meetings.links import meeting_path
from node.features.meetings.types import MeetingView
from node.lookup.types import Name
from node.texts import Texts
from node.web.plain import plain

MOST = 100
"""Entries, the latest first: readers keep what they have seen."""

ATOM = "http://www.w3.org/2005/Atom"


class Entry(NamedTuple):
    """One piece of news. `updated`: seconds UTC; `path` is under the feed's root."""

    id: str
    kind: str
    title: str
    path: str
    updated: int
    by: Name
    summary: str
    text: str


def meeting_entry(view: MeetingView, texts: Texts) -> Entry:
    """A meeting, with when and where."""
    off = view.cancelled is not None
    title = texts("publicly.feed.cancelled", title=view.title) if off else view.title
    when = formats.when(view.starts, view.zone, view.minutes, texts)
    lines = [one for one in (view.cancelled, view.text) if one]
    summary = ", ".join(one for one in (when, view.place, view.link) if one)
    return Entry(
        f"urn:verbund:meeting:{view.id}",
        "meeting",
        title,
        meeting_path(view),
        view.issued or 0,
        view.host,
        summary,
        "\n\n".join(lines),
    )


def thing_entry(view: ThingView, texts: Texts) -> Entry:
    """Something that is offered or looked for."""
    until = texts("exchange.web.until_day", day=formats.day(view.until, texts))
    return Entry(
        f"urn:verbund:{view.kind}:{view.author.id}/{view.id.rpartition('/')[2]}",
        view.kind,
        texts(f"publicly.feed.{view.kind}", title=view.title),
        thing_path(view),
        view.issued,
        view.author,
        ", ".join(one for one in (view.place, until) if one),
        view.text or "",
    )


def feed(entries: Iterable[Entry], home: Name, name: str, texts: Texts, root: str) -> bytes:
    """The feed of a group; `root` is the address of its pages, without a slash at the end."""
    chosen = sorted(entries, key=lambda one: (-one.updated, one.id))[:MOST]
    made = Element("feed", {"xmlns": ATOM, "xml:lang": texts.language})
    _say(made, "id", f"urn:verbund:news:{home.id}")
    _say(made, "title", texts("publicly.feed.title", name=name))
    _say(made, "updated", _time(max((one.updated for one in chosen), default=0)))
    _say(SubElement(made, "author"), "name", name)
    SubElement(made, "link", {"rel": "self", "href": f"{root}/news.atom"})
    SubElement(made, "link", {"rel": "alternate", "type": "text/html", "href": f"{root}/"})
    for one in chosen:
        _entry(SubElement(made, "entry"), one, root)
    body: bytes = tostring(made, "utf-8", xml_declaration=True)
    return body


def _entry(made: Element, one: Entry, root: str) -> None:
    _say(made, "id", one.id)
    _say(made, "title", one.title)
    _say(made, "updated", _time(one.updated))
    by = SubElement(made, "author")
    _say(by, "name", one.by.name or one.by.id)
    SubElement(made, "link", {"rel": "alternate", "type": "text/html", "href": root + one.path})
    SubElement(made, "category", {"term": one.kind})
    if one.summary:
        _say(made, "summary", one.summary)
    if one.text:
        _say(made, "content", one.text)


def _say(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = _of_xml(plain(text))


def _of_xml(text: str) -> str:
    """Without the two characters that XML 1.0 has no place for, and that records may hold."""
    return text.translate({0xFFFE: None, 0xFFFF: None})


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
