"""Offers and wants on the node that the page tests show (`tests.node.web.building`)."""

from typing import Any

from node.features.exchange.actions import find_thing, publish
from node.features.exchange.actions import take as take_thing
from node.records.transaction import act
from node.store.core import Core
from protocol.audience import PUBLIC, Audience
from protocol.kind import Place
from tests.node.by_hand import exchange
from tests.node.web import texts
from tests.node.web.texts import SECRET
from tests.sync.people import NOW

DAY = 86_400


def things(builder: Any) -> None:
    """Ours to everybody and to a network, with who takes it; theirs to everybody and to us."""
    until, network = NOW + 30 * DAY, Audience.network(builder.network("network"))
    tables = _thing(builder, "tables", builder.home, "offer", PUBLIC, texts.TABLES)
    inside = {"title": f"Beamer {SECRET}", "place": "Hannover"}
    _thing(builder, "projector", builder.home, "want", network, inside)
    exchange(builder.home, builder.partner, rounds=1)
    theirs = find_thing(builder.partner, tables)
    take_thing(builder.partner, builder.partner.home_id, theirs, 4, f"Am Freitag {SECRET}")
    bench = {"title": f"Bank {SECRET}", "amount": 1}
    to_us = Audience.direct([builder.me])
    _thing(builder, "bench", builder.partner, "offer", to_us, bench)
    exchange(builder.partner, builder.home, rounds=1)
    take_thing(builder.home, builder.me, find_thing(builder.home, builder.names["bench"]))
    with act(builder.hostile) as publisher:
        place = Place(builder.hostile.home_id, PUBLIC, "want", "strange.thing")
        publisher.write(place, texts.HOSTILE_THING, expires=until)
    exchange(builder.hostile, builder.home, rounds=1)


def _thing(
    builder: Any, key: str, core: Core, kind: str, audience: Audience, fields: dict[str, Any]
) -> str:
    id_ = publish(core, core.home_id, kind, audience, fields, NOW + 30 * DAY)
    builder.names[key] = id_.rpartition("/")[2]
    return id_
