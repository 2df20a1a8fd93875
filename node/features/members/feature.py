"""Members: the people of the group, and what the group knows of them."""

from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature

MEMBER_KEYS = (
    "id", "name", "standing", "key_person", "treasurer", "since", "until", "fields", "memberships"
)  # fmt: skip
STANDINGS = ("member", "newcomer", "former", "all")
SORTED = ("name", "since", "newest")
WHICH = Argument("person", metavar="person", noun="members")

FEATURE = Feature(
    name="members",
    migrations={"0001_first": "tables:FIRST"},
    commands=(
        Command(
            ("members", "list"),
            "commands:list_",
            Effect.READS,
            Where.NODE,
            ("count", "members"),
            (
                Argument("text", metavar="text", text="text", optional=True),
                Argument("--standing", choices=STANDINGS, metavar="standing", usual="member"),
                Argument("--sort", choices=SORTED, metavar="sort", usual="name"),
            ),
            also=("member list",),
        ),
        Command(
            ("members", "show"),
            "commands:show",
            Effect.READS,
            Where.NODE,
            MEMBER_KEYS,
            (WHICH,),
            also=("member show",),
        ),
        Command(
            ("members", "merge"),
            "commands:merge_",
            Effect.WRITES,
            Where.NODE,
            (*MEMBER_KEYS, "undo"),
            (
                Argument("kept", metavar="person"),
                Argument("gone", metavar="person"),
                Argument("--take", "many", metavar="column"),
            ),
            also=("member merge",),
        ),
        Command(
            ("members", "undo"),
            "commands:undo_",
            Effect.WRITES,
            Where.NODE,
            ("gone", "back", "stays"),
            (Argument("change", "number", metavar="number"),),
        ),
        Command(
            ("members", "export"),
            "commands:export",
            Effect.READS,
            Where.NODE,
            ("file", "format", "members"),
            (
                Argument("file", metavar="file"),
                Argument("--format", choices=("xlsx", "csv", "vcf"), metavar="format"),
                Argument("--standing", choices=STANDINGS, metavar="standing", usual="all"),
                Argument("--replace", "flag"),
            ),
            also=("member export",),
        ),
    ),
)
