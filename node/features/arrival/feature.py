"""How people and phones get here: the local network, a name, the recovery words."""

from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="arrival",
    commands=(
        Command(
            ("phones",),
            "commands:phones",
            Effect.WRITES,
            Where.NODE,
            ("on", "addresses", "trouble"),
            (Argument("switch", choices=("on", "off"), optional=True),),
        ),
    ),
    routes=(
        Route("/machine/phones", "phones:phones", Right.KEY, oneself=True),
        Route("/machine/phones", "phones:switch", Right.KEY, "POST", oneself=True),
        Route("/machine/phones/seen", "phones:seen", Right.KEY, oneself=True),
        Route("/machine/address", "address_pages:address", Right.KEY, oneself=True),
        Route("/machine/address", "address_pages:change", Right.KEY, "POST", oneself=True),
        Route("/machine/address/look", "address_pages:look", Right.KEY, "POST", oneself=True),
        Route("/machine/words", "word_pages:words", Right.KEY, oneself=True),
        Route("/machine/words", "word_pages:show", Right.KEY, "POST", oneself=True),
        Route("/machine/words/check", "word_pages:check", Right.KEY, oneself=True),
        Route("/machine/words/check", "word_pages:confirm", Right.KEY, "POST", oneself=True),
        Route("/machine/words/new", "word_pages:preview", Right.KEY, oneself=True),
        Route("/machine/words/new", "word_pages:begin_anew", Right.KEY, "POST", oneself=True),
    ),
    banner="word_pages:banner",
    todo="pages:todo",
)
