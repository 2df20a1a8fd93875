"""The feed of news: made once for each change, as that of the meetings (`meetings.feed`)."""

from node.features.meetings.feed import Feed, Write
from node.features.meetings.views import meetings_edition
from node.lookup.sight import Sight
from node.texts import Texts
from protocol.audience import PUBLIC
from protocol.exchange import OFFER, WANT


class News(Feed):
    """The feeds of one site, by language and by the address under which it is asked for."""

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

        def write(texts: Texts, root: str) -> bytes:
            entries = [
                *(meeting_entry(one, texts) for one in meetings),
                *(thing_entry(one, texts) for one in things),
            ]
            return feed(entries, home, name, texts, root)

        return write
