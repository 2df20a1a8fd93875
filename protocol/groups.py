"""A group's entry in the directory (docs/protocol.md §7.3).

It expires unless its group renews it: a directory that forgets.
"""

from protocol.fields import array, boolean, fields, lang, line, optional, pair, text, url
from protocol.kind import Kind, unnamed

ENTRY_LIFETIME = 180 * 86_400
"""How long a directory entry stands unless it is renewed: half a year of silence is an answer."""

GROUP = Kind(
    name="group",
    audiences=frozenset({"public", "network", "direct"}),
    fields=fields(
        name=line(120),
        purpose=optional(text(2000)),
        orientation=optional(line(500)),
        topics=array(line(80), 32),
        convictions=array(line(500), 32),
        region=optional(line(120)),
        languages=array(lang, 16),
        contacts=array(pair(line(80), optional(line(200))), 16),
        takes_members=optional(boolean),
        links=array(url, 16),
    ),
    limit=1,
    named=unnamed,
    renewed=ENTRY_LIFETIME,
    moves=True,
    listed=True,
)
