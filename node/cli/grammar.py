"""Every command: its arguments, who carries it out, and the keys of its JSON document.

Only data, so that `--help` needs nothing else. The words are in `node/texts/*/cli.toml`: of a
command under `command.<name>`, of an argument under `argument.<text>` and `metavar.<metavar>`.
The keys are a promise: tests compare them with what each command prints.
"""

from dataclasses import fields

from node.cli.arguments import Argument, Command
from node.features.directory.types import DirectoryPage
from node.features.groups.types import GroupView
from node.features.meetings.types import MeetingView
from node.features.networks.types import NetworkView
from node.features.pacts.types import PactView
from node.features.status.types import StatusView

GROUP_KEYS = tuple(one.name for one in fields(GroupView))
PAGE_KEYS = tuple(one.name for one in fields(DirectoryPage))
NETWORK_KEYS = tuple(one.name for one in fields(NetworkView))
MEETING_KEYS = tuple(one.name for one in fields(MeetingView))
PACT_KEYS = tuple(one.name for one in fields(PactView))
STATUS_KEYS = tuple(one.name for one in fields(StatusView))


COMMON = (
    Argument("--json", "flag"),
    Argument("--home", metavar="folder"),
    Argument("--as", metavar="who"),
    Argument("--lang", choices=("de", "en"), metavar="language"),
)
"""Before and after the command's words."""

YES = Argument("--yes", "flag")

_ENTRY = (
    Argument("--purpose"),
    Argument("--orientation"),
    Argument("--topic", "many"),
    Argument("--conviction", "many"),
    Argument("--region"),
    Argument("--language", "languages", metavar="tag"),
    Argument("--contact", "contact", metavar="contact"),
    Argument("--takes-members", "yes-no", metavar="yes_no"),
    Argument("--link", "many", metavar="url"),
)

_EDIT = (
    Argument("--clear", "many", metavar="field"),
    Argument("--zone", metavar="zone", text="group_zone"),
)

_START = (Argument("--name"), *_ENTRY, Argument("--passphrase", "flag"))

_SERVE = (
    Argument("--listen", "listen", metavar="listen"),
    Argument("--public-url", metavar="url"),
    Argument("--private-addresses", "switch"),
    Argument("--local-network", "switch"),
    Argument("--proxy", metavar="proxy"),
    Argument("--tls", choices=("auto", "off", "self-signed"), metavar="tls"),
)

_FILTERS = (
    Argument("--topic", text="filter_topic"),
    Argument("--region", text="filter_region"),
    Argument("--language", "language", text="filter_language", metavar="tag"),
    Argument("--takes-members", "yes-no", text="filter_takes", metavar="yes_no"),
    Argument("--network", text="filter_network", metavar="network"),
    Argument("--page", "number", metavar="number"),
    Argument("--per-page", "number", metavar="number"),
)

_CHARTER = (
    Argument("--name", text="network_name", required=True),
    Argument("--purpose", text="network_purpose"),
    Argument("--motto"),
    Argument("--orientation"),
    Argument("--consensus", "many"),
    Argument("--topic", "many"),
    Argument("--region"),
    Argument("--language", "languages", metavar="tag"),
    Argument("--admission", choices=("open", "decision"), metavar="admission"),
    Argument("--majority", "number", metavar="percent"),
    Argument("--term", "number", metavar="days"),
    Argument("--link", "many", metavar="url"),
)

_WISH = (
    *(one._replace(required=False) for one in _CHARTER),
    Argument("--clear", "many", metavar="field", text="clear_charter"),
    Argument("--without", "many", metavar="group"),
    Argument("--note", text="proposal_note"),
)

_WHEN = (
    Argument("--starts", "moment", metavar="moment", required=True),
    Argument("--zone", metavar="zone"),
    Argument("--minutes", "number", metavar="number"),
    Argument("--place"),
    Argument("--link", metavar="url", text="meeting_link"),
)

_MOVED = {"--zone": "moved_zone", "--minutes": "moved_minutes", "--place": "moved_place"}
"""Where something is changed, what was not said stays as it is."""

_MEETING = (
    Argument("--topic", text="meeting_topic"),
    Argument("--text"),
    Argument("--open-to", choices=("everybody", "members", "invited"), metavar="open_to"),
    Argument("--capacity", "number", metavar="number"),
)

NETWORK = Argument("network", metavar="network")
GROUP = Argument("group", metavar="group")
MEETING = Argument("meeting", metavar="meeting")
PACT = Argument("pact", metavar="pact")
REASON = Argument("--reason")
SHOWN = Argument("shown", "yes-no", metavar="yes_no", optional=True)

COMMANDS = (
    Command(("init",), "start:init", ("id", "name", "home", "words"), _START),
    Command(("status",), "standing:status", STATUS_KEYS),
    Command(("clock", "confirm"), "standing:confirm_clock", ("shown", "trouble", "again"), (YES,)),
    Command(("page",), "serving:page", ("address", "elsewhere", "expires")),
    Command(
        ("serve",), "serving:serve", ("id", "name", "home", "address", "enter", "words"), _SERVE
    ),
    Command(
        ("run",),
        "serving:run",
        ("id", "name", "home", "address", "enter", "words"),
        (*_SERVE, Argument("--name"), Argument("--passphrase", "flag")),
    ),
    Command(("stop",), "serving:stop", ("address",)),
    Command(("group", "show"), "group:show", GROUP_KEYS, (GROUP._replace(optional=True),)),
    Command(
        ("group", "edit"),
        "group:edit",
        GROUP_KEYS,
        (Argument("--name"), *_ENTRY, *_EDIT),
    ),
    Command(("group", "erase"), "erasing:group", ("erased",), (YES,)),
    Command(("group", "list"), "group:list_", PAGE_KEYS, _FILTERS),
    Command(
        ("group", "search"),
        "group:search",
        PAGE_KEYS,
        (Argument("words", "list", metavar="words"), *_FILTERS),
    ),
    Command(
        ("group", "show-publicly"),
        "showing:group",
        ("shown",),
        (GROUP._replace(optional=True, text="shown_group"), SHOWN),
    ),
    Command(
        ("peer", "invite"),
        "peer:invite",
        ("link", "expires"),
        (Argument("--days", "number", metavar="days"), Argument("--qr", "flag")),
    ),
    Command(("peer", "accept"), "peer:accept", ("id", "name"), (Argument("link", metavar="link"),)),
    Command(("peer", "list"), "peer:list_", ("peers",)),
    Command(("peer", "end"), "peer:end", ("id", "name"), (GROUP, YES)),
    Command(("network", "found"), "network:found", NETWORK_KEYS, _CHARTER),
    Command(("network", "show"), "network:show", NETWORK_KEYS, (NETWORK,)),
    Command(("network", "list"), "network:list_", ("networks",)),
    Command(
        ("network", "apply"),
        "network:apply",
        ("network", "standing"),
        (NETWORK, Argument("--message")),
    ),
    Command(
        ("network", "admit"), "network:admit", ("network", "group", "standing"), (NETWORK, GROUP)
    ),
    Command(
        ("network", "decline"),
        "network:decline",
        ("network", "group", "standing"),
        (NETWORK, GROUP, REASON),
    ),
    Command(("network", "leave"), "network:leave", ("network", "to_confirm"), (NETWORK, YES)),
    Command(
        ("network", "expel"),
        "network:expel",
        ("network", "group", "standing"),
        (NETWORK, GROUP, REASON, YES),
    ),
    Command(("network", "members"), "network:members", ("network", "members"), (NETWORK,)),
    Command(
        ("network", "show-publicly"),
        "showing:network",
        ("shown",),
        (NETWORK._replace(optional=True, text="shown_network"), SHOWN),
    ),
    Command(
        ("network", "amend"),
        "decisions:amend",
        ("network", "proposal", "decided"),
        (NETWORK, *_WISH),
    ),
    Command(
        ("network", "move"),
        "decisions:move",
        ("network", "proposal", "decided"),
        (NETWORK, *_WISH, Argument("--to", metavar="group", text="move_to"), YES),
    ),
    Command(
        ("network", "confirm"),
        "decisions:confirm",
        ("network", "proposal", "decided"),
        (
            NETWORK,
            Argument("proposal", metavar="proposal", optional=True),
            Argument("--instead", "flag"),
            YES,
        ),
    ),
    Command(("network", "proposals"), "decisions:list_", ("network", "proposals"), (NETWORK,)),
    Command(
        ("pact", "propose"),
        "pact:propose",
        PACT_KEYS,
        (
            Argument("groups", "list", metavar="group", text="pact_groups"),
            *_CHARTER,
            Argument("--until", "day", metavar="day", text="pact_until", required=True),
            Argument("--quorum", "number", metavar="number"),
            Argument("--leave", metavar="network", text="pact_leave"),
            Argument("--stay", "flag"),
            Argument("--carrier", "many", metavar="group"),
            Argument("--note", text="pact_note"),
            YES,
        ),
    ),
    Command(("pact", "sign"), "pact:sign", PACT_KEYS, (PACT, YES)),
    Command(("pact", "list"), "pact:list_", ("pacts",)),
    Command(("pact", "show"), "pact:show", PACT_KEYS, (PACT,)),
    Command(
        ("meeting", "new"),
        "meeting:new",
        MEETING_KEYS,
        (
            Argument("--title", required=True),
            *_WHEN,
            Argument("--to", metavar="to"),
            *_MEETING,
        ),
    ),
    Command(
        ("meeting", "edit"),
        "meeting:edit",
        ("meeting", "asked"),
        (
            MEETING,
            Argument("--adopt", metavar="group", text="meeting_adopt"),
            Argument("--title"),
            *(one._replace(required=False, text=_MOVED.get(one.name, one.text)) for one in _WHEN),
            *_MEETING,
            Argument("--clear", "many", metavar="field", text="meeting_clear"),
            Argument("--note", text="meeting_edit_note"),
        ),
    ),
    Command(
        ("meeting", "invite"),
        "meeting:invite",
        ("meeting", "invited"),
        (MEETING, Argument("groups", "list", metavar="group"), Argument("--note")),
    ),
    Command(("meeting", "list"), "meeting:list_", ("meetings",), (Argument("--past", "flag"),)),
    Command(("meeting", "show"), "meeting:show", MEETING_KEYS, (MEETING,)),
    Command(
        ("meeting", "reply"),
        "meeting:reply",
        ("meeting", "answer"),
        (
            MEETING,
            Argument("answer", "answer", metavar="answer"),
            Argument("--people", "number", metavar="number"),
            Argument("--note"),
            *(one._replace(required=False, text=f"counter_{one.name[2:]}") for one in _WHEN),
        ),
    ),
    Command(
        ("meeting", "cancel"),
        "meeting:cancel",
        ("meeting", "told"),
        (MEETING, REASON._replace(text="cancel_reason"), YES),
    ),
    Command(("meeting", "erase"), "erasing:meeting", ("erased",), (MEETING, YES)),
    Command(("erasures",), "erasing:list_", ("erasures",)),
    Command(
        ("keys", "rotate"),
        "keys:rotate",
        ("id", "name", "link", "records"),
        (Argument("--compromised", "flag"), YES),
    ),
    Command(
        ("keys", "recover"),
        "keys:recover",
        ("id", "name", "home", "link", "rotated", "waiting"),
        (
            Argument("--from", "many", metavar="address", text="recover_from"),
            Argument("--compromised", "flag"),
            Argument("--alone", "flag"),
            Argument("--private-addresses", "flag"),
            Argument("--proxy", metavar="proxy"),
            Argument("--passphrase", "flag"),
            YES,
        ),
    ),
    Command(
        ("bundle", "write"),
        "bundle:write",
        ("file", "bytes", "for", "records"),
        (
            Argument("file", metavar="file", text="backup_file"),
            Argument("--for", metavar="group", text="bundle_for"),
            Argument("--replace", "flag"),
        ),
    ),
    Command(
        ("bundle", "read"),
        "bundle:read",
        (
            *("from", "for", "made", "accepted", "new", "known", "refused"),
            *("missing_parts", "missing_records", "back"),
        ),
        (Argument("file", metavar="file", text="bundle_file"), Argument("--accept", "flag"), YES),
    ),
    Command(
        ("bundle", "show"),
        "bundle:show",
        (
            *("file", "from", "for", "made", "proven", "records", "kinds"),
            *("missing_parts", "missing_records"),
        ),
        (Argument("file", metavar="file", text="bundle_file"),),
    ),
    Command(
        ("backup",),
        "backup:backup",
        ("file", "bytes"),
        (Argument("file", metavar="file", text="backup_file"), Argument("--replace", "flag")),
    ),
    Command(
        ("restore",),
        "backup:restore",
        ("home", "made", "waiting"),
        (
            Argument("file", metavar="file", text="restore_file", optional=True),
            Argument("--go-on", "flag"),
            YES,
        ),
    ),
    Command(
        ("export",),
        "lists:export",
        ("file", "format", "groups"),
        (
            Argument("file", metavar="file", text="export_file"),
            Argument("--format", choices=("csv", "json"), metavar="format"),
            Argument("--replace", "flag"),
        ),
    ),
    Command(
        ("import",),
        "lists:import_",
        (
            *("file", "encoding", "new", "changed", "same", "left_out"),
            *("missing_columns", "other_columns", "removed", "restored", "done"),
        ),
        (
            Argument("file", metavar="file", text="import_file", optional=True),
            Argument("--format", choices=("csv", "json"), metavar="format"),
            Argument("--dry-run", "flag"),
            Argument("--partial", "flag"),
            Argument("--mine", metavar="name"),
            Argument("--remove", metavar="name"),
            Argument("--undo", "flag"),
        ),
    ),
)

FAMILIES = ("clock", "group", "peer", "network", "pact", "meeting", "keys", "bundle")
"""First words that have commands below them."""
