"""Members: the people of the group, and what the group knows of them."""

from node.base.events import Event
from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, MenuEntry, Right, Route

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
    routes=(
        Route("/members", "pages:list_", Right.MEMBER),
        Route("/members/print", "pages:printed", Right.MEMBER),
        Route("/members/history", "history_pages:history", Right.MEMBER),
        Route("/members/export", "history_pages:exporting", Right.KEY),
        Route("/members/export/{form}", "history_pages:export", Right.KEY, head=False),
        Route("/members/new", "editing_pages:new", Right.KEY),
        Route("/members/new", "editing_pages:create", Right.KEY, "POST"),
        Route("/members/twins", "merging_pages:pairs", Right.KEY),
        Route("/members/columns", "column_pages:columns", Right.KEY),
        Route("/members/columns", "column_pages:create", Right.KEY, "POST"),
        Route("/members/columns/{key}", "column_pages:column", Right.KEY),
        Route("/members/columns/{key}", "column_pages:save", Right.KEY, "POST"),
        Route("/members/columns/{key}/move/{way}", "column_pages:move", Right.KEY, "POST"),
        Route("/members/columns/{key}/remove", "column_pages:removing", Right.KEY),
        Route("/members/columns/{key}/remove", "column_pages:remove", Right.KEY, "POST"),
        Route("/members/undo/{batch}", "editing_pages:undo", Right.KEY, "POST"),
        Route("/members/{id}", "pages:person", Right.MEMBER),
        Route("/members/{id}/edit", "editing_pages:change", Right.KEY),
        Route("/members/{id}/edit", "editing_pages:save", Right.KEY, "POST"),
        Route("/members/{id}/end", "ending_pages:ending", Right.KEY),
        Route("/members/{id}/end", "ending_pages:end_", Right.KEY, "POST"),
        Route("/members/{id}/rejoin", "ending_pages:coming_back", Right.KEY),
        Route("/members/{id}/rejoin", "ending_pages:rejoin_", Right.KEY, "POST"),
        Route("/members/{id}/membership/{no}", "membership_pages:page", Right.KEY),
        Route("/members/{id}/membership/{no}", "membership_pages:save", Right.KEY, "POST"),
        Route("/members/{id}/merge", "merging_pages:choosing", Right.KEY),
        Route("/members/{id}/merge/{other}", "merging_pages:before", Right.KEY),
        Route("/members/{id}/merge/{other}", "merging_pages:merge_", Right.KEY, "POST"),
        Route("/members/{id}/different/{other}", "merging_pages:different", Right.KEY, "POST"),
        Route("/me/entry", "editing_pages:change_mine", Right.PERSON),
        Route("/me/entry", "editing_pages:save_mine", Right.PERSON, "POST"),
        Route("/me/undo/{batch}", "editing_pages:undo_mine", Right.PERSON, "POST"),
        Route("/me/shown", "editing_pages:shown", Right.PERSON),
        Route("/me/shown", "editing_pages:show", Right.PERSON, "POST"),
        Route("/me/leave", "ending_pages:leaving", Right.PERSON),
        Route("/me/leave", "ending_pages:leave_", Right.PERSON, "POST"),
    ),
    menu=(MenuEntry(15, "members", "/members", "members.web.menu", Right.MEMBER),),
    events={Event.DECIDED: "changes.tables:settle"},
    todo="pages:waiting",
    personal={
        "tell": "telling:tell",
        "export": "forgetting:export",
        "erase": "forgetting:erase",
    },
    panels={"me": "pages:me_panel"},
    template_functions={"member_link": "links:member_link", "member_day": "days:day_words"},
)
