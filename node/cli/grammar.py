"""Every command: its arguments, who carries it out, and the keys of its JSON document.

Only data, so that `--help` needs nothing else. The words are in `node/texts/*/cli.toml`: of a
command under `command.<name>`, of an argument under `argument.<text>` and `metavar.<metavar>`.
The keys are a promise: tests compare them with what each command prints.
"""

from dataclasses import dataclass, fields
from typing import NamedTuple

from node.view_types import (
    DirectoryPage,
    GroupView,
    MeetingView,
    NetworkView,
    PactView,
    StatusView,
)

GROUP_KEYS = tuple(one.name for one in fields(GroupView))
PAGE_KEYS = tuple(one.name for one in fields(DirectoryPage))
NETWORK_KEYS = tuple(one.name for one in fields(NetworkView))
MEETING_KEYS = tuple(one.name for one in fields(MeetingView))
PACT_KEYS = tuple(one.name for one in fields(PactView))
STATUS_KEYS = tuple(one.name for one in fields(StatusView))


class Argument(NamedTuple):
    """An argument. `kind`: text, number, flag, switch (`--no-…` takes it back), many (may be
    repeated), list (one or more), yes-no, contact, moment, day, listen."""

    name: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    metavar: str = "text"
    text: str = ""
    """Key of its help text, if it is not its name."""
    required: bool = False
    optional: bool = False
    """A positional that may be left out."""


@dataclass(frozen=True)
class Command:
    """One command. `path` are its words, `handler` is `module:function`, of this package if
    there is no dot in `module`."""

    path: tuple[str, ...]
    handler: str
    keys: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()

    @property
    def name(self) -> str:
        """Its words, as a key of texts."""
        return "-".join(self.path)


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
    Argument("--language", "many", metavar="tag"),
    Argument("--contact", "contact", metavar="contact"),
    Argument("--takes-members", "yes-no", metavar="yes_no"),
    Argument("--link", "many", metavar="url"),
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
    Argument("--language", text="filter_language", metavar="tag"),
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
    Argument("--language", "many", metavar="tag"),
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

NETWORK = Argument("network", metavar="network")
GROUP = Argument("group", metavar="group")
MEETING = Argument("meeting", metavar="meeting")
PACT = Argument("pact", metavar="pact")
REASON = Argument("--reason")
TRANSCRIPT = Argument("transcript", metavar="file", text="draw_transcript")
_WRITTEN = (Argument("--to", metavar="file", text="draw_to"), Argument("--replace", "flag"))
DRAW_KEYS = (
    *("format", "groups", "list", "meetings", "mode", "people"),
    *("regions", "seal", "seed", "share", "totals"),
)

COMMANDS = (
    Command(("init",), "start:init", ("id", "name", "home", "words"), _START),
    Command(("status",), "standing:status", STATUS_KEYS),
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
    Command(("group", "show"), "group:show", GROUP_KEYS, (GROUP._replace(optional=True),)),
    Command(
        ("group", "edit"),
        "group:edit",
        GROUP_KEYS,
        (Argument("--name"), *_ENTRY, Argument("--clear", "many", metavar="field")),
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
            Argument("--topic", text="meeting_topic"),
            Argument("--text"),
            Argument("--to", metavar="to"),
            Argument("--open-to", choices=("everybody", "members", "invited"), metavar="open_to"),
            Argument("--capacity", "number", metavar="number"),
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
            Argument("answer", choices=("accept", "decline", "counter"), metavar="answer"),
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
        ("draw", "run"),
        "node.features.draws.commands:run",
        DRAW_KEYS,
        (
            Argument("file", metavar="file", text="draw_file"),
            Argument("--seed", metavar="hex", text="draw_seed"),
            Argument("--meetings", metavar="file", text="draw_meetings"),
            Argument("--random", "flag", text="draw_random"),
            Argument("--before", "many", metavar="file", text="draw_before"),
            *_WRITTEN,
        ),
    ),
    Command(
        ("draw", "check"),
        "node.features.draws.commands:check",
        ("holds", "doubts", "people", "seated", "unexplained", "again"),
        (
            TRANSCRIPT,
            Argument("list", metavar="file", text="draw_list"),
            Argument("--again", "flag", text="draw_again"),
        ),
    ),
    Command(
        ("draw", "explain"),
        "node.features.draws.commands:explain",
        ("person", "de", "en"),
        (TRANSCRIPT, Argument("person", metavar="name", text="draw_person")),
    ),
    Command(
        ("draw", "picture"),
        "node.features.draws.commands:picture",
        ("file", "bytes"),
        (TRANSCRIPT, *_WRITTEN),
    ),
    Command(
        ("draw", "sheet"),
        "node.features.draws.commands:sheet",
        ("file", "bytes"),
        (
            Argument("file", metavar="file", text="draw_sheet"),
            Argument("--signup", "flag", text="draw_signup"),
            *_WRITTEN,
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
            *("file", "encoding", "new", "changed", "same", "left_out", "missing_columns"),
            *("removed", "restored", "done"),
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

FAMILIES = ("group", "peer", "network", "pact", "meeting", "keys", "bundle", "draw")
"""First words that have commands below them."""
