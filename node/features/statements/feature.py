"""Statements: what a network asks its groups, what they answer, who is alike and who differs."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.described import arguments, clearing
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route
from node.features.networks.feature import UNKNOWN as UNKNOWN_NETWORK
from node.features.networks.feature import WHICH_NETWORK
from protocol.statements import ANSWERS, STANCE, STATEMENT

STATEMENT_KEYS = (
    *("id", "network", "topic", "text", "about", "digest", "own", "mine"),
    *("agree", "partly", "no", "answers", "issued"),
)

LIKE_KEYS = ("who", "percent", "both", "shared")

COMPARISON_KEYS = (
    *("network", "one", "other", "percent", "both", "shared", "only_one", "only_other", "topics"),
)

WHICH = Argument("statement", metavar="statement")

FIELDS = STATEMENT.fields.names

SAID = arguments("statements", STATEMENT.fields, *FIELDS, required=("text",))

SENTENCE = arguments("statements", STANCE.fields, "sentence")

UNKNOWN = frozenset({"no-such-statement"})

FEATURE = Feature(
    name="statements",
    commands=(
        Command(
            ("statements", "list"),
            "commands:list_",
            Effect.READS,
            Where.NODE,
            ("statements",),
            (WHICH_NETWORK,),
            awaits=UNKNOWN_NETWORK,
        ),
        Command(
            ("statements", "add"),
            "commands:add",
            Effect.WRITES,
            Where.NODE,
            STATEMENT_KEYS,
            (WHICH_NETWORK, *SAID),
        ),
        Command(
            ("statements", "edit"),
            "commands:edit",
            Effect.WRITES,
            Where.NODE,
            STATEMENT_KEYS,
            (
                WHICH,
                *(one._replace(required=False) for one in SAID),
                clearing(STATEMENT.fields, *FIELDS),
            ),
        ),
        Command(
            ("statements", "remove"),
            "commands:remove",
            Effect.ASKS,
            Where.NODE,
            ("erased",),
            (WHICH, YES),
        ),
        Command(
            ("statements", "answer"),
            "commands:answer",
            Effect.WRITES,
            Where.NODE,
            STATEMENT_KEYS,
            (
                WHICH,
                Argument("answer", choices=(*ANSWERS, "none"), metavar="answer"),
                *SENTENCE,
            ),
            awaits=UNKNOWN,
        ),
        Command(
            ("statements", "compare"),
            "commands:compare",
            Effect.READS,
            Where.NODE,
            ("network", "groups", "comparison"),
            (
                WHICH_NETWORK,
                Argument("group", metavar="group", optional=True),
                Argument("--with", metavar="group", text="with"),
                Argument("--different", "flag"),
            ),
            awaits=UNKNOWN_NETWORK,
        ),
    ),
    events={
        Event.ENDED: "actions:drop_left",
        Event.DECIDED: "actions:take_back_withdrawn",
    },
    routes=(
        Route("/statements/{network}", "pages:list_", Right.MEMBER),
        Route("/statements/{network}/new", "editing_pages:new", Right.KEY),
        Route("/statements/{network}/new", "editing_pages:add_", Right.KEY, "POST"),
        Route("/statements/{network}/alike", "comparing_pages:alike", Right.MEMBER),
        Route("/statements/{network}/alike/{one}/{other}", "comparing_pages:two", Right.MEMBER),
        Route("/statements/{network}/one/{name}", "pages:one", Right.MEMBER),
        Route("/statements/{network}/one/{name}", "pages:answer_", Right.KEY, "POST"),
        Route("/statements/{network}/one/{name}/back", "pages:back", Right.KEY, "POST"),
        Route("/statements/{network}/one/{name}/change", "editing_pages:change", Right.KEY),
        Route("/statements/{network}/one/{name}/change", "editing_pages:save", Right.KEY, "POST"),
        Route("/statements/{network}/one/{name}/remove", "editing_pages:ending", Right.KEY),
        Route("/statements/{network}/one/{name}/remove", "editing_pages:end", Right.KEY, "POST"),
    ),
    todo="todo:waiting",
    panels={"network": "panels:of_network", "group": "panels:of_group"},
    state="stances:Stances",
    template_functions={"statement_path": "links:statement_path"},
)
