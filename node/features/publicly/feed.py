"""The feed of news: made once for each change, as that of the meetings (`meetings.feed`).

The address under which it is asked for is put in afterwards: strangers can ask under any number of
them, for ports are not compared (`node.web.hosts`), and none of them is work.
"""

from secrets import token_hex
from xml.sax.saxutils import escape

from node.features.meetings.feed import Feed, Write
from node.features.meetings.views import meetings_edition
from node.lookup.sight import Sight
from node.texts import Texts
from protocol.audience import PUBLIC
from protocol.exchange import OFFER, WANT

_ROOT = f"https://{token_hex(16)}.invalid"
"""Stands for the address; nobody can write it into a title."""


def under(body: bytes, root: str) -> bytes:
    """The feed as it is at an address, without a slash at its end."""
    return body.replace(_ROOT.encode(), escape(root, {'"': "&quot;"}).encode())


class News(Feed):
    """The feeds of one site, by language; `under` puts in where it is."""

    def edition(self, sight: Sight) -> object:
        """Another value after every change of what is in it."""
        records = sight.core.records
        things = tuple(records.edition(kind.name, PUBLIC) for kind in (OFFER, WANT))
        return meetings_edition(sight), things

    def read(self, sight: Sight) -> Write:
        """Read what is news; gives what writes it down."""
        from node.features.publicly.atom import feed, meeting_entry, thing_entry
        from node.features.publicly.views import news_meetings, news_things

        meetings, things = news_meetings(sight), news_things(sight)
        home, name = sight.name(sight.core.home_id), sight.home_name

        def write(texts: Texts) -> bytes:
            entries = [
                *(meeting_entry(one, texts) for one in meetings),
                *(thing_entry(one, texts) for one in things),
            ]
            return feed(entries, home, name, texts, _ROOT)

        return write
