"""How peers are shown in a terminal."""

from node.base.lookalikes import SHORT_ID
from node.cli.context import Context
from node.cli.words import day, plainly
from node.features.peers.types import PeerView


def peer_rows(views: tuple[PeerView, ...], context: Context) -> list[list[str]]:
    """One row for each peer."""
    return [
        [
            plainly(one.who, context),
            context.texts(f"peers.state.{one.state}"),
            day(one.since, context.texts),
            one.who.id[:SHORT_ID],
        ]
        for one in views
    ]
