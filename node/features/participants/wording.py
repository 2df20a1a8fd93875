"""The words by which people agree that something of them goes out: one sentence for each field.

What they mean is `node.features.mine.consenting.VERSION`; whoever changes that raises it.
"""

from collections.abc import Iterable

from node.base.lookalikes import SHORT_ID
from node.lookup.sight import Sight
from node.texts import Texts
from protocol.audience import Audience


def whom(sight: Sight, texts: Texts, audience: Audience) -> str:
    """Who sees it, in the words that stand beside everything that one is about to write."""
    name = sight.name(audience.ids[0])
    return texts(f"participants.who.{audience.scope}", name=name.name or name.id[:SHORT_ID])


def words_for(
    sight: Sight, texts: Texts, audience: Audience, fields: Iterable[str]
) -> dict[str, str]:
    """For each field the sentence to which its person agrees."""
    who = whom(sight, texts, audience)
    return {
        one: texts("participants.wording", field=texts(f"participants.label.{one}"), who=who)
        for one in fields
    }
