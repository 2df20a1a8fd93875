"""Statements on the node that the page tests show (`tests.node.web.building`)."""

from typing import Any

from node.features.statements.actions import add, answer, edit, find_statement
from node.records.transaction import act
from protocol.audience import Audience
from protocol.kind import Place
from tests.node.by_hand import exchange
from tests.node.web import texts
from tests.node.web.texts import LONG, SCRIPT, SECRET


def statements(builder: Any) -> None:
    """Two that our network asks, which partners answered; one of the hostile network."""
    network, theirs = builder.network("network"), builder.network("open_network")
    for key, fields in (("houses", texts.HOUSES), ("buses", texts.BUSES)):
        builder.names[key] = add(builder.home, network, fields).rpartition("/")[2]
    with act(builder.hostile) as publisher:
        place = Place(theirs, Audience.network(theirs), "statement", "strange.statement")
        publisher.write(place, texts.HOSTILE_STATEMENT)
    exchange(*builder.cores.values(), rounds=1)
    houses, buses = (
        find_statement(builder.home, builder.names[key]) for key in ("houses", "buses")
    )
    answer(builder.home, builder.me, houses, "partly", f"Nicht alle {SECRET}")
    answer(builder.partner, builder.partner.home_id, houses, "agree", f"Ja {SECRET}")
    answer(builder.partner, builder.partner.home_id, buses, "no")
    edit(builder.home, buses, {"about": f"In der Stadt {SECRET}"})
    strange = find_statement(builder.hostile, "strange.statement")
    sentence = (SCRIPT + LONG)[:300]
    answer(builder.hostile, builder.hostile.home_id, strange, "no", sentence)
    exchange(*builder.cores.values(), rounds=1)
