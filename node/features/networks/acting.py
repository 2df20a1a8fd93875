"""As whom a key person acts: as the group, or as a network that is looked after on its machine.

A network belongs to networks as a group does; where the machine holds one besides the group, each
form asks who it is for. Where there is no choice it asks nothing.
"""

from collections.abc import Sequence

from node.lookup.sight import Sight
from node.store.core import Core
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked
from protocol.ids import from_text, to_text

WHO = "who"
"""The field that asks it."""


def identities(core: Core) -> list[bytes]:
    """All that this machine can speak for, the group first."""
    return [core.home_id, *sorted(core.own - {core.home_id})]


def called(sight: Sight, own: bytes) -> str:
    """The name of one of them."""
    if own == sight.core.home_id:
        return sight.home_name
    found = sight.name(own)
    return found.name or found.id[:8]


def with_choice(asked: Asked, form: Form, among: Sequence[bytes]) -> Form:
    """The form, asking for whom it is where several could be meant."""
    if len(among) < 2:
        return form
    choices = tuple(Choice(to_text(one), shown=called(asked.sight, one)) for one in among)
    field = Field(WHO, Kind.CHOICE, "networks.web.who", "networks.web.who_hint", choices=choices)
    return Form(form.name, field, *form.fields, edits=form.edits)


def chosen(filled: Filled, among: Sequence[bytes]) -> bytes:
    """For whom it is, once the form is `ok`."""
    if len(among) < 2:
        return among[0]
    return from_text(filled[WHO])


def usual(among: Sequence[bytes]) -> dict[str, str]:
    """What is chosen before anybody did."""
    return {WHO: to_text(among[0])} if len(among) > 1 else {}
