"""Offers and wants, and who takes them."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.described import arguments
from node.cli.effects import Effect, Where
from node.feature import Feature, MenuEntry, Right, Route
from protocol.exchange import OFFER, STANDING_DAYS, TAKE

THING_KEYS = (
    *("id", "kind", "author", "title", "text", "amount", "unit", "place", "until", "audience"),
    *("seen_by", "own", "taken", "takes", "issued"),
)

THING = Argument("thing", metavar="thing")

USUAL_DAYS = 30
"""How long a thing stands if nothing is said."""

SAID = (
    *arguments("exchange", OFFER.fields, "title", required=("title",)),
    Argument("--to", metavar="to", required=True),
    *arguments("exchange", OFFER.fields, "text", "amount", "unit", "place"),
    Argument(*("--until", "day"), metavar="day", usual=USUAL_DAYS, most=STANDING_DAYS, unit="days"),
)
"""The same for a want: it has the same fields."""

FILTERS = (
    Argument("--offers", "flag"),
    Argument("--wants", "flag"),
    Argument("--search"),
    Argument("--place", text="where"),
    Argument("--network", metavar="network"),
    Argument("--mine", "flag"),
)

TAKEN = tuple(
    one._replace(text=f"taken_{one.name[2:]}")
    for one in arguments("exchange", TAKE.fields, "amount", "note")
)

UNKNOWN = frozenset({"no-such-offer"})

FEATURE = Feature(
    name="exchange",
    commands=(
        Command(
            ("exchange", "offer"),
            "commands:offer",
            Effect.WRITES,
            Where.NODE,
            THING_KEYS,
            SAID,
            also=("offer",),
            awaits=frozenset({"to-nobody", "not-a-member", "not-tied"}),
        ),
        Command(
            ("exchange", "want"),
            "commands:want",
            Effect.WRITES,
            Where.NODE,
            THING_KEYS,
            SAID,
            also=("want",),
            awaits=frozenset({"to-nobody", "not-a-member", "not-tied"}),
        ),
        Command(
            ("exchange", "list"), "commands:list_", Effect.READS, Where.NODE, ("things",), FILTERS
        ),
        Command(
            ("exchange", "show"),
            "commands:show",
            Effect.READS,
            Where.NODE,
            THING_KEYS,
            (THING,),
            awaits=UNKNOWN,
        ),
        Command(
            ("exchange", "take"),
            "commands:take",
            Effect.WRITES,
            Where.NODE,
            THING_KEYS,
            (THING, *TAKEN),
            awaits=UNKNOWN,
        ),
        Command(
            ("exchange", "end"), "commands:end", Effect.ASKS, Where.NODE, ("erased",), (THING, YES)
        ),
    ),
    events={Event.ENDED: "actions:drop_left"},
    routes=(
        Route("/exchange", "pages:things", Right.EVERYBODY),
        Route("/exchange/offer", "writing_pages:offer", Right.KEY),
        Route("/exchange/offer", "writing_pages:send_offer", Right.KEY, "POST"),
        Route("/exchange/want", "writing_pages:want", Right.KEY),
        Route("/exchange/want", "writing_pages:send_want", Right.KEY, "POST"),
        Route("/exchange/{author}/{kind}/{name}", "pages:thing", Right.EVERYBODY),
        Route("/exchange/{author}/{kind}/{name}/change", "writing_pages:edit", Right.KEY),
        Route("/exchange/{author}/{kind}/{name}/change", "writing_pages:save", Right.KEY, "POST"),
        Route("/exchange/{author}/{kind}/{name}/take", "taking_pages:take", Right.KEY),
        Route("/exchange/{author}/{kind}/{name}/take", "taking_pages:send", Right.KEY, "POST"),
        Route("/exchange/{author}/{kind}/{name}/end", "taking_pages:ending", Right.KEY),
        Route("/exchange/{author}/{kind}/{name}/end", "taking_pages:end", Right.KEY, "POST"),
    ),
    menu=(MenuEntry(45, "exchange", "/exchange", "exchange.web.menu", Right.EVERYBODY),),
    template_functions={"thing_path": "pages:thing_path"},
)
