"""What search engines and calendars read on a public page: JSON-LD with the words of schema.org.

Rules:

1. only what everybody sees stands in it: it is made from what a look from outside shows;
2. it is data in a `<script>` that no browser runs (a data block: the policy of `headers.py` says
   nothing of those). All that could end the element or begin another one is escaped, so whatever
   others wrote into a title is text in a string;
3. a meeting whose time zone is not known here has no moment that could be told, and no data.

>>> print(data_script({"name": "</script><b>"}))
<script type="application/ld+json">{"name": "\\u003c/script\\u003e\\u003cb\\u003e"}</script>
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from node.base.zone_table import known_zone
from node.features.groups.links import group_path
from node.features.groups.types import GroupView
from node.features.meetings.links import meeting_path
from node.features.meetings.types import MeetingView
from node.web.links import contact_link, safe_link
from node.web.plain import plain

if TYPE_CHECKING:
    from markupsafe import Markup

CONTEXT = "https://schema.org"
_ESCAPED = {ord(one): f"\\u{ord(one):04x}" for one in "<>&'"}
_SEEN = "https://schema.org/"


def data_script(data: Mapping[str, Any]) -> "Markup":
    """The element with the data in it; ASCII, and nothing that HTML could take for its own."""
    from markupsafe import Markup

    text = json.dumps(data, ensure_ascii=True).translate(_ESCAPED)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - escaped


def organization(view: GroupView, root: str, path: str | None = None) -> dict[str, Any]:
    """A group, as its entry for everybody says. `root`: the address of these pages, or empty."""
    links = [one for link in view.links if (one := safe_link(link))]
    said = {
        "@context": CONTEXT,
        "@type": "Organization",
        "name": plain(str(view.name)),
        "url": f"{root}{path or group_path(view.id)}" if root else None,
        "description": _plain(view.purpose),
        "areaServed": _plain(view.region),
        "knowsAbout": [plain(one) for one in view.topics],
        "knowsLanguage": list(view.languages),
        "sameAs": links,
        "contactPoint": [way for pair in view.contacts if (way := _contact(*pair))],
    }
    return _filled(said)


def _contact(kind: str, address: str | None) -> dict[str, Any] | None:
    """A way that the entry names to everybody, if machines have a word for it."""
    link = contact_link(address or "") or ""
    scheme, _, rest = link.partition(":")
    way = {"mailto": "email", "tel": "telephone"}.get(scheme)
    found = {"@type": "ContactPoint", "contactType": plain(kind)}
    return {**found, way: rest} if way else None


def event(view: MeetingView, root: str) -> dict[str, Any] | None:
    """A public meeting; None where its moment is not known, or nowhere is said where it is."""
    starts, where = _starts(view), _where(view)
    if starts is None or not where or view.audience != "public":
        return None
    off, online, there = view.cancelled is not None, "@VirtualLocation", "@Place"
    kinds = {"@" + one["@type"] for one in where}
    mode = "Mixed" if kinds == {online, there} else "Online" if online in kinds else "Offline"
    ends = starts + timedelta(minutes=view.minutes)
    said = {
        "@context": CONTEXT,
        "@type": "Event",
        "name": plain(view.title),
        "startDate": starts.isoformat(),
        "endDate": ends.isoformat(),
        "eventStatus": _SEEN + ("EventCancelled" if off else "EventScheduled"),
        "eventAttendanceMode": f"{_SEEN}{mode}EventAttendanceMode",
        "location": where[0] if len(where) == 1 else where,
        "organizer": _filled(
            {
                "@type": "Organization",
                "name": plain(str(view.host.name or view.host.id)),
                "url": f"{root}{group_path(view.host.id)}" if root else None,
            }
        ),
        "url": f"{root}{meeting_path(view)}" if root else None,
        "description": _plain(view.text),
        "maximumAttendeeCapacity": view.capacity,
    }
    return _filled(said)


def _starts(view: MeetingView) -> datetime | None:
    zone = known_zone(view.zone)
    if zone is None or view.starts_at is None:
        return None
    return datetime.fromtimestamp(view.starts_at, zone)


def _where(view: MeetingView) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if view.place:
        place = plain(view.place)
        found.append({"@type": "Place", "name": place, "address": place})
    if view.link and safe_link(view.link):
        found.append({"@type": "VirtualLocation", "url": view.link})
    return found


def _plain(text: str | None) -> str | None:
    return plain(text) if text else None


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was not said."""
    return {name: value for name, value in said.items() if value not in (None, [], "")}
