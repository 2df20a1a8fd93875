"""What an act is, in words: for its page and for the command line (`wanting.want` says how a noun
leaves them)."""

from node.features.rules.actions import LESS
from node.features.rules.tables import Request
from node.texts import Texts


def act_words(one: Request, texts: Texts) -> str:
    """What is wanted, with the name of whom or what it is about."""
    if one.act == LESS:
        return texts(f"rules.act.{LESS}", act=texts(f"rules.act.{one.what['act']}"))
    name = one.what.get("shown")
    if not name:
        return texts(f"rules.act.{one.act}")
    own = str(one.what.get("said", ""))
    return texts(own if texts.has(own) else f"rules.act_on.{one.act}", name=str(name))


def told(one: Request, texts: Texts) -> tuple[str, ...]:
    """Its particulars: reasons, and what would change."""
    known = ((str(key), values) for key, values in one.what.get("told", ()))
    return tuple(
        texts(key, **{name: worded(value, texts) for name, value in values.items()})
        for key, values in known
        if texts.has(key)
    )


def worded(value: object, texts: Texts) -> object:
    """A value, or where it is {text} the text of that key, in the reader's language."""
    key = value.get("text", "") if isinstance(value, dict) else ""
    return texts(key) if key and texts.has(key) else value
