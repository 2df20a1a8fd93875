"""`group list|search`: the directory."""

from node.cli.context import Answer, Context, plain
from node.features.directory.feature import PER_PAGE
from node.features.directory.terminal import show_page
from node.features.directory.types import DirectoryQuery


def list_(context: Context) -> Answer:
    """The directory by name."""
    return _page(context, "")


def search(context: Context) -> Answer:
    """The directory by words."""
    return _page(context, " ".join(context.args.words))


def _page(context: Context, text: str) -> Answer:
    from node.features.directory.counting import Facets
    from node.features.directory.views import find_page
    from node.lookup.names import find_network
    from protocol.ids import to_text

    args = context.args
    network = to_text(find_network(context.core, args.network)) if args.network else None
    query = DirectoryQuery(
        text=text,
        topic=args.topic,
        region=args.region,
        language=args.language,
        takes_members=args.takes_members,
        form=args.kind,
        order=args.sort or "",
        network=network,
        page=args.page or 1,
        per_page=args.per_page or PER_PAGE,
    )
    found = find_page(context.sight(), query, Facets())
    sheet = context.sheet()
    show_page(sheet, found, context)
    return Answer(plain(found), sheet)
