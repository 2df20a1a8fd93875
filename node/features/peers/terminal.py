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


def peer_rows_shown(views: tuple[PeerView, ...], context: Context) -> list[list[str]]:
    """The same, and whether everybody may be told of it."""
    said = [context.texts(f"peers.shown.{how_shown(one)}") for one in views]
    rows = zip(peer_rows(views, context), said, strict=True)
    return [[who, state, shown, since, id_] for (who, state, since, id_), shown in rows]


def how_shown(view: PeerView) -> str:
    """Who wants the tie to be named to everybody: `both`, `we`, `they` or `none`."""
    if view.shown:
        return "both" if view.shown_by_them else "we"
    return "they" if view.shown_by_them else "none"
