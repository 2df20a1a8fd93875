"""Who belongs to a network, in words that everybody may read."""

from node.base.formats import list_words, number
from node.features.networks.types import NetworkView
from node.texts import Texts


def named_outside(view: NetworkView, texts: Texts) -> str | None:
    """Names of those that want it, "and 3 more"; None where nothing is said of members."""
    if view.named is None:
        return None
    names = [one.name or one.id for one in view.named]
    if view.more:
        more = number(view.more, texts)
        key = "networks.more" if names else "networks.web.count"
        names.append(texts(key, n=view.more, count=more))
    return list_words(names, texts)
