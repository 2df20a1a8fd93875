"""What a network agreed on, and who belongs to it, in words that everybody may read."""

from collections.abc import Iterable

from node.base.formats import list_words, number, term
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


def charter_words(field: str, values: Iterable[str], texts: Texts) -> tuple[str, ...]:
    """Values of a charter's field as people say them.

    >>> charter_words("term", ["P6M"], Texts("en"))
    ('6 months',)
    """
    if field == "term":
        return tuple(term(one, texts) for one in values)
    if field in ("admission", "counted"):
        return tuple(texts(f"networks.{field}.{one}") for one in values)
    return tuple(values)


def majority_words(share: str, counted: str, texts: Texts) -> str:
    """What a change of the charter takes.

    >>> majority_words("1/2", "roster", Texts("en"))
    'To change the charter it takes, of all who decide: more than half.'
    """
    part = {"1/2": "half", "1/1": "all"}.get(share, "share")
    said = texts(f"networks.web.majority_part.{part}", share=share)
    return texts(f"networks.web.majority_of.{counted}", part=said)
