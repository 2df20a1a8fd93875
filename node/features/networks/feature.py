"""Networks: found, apply, admit, leave, expel."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.described import arguments
from node.cli.effects import Effect, Where
from node.feature import Feature, MenuEntry, Right, Route
from node.features.groups.feature import WHICH_GROUP
from protocol.networks import ADMISSION, MEMBERSHIP, NETWORK

NETWORK_KEYS = (
    "id", "name", "purpose", "motto", "orientation", "consensus", "topics", "region", "languages",
    "admission", "majority", "counted", "term", "host", "mandate", "links", "mandate_long",
    "standing", "held_here", "held_before", "shown", "named", "more", "members", "unconfirmed",
    "proposals", "alone", "checkpoint", "to_tell", "to_confirm", "waits", "others",
)  # fmt: skip

CHARTER_FIELDS = tuple(one for one in NETWORK.fields.names if one not in ("host", "mandate"))
CHARTER = arguments("networks", NETWORK.fields, *CHARTER_FIELDS, required=("name",))

WHY = arguments("networks", ADMISSION.fields, "reason")

WHICH_NETWORK = Argument("network", metavar="network", noun="networks")

UNKNOWN = frozenset({"no-such-network", "charter-unknown"})
"""Problems that mean: nothing of this network is here yet."""

NOBODY = frozenset({"nobody-found"})
"""A problem that means: what this group says of itself is not here yet."""

NO_APPLICANT = UNKNOWN | {"no-application", "standing-none"}

SHOWN = Argument("shown", "yes-no", metavar="yes_no", optional=True)
NAMED = Argument("--shown", "yes-no", metavar="yes_no", text="named")
"""Whether the group may be named as a member outside its network."""

ONE = "/networks/{id}"

FEATURE = Feature(
    name="networks",
    commands=(
        Command(
            ("group", "show-publicly"),
            "showing_commands:group",
            Effect.WRITES,
            Where.NODE,
            ("shown",),
            (WHICH_GROUP._replace(optional=True, text="shown_group", noun="networks"), SHOWN),
            awaits=NOBODY,
        ),
        Command(
            ("network", "found"),
            "commands:found",
            Effect.WRITES,
            Where.NODE,
            NETWORK_KEYS,
            CHARTER,
            also=("network", "start"),
        ),
        Command(
            ("network", "show"),
            "commands:show",
            Effect.READS,
            Where.NODE,
            NETWORK_KEYS,
            (WHICH_NETWORK,),
            awaits=UNKNOWN,
        ),
        Command(("network", "list"), "commands:list_", Effect.READS, Where.NODE, ("networks",)),
        Command(
            ("network", "apply"),
            "commands:apply",
            Effect.WRITES,
            Where.NODE,
            ("network", "standing"),
            (
                WHICH_NETWORK,
                *arguments("networks", MEMBERSHIP.fields, "message"),
                NAMED,
                Argument("--confirmed", metavar="letters"),
            ),
            also=("join",),
            awaits=UNKNOWN,
        ),
        Command(
            ("network", "admit"),
            "commands:admit",
            Effect.WRITES,
            Where.NODE,
            ("network", "group", "standing"),
            (WHICH_NETWORK, WHICH_GROUP),
            awaits=NO_APPLICANT,
        ),
        Command(
            ("network", "decline"),
            "commands:decline",
            Effect.WRITES,
            Where.NODE,
            ("network", "group", "standing"),
            (WHICH_NETWORK, WHICH_GROUP, *WHY),
            awaits=NO_APPLICANT,
        ),
        Command(
            ("network", "leave"),
            "commands:leave",
            Effect.ASKS,
            Where.NODE,
            ("network", "to_confirm"),
            (WHICH_NETWORK, YES),
        ),
        Command(
            ("network", "expel"),
            "commands:expel",
            Effect.ASKS,
            Where.NODE,
            ("network", "group", "standing"),
            (WHICH_NETWORK, WHICH_GROUP, *WHY, YES),
        ),
        Command(
            ("network", "members"),
            "commands:members",
            Effect.READS,
            Where.NODE,
            ("network", "members"),
            (WHICH_NETWORK,),
            awaits=UNKNOWN | {"members-hidden"},
        ),
        Command(
            ("network", "show-us"),
            "showing_commands:us",
            Effect.WRITES,
            Where.NODE,
            ("network", "shown"),
            (WHICH_NETWORK, SHOWN._replace(text="named")),
            awaits=UNKNOWN,
        ),
        Command(
            ("network", "show-publicly"),
            "showing_commands:network",
            Effect.WRITES,
            Where.NODE,
            ("shown",),
            (WHICH_NETWORK._replace(optional=True, text="shown_network"), SHOWN),
        ),
    ),
    events={
        Event.ENDED: "departures:confirm",
        Event.APPLIED: "answers:admit_to_open",
        Event.RECEIVED: "departures:note_receipt",
        Event.AGREED: "agreed:carry_out",
    },
    routes=(
        Route("/networks", "pages:networks", Right.EVERYBODY),
        Route("/networks/new", "founding:page", Right.KEY),
        Route("/networks/new", "founding:send", Right.KEY, "POST"),
        Route("/networks/link", "inviting:link", Right.EVERYBODY),
        Route("/networks/link/paste", "inviting:follow", Right.KEY, "POST"),
        Route(ONE, "pages:network", Right.EVERYBODY),
        Route(f"{ONE}/invite", "inviting:invite", Right.MEMBER),
        Route(f"{ONE}/apply", "applying:page", Right.KEY),
        Route(f"{ONE}/apply", "applying:send", Right.KEY, "POST"),
        Route(f"{ONE}/apply/back", "applying:back", Right.KEY, "POST"),
        Route(f"{ONE}/applications/{{group}}", "admitting:application", Right.KEY),
        Route(f"{ONE}/applications/{{group}}/admit", "admitting:admit", Right.KEY, "POST"),
        Route(f"{ONE}/applications/{{group}}/decline", "admitting:decline", Right.KEY, "POST"),
        Route(f"{ONE}/expel/{{group}}", "admitting:expelling", Right.KEY),
        Route(f"{ONE}/expel/{{group}}", "admitting:expel", Right.KEY, "POST"),
        Route(f"{ONE}/leave", "leaving_pages:page", Right.KEY),
        Route(f"{ONE}/leave", "leaving_pages:send", Right.KEY, "POST"),
        Route(f"{ONE}/left", "leaving_pages:left", Right.MEMBER),
        Route(f"{ONE}/show-us", "showing:us", Right.KEY, "POST"),
        Route(f"{ONE}/show-publicly", "showing:network", Right.KEY, "POST"),
        Route("/groups/{id}/show-publicly", "showing:group", Right.KEY, "POST"),
    ),
    menu=(MenuEntry(30, "networks", "/networks", "networks.web.menu", Right.EVERYBODY),),
    todo="todo:waiting",
    panels={"home": "pages:own_ties", "group": "pages:on_group"},
    template_functions={
        "network_path": "links:network_path",
        "named_outside": "wording:named_outside",
        "charter_words": "wording:charter_words",
        "majority_words": "wording:majority_words",
    },
)
