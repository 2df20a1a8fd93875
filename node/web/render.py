"""From a page to HTML. Jinja2 is imported and the templates are read at the first page.

Autoescape is on and undefined values are errors; no template uses `|safe` (tests look). Whatever is
shown passes `plain` on its way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from node.base import formats
from node.base.lookalikes import SHORT_ID, shown
from node.base.reasons import reason
from node.feature import Feature
from node.lookup.types import ClockView, Name
from node.texts import LANGUAGES, Texts
from node.web import links
from node.web.assets import asset_path
from node.web.banner import Banner
from node.web.forms import Kind, Wrong
from node.web.messages import Message
from node.web.moments import SPOKEN, reading
from node.web.moments import words as spoken
from node.web.page import Page
from node.web.plain import shown_plainly
from node.web.visit import Visit

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"
FRAME = "base.html"
NOUNS = Path(__file__).parents[1] / "features"


class Happening(Protocol):
    """What has a beginning in a zone."""

    @property
    def starts(self) -> str:
        """Wall clock, `YYYY-MM-DDThh:mm`."""

    @property
    def zone(self) -> str:
        """The zone's name."""

    @property
    def local(self) -> bool:
        """Whether that is where the group lives."""


@dataclass(frozen=True, slots=True)
class Words:
    """`node.base.formats` in the visitor's language, and what templates say about views."""

    texts: Texts

    def day(self, ts: int) -> str:
        """The day of a time in seconds."""
        return formats.day(ts, self.texts)

    def clock(self, view: ClockView) -> str:
        """What is wrong with the clock of the machine, and what to do."""
        return formats.clock(view, self.texts)

    def when(self, meeting: Happening) -> str:
        """When it begins; in which zone, where that is another one than the group's."""
        zone = None if meeting.local else meeting.zone
        return formats.when(meeting.starts, zone, None, self.texts)

    def leaf(self, meeting: Happening) -> formats.Leaf | None:
        """Its day, short."""
        return formats.leaf(meeting.starts, self.texts)

    def span(self, starts: str, zone: str | None, minutes: int) -> str:
        """When, and how long."""
        return formats.when(starts, zone, minutes, self.texts)

    def duration(self, minutes: int) -> str:
        """How long."""
        return formats.duration(minutes, self.texts)

    def term(self, said: str) -> str:
        """A term of office."""
        return formats.term(said, self.texts)

    def last_day(self, end: int) -> str:
        """The day that a time in seconds ends."""
        return formats.day(end - 1, self.texts)

    def reason(self, why: str) -> str:
        """Why something did not succeed."""
        return reason(why, self.texts)

    def number(self, n: int) -> str:
        """A count."""
        return formats.number(n, self.texts)

    def wrong(self, one: Wrong) -> str:
        """An error of a form."""
        readings = one.values.get("readings", ())
        days = [formats.weekday_and_day(day, self.texts) for day in readings]
        more = {"first": days[0], "second": days[-1]} if days else {}
        return self.texts(one.text, **{**one.values, **more})

    def reading(self, value: str) -> str:
        """One of the days or moments that something can mean."""
        return reading(value, self.texts)

    def spoken(self, kind: Kind, value: object) -> str:
        """A day, a moment or a length in words, as they are read by forms."""
        return spoken(kind, value, self.texts)

    def date(self, value: object) -> str:
        """A day of the calendar in words; nothing if it is none."""
        return formats.calendar_day(value, self.texts) if isinstance(value, date) else ""

    def row(self, words: tuple[str, ...]) -> str:
        """Words in a row."""
        return formats.list_words(words, self.texts)

    def name(self, who: Name) -> str:
        """A name, or the beginning of the id where no name is known."""
        return shown(who.name) if who.name else self.texts("web.nameless", id=who.id[:SHORT_ID])

    def names(self, some: tuple[Name, ...]) -> str:
        """Names in a row."""
        return self.row(tuple(map(self.name, some)))

    def language(self, tag: str) -> str:
        """The name of a language; its tag if we have no name for it."""
        return formats.language(tag, self.texts)

    def languages(self, tags: tuple[str, ...]) -> str:
        """Names of languages in a row."""
        return formats.languages(tags, self.texts)


def _environment(features: Sequence[Feature]) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from node.web.compiled import Compiled

    made = Environment(
        loader=FileSystemLoader([FOLDER, *(NOUNS / one.name / "templates" for one in features)]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown_plainly,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=Compiled(),
    )
    made.globals.update(
        asset_path=asset_path,
        call_link=links.call_link,
        contact_link=links.contact_link,
        languages=LANGUAGES,
        kinds={one.name: one for one in Kind},
        spoken_kinds=SPOKEN,
        safe_link=links.safe_link,
    )
    for feature in features:
        for name, function in feature.template_functions.items():
            made.globals[name] = feature.load(function)
    return made


class Renderer:
    """The templates of one node, read at the first page."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self._features = features
        self._menu = sorted(
            (entry for one in features for entry in one.menu), key=lambda entry: entry.place
        )
        self._made: Environment | None = None

    @property
    def is_ready(self) -> bool:
        """Whether Jinja2 was imported."""
        return self._made is not None

    def make_ready(self) -> "Environment":
        """Import Jinja2 and what all pages have in common; in any thread."""
        made = _environment(self._features)
        made.get_template(FRAME)
        self._made = made
        return made

    def render(
        self,
        page: Page,
        visit: Visit,
        brand: str,
        now: int,
        message: Message | None = None,
        banners: Sequence[Banner] = (),
    ) -> str:
        """The HTML of a page. `brand` is the name of the group whose page it is."""
        made = self._made or self.make_ready()
        values: Mapping[str, Any] = {
            **page.values,
            "t": visit.texts,
            "words": Words(visit.texts),
            "visit": visit,
            "inside": visit.inside,
            "menu": [one for one in self._menu if visit.has(one.right)],
            "token": visit.form_token,
            "message": message,
            "banners": banners,
            "page": page,
            "brand": brand,
            "now": now,
        }
        return made.get_template(page.template).render(values)
