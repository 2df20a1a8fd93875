"""Both sides of a handshake, and cases of it: what the makers of `handshake.json` share."""

from typing import Any

from protocol.encoding import encode
from tests.protocol.making.cast import Actor
from tests.protocol.making.talk import A_ABOUT, D_ABOUT, Held, Talk, held

Case = dict[str, Any]
NONE: list[Any] = ["also", [], []]
"""An `also` that adds nothing."""


class Scene:
    """The home groups of both sides, and their handshake."""

    def __init__(self, wanted: bytes | None = None) -> None:
        self.hub, self.north = held(Actor("hub")), held(Actor("north"))
        self.talk = Talk(wanted or self.hub.id)

    def third(self) -> list[Any]:
        return self.talk.third(self.hub)

    def fourth(self, *holdings: Held, **more: Any) -> list[Any]:
        return self.talk.fourth(holdings or [self.north], **({"expected": self.hub.id} | more))

    def fifth(self, *more: Held) -> list[Any]:
        return self.talk.fifth(self.hub, self.north.id, more)

    def hears_third(self, message: Any, *more: Any) -> list[str]:
        """What D hears when this is message 3, and those follow."""
        plain = [encode(one) for one in (message, *more)]
        return [self.talk.second.hex(), *(self.talk.a.push(one).hex() for one in plain)]

    def hears_fourth(self, message: Any, *more: Any) -> list[str]:
        """What A hears when this is message 4, and those follow."""
        plain = [encode(one) for one in (message, *more)]
        return [self.talk.first.hex(), *(self.talk.d.push(one).hex() for one in plain)]


def plain(message: list[Any]) -> str:
    """Not encrypted."""
    return encode(message).hex()


def put(message: list[Any], at: int, value: Any) -> list[Any]:
    return [*message[:at], value, *message[at + 1 :]]


def swap(message: list[Any], proof: list[Any]) -> list[Any]:
    """With this one proof instead."""
    return put(message, 1, [proof])


def ok(name: str, side: str, incoming: list[Any], proven: list[Held]) -> Case:
    ids = [one.id.hex() for one in proven]
    about = D_ABOUT if side == "answerer" else A_ABOUT
    found = {"name": name, "side": side, "incoming": incoming, "expect": "ok", "ids": ids}
    return found | {"code": None, "guest": None, "about": about.hex()}


def bad(name: str, side: str, incoming: list[Any], code: str = "protocol") -> Case:
    return {"name": name, "side": side, "incoming": incoming, "expect": code}
