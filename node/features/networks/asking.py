"""What another key person reads of an act that waits for their yes (`rules.wanting.want`)."""

from collections.abc import Mapping
from typing import Any

from node.features.networks import acting, charter_form
from node.texts import Texts
from node.web.page import Asked
from protocol.networks import NETWORK

Told = tuple[str, dict[str, Any]]
"""The key of a text, and its values."""


def told(key: str, **values: Any) -> Told:
    """A sentence."""
    return f"networks.asks.{key}", values


def for_whom(asked: Asked, own: bytes) -> list[Told]:
    """That it is for a network which is looked after here; nothing where it is for the group."""
    if own == asked.core.home_id:
        return []
    return [told("as", name=acting.called(asked.sight, own))]


def words(said: str | None) -> list[Told]:
    """A reason, a message or a note, as it will be sent."""
    return [told("words", said=said)] if said else []


def charter(fields: Mapping[str, Any], texts: Texts) -> list[Told]:
    """What a charter says, its name left out."""
    return [
        told("field", field={"text": f"networks.charter.{name}"}, said=value(name, fields, texts))
        for name in charter_form.NAMES
        if name != "name" and fields.get(name)
    ]


def changes(old: Mapping[str, Any], new: Mapping[str, Any], texts: Texts) -> list[Told]:
    """What becomes of a charter: field by field."""
    return [
        told(
            "change",
            field={"text": f"networks.charter.{name}"},
            old=value(name, old, texts),
            new=value(name, new, texts),
        )
        for name in charter_form.NAMES
        if name in new and new[name] != old.get(name)
    ]


def value(name: str, content: Mapping[str, Any], texts: Texts) -> Any:
    """What a field says; words of ours as keys, so that each reads them in their own language."""
    found = content.get(name)
    if not found:
        return {"text": "networks.web.decision.empty"}
    if NETWORK.fields.types[name].form == "choice":
        return {"text": f"networks.{name}.{found}"}
    return charter_form.typed(content, texts)[name].replace("\n", "; ")
