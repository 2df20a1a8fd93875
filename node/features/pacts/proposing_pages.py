"""Proposing to leave together: whom to ask, what the new network agrees on, and what happens then.

One page with a form that is shown again with what it would bring about, and sent after that. A word
finds groups without losing what was chosen before.
"""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.features.networks import asking, charter_form
from node.features.networks.founding import ANYWAY, name_of_another
from node.features.networks.leaving import going
from node.features.networks.links import network_path
from node.features.pacts.anew import NEW, Dissent, dissent
from node.features.pacts.links import pact_path
from node.features.pacts.proposing import candidates, end_of, is_open, newest, shown
from node.features.pacts.reach import reach
from node.features.rules.wanting import go_on, takes_two, want
from node.features.rules.wording import worded
from node.lookup.types import Name
from node.web.forms import Choice, Field, Filled, Form, Kind, Wrong
from node.web.links import is_id, with_query
from node.web.page import Asked, MissingError, Page
from protocol.certificates import LATE_SECONDS
from protocol.control_state import Standing
from protocol.ids import from_text, to_text
from protocol.kinds import MOVED
from protocol.pacts import ASKED, LONGEST_SECONDS, PACT

_NOTE = PACT.fields.types["note"].most

NONE = "none"
"""In the address: no network is left, the new one is only founded together."""

FORM = Form(
    "pact",
    Field("groups", Kind.CHOICES, "pacts.web.propose.groups", "pacts.web.propose.groups_hint"),
    Field("find", Kind.TEXT, "pacts.web.propose.find", optional=True, autocomplete="off"),
    *charter_form.FIELDS,
    Field("until", Kind.DATE, "pacts.web.propose.until", "pacts.web.propose.until_hint"),
    Field("quorum", Kind.NUMBER, "pacts.web.propose.quorum", "pacts.web.propose.quorum_hint", True),
    Field("note", Kind.LONG, "pacts.web.propose.note", "pacts.web.propose.note_hint", True, _NOTE),
    Field(
        "carriers",
        Kind.CHOICES,
        "pacts.web.propose.carriers",
        "pacts.web.propose.carriers_hint",
        True,
    ),
    Field("leave", Kind.HIDDEN, longest=64, optional=True),
    Field("about", Kind.HIDDEN, longest=64, optional=True),
)

FIRST = ("name", "purpose")


@dataclass(frozen=True, slots=True)
class Start:
    """From what it goes out: the network that is left, if any, and a decision, if one is why."""

    leaves: bytes | None
    old: Name | None
    can: list[bytes]
    dissent: Dissent | None

    @property
    def back(self) -> str:
        """Where who does not want it goes back to."""
        return network_path(self.old.id) if self.old else "/ties#pacts"


def _start(asked: Asked, leave: str, about: str) -> Start:
    """`MissingError` where the group is no member of the network that is named."""
    core, leaves = asked.core, None
    if leave and leave != NONE:
        try:
            leaves = from_text(leave) if is_id(leave) else b""
        except ValueError:
            raise MissingError from None
        if core.ties.standing(leaves, core.home_id, core.clock()) is not Standing.MEMBER:
            raise MissingError
    return Start(
        leaves,
        asked.sight.name(leaves) if leaves else None,
        candidates(core, core.home_id, leaves),
        dissent(asked, leaves, about) if leaves and about else None,
    )


def _form(asked: Asked, it: Start) -> Form:
    groups = [Choice(to_text(one)) for one in it.can]
    partners = candidates(asked.core, asked.core.home_id, None)
    named = asked.sight.named(partners) if len(partners) <= ASKED * 2 else ()
    carriers = tuple(Choice(one.id, shown=one.name or one.id[:8]) for one in named)
    form = FORM.with_choices(groups=groups, carriers=carriers)
    if carriers:
        return form
    return Form(form.name, *(one for one in form.fields if one.name != "carriers"))


def page(asked: Asked) -> Page | web.StreamResponse:
    """The form, with the charter of the network that is left; before that, which one it is."""
    query = asked.request.query
    leave = query.get("leave", "")
    if not leave:
        return _which(asked)
    it = _start(asked, leave, query.get("about", ""))
    return _page(asked, it, asked.show(_form(asked, it), **_usual(asked, it, leave)))


def _which(asked: Asked) -> Page | web.StreamResponse:
    """Which network is left; there is nothing to ask where the group is in none."""
    core = asked.core
    networks = asked.sight.named(core.ties.memberships(core.home_id, core.clock()))
    if not networks:
        return asked.go(with_query(NEW, [("leave", NONE)]))
    ways = [(one, with_query(NEW, [("leave", one.id)])) for one in networks]
    values = {"ways": ways, "stay": with_query(NEW, [("leave", NONE)])}
    return Page("pact_which.html", asked.texts("pacts.web.propose.which"), "ties", values)


def _usual(asked: Asked, it: Start, leave: str) -> dict[str, Any]:
    charter = asked.core.ties.charters.get(it.leaves) if it.leaves else None
    if charter is not None and charter.content is not None:
        said = {**charter_form.typed(charter.content, asked.texts), "name": ""}
    else:
        said = dict(charter_form.usual(asked.texts))
    usual: dict[str, Any] = {**said, "leave": leave}
    if it.dissent is not None:
        known = set(map(to_text, it.can))
        usual["groups"] = tuple(one.id for one in it.dissent.others if one.id in known)
        usual["note"] = it.dissent.quote
        usual["about"] = it.dissent.view.id
    return usual


def _page(asked: Asked, it: Start, form: Filled) -> Page:
    chosen = form.typed.get("groups", ())
    listed, more = shown(asked.sight, it.can, form.text("find"), chosen)
    charter = [one.name for one in charter_form.FIELDS if one.name not in FIRST]
    values = {
        "old": it.old,
        "back": it.back,
        "dissent": it.dissent,
        "listed": listed,
        "more": more,
        "all": len(it.can),
        "first": FIRST,
        "charter": charter,
        "open": any(one in form.errors for one in charter),
        "has_carriers": any(one.name == "carriers" for one in form.form.fields),
        "anyway": any(one.name == ANYWAY.name for one in form.form.fields),
        "two": takes_two(asked, "sign"),
        "most": ASKED - 1,
    }
    title = asked.texts("pacts.web.propose.title" if it.old else "pacts.web.propose.title_found")
    return asked.form_page("pact_new.html", title, form, "ties", **values)


async def send(asked: Asked) -> Page | web.StreamResponse:
    """Find groups, show what would happen, or propose it."""
    posted = asked.posted
    leave, about = (str(posted.get(one) or "") for one in ("leave", "about"))
    it = _start(asked, leave, about)
    asks = _form(asked, it)
    if posted.get("anyway") is not None:
        asks = Form(asks.name, *asks.fields, ANYWAY)
    form = await asked.read(asks)
    if posted.get("look") == "find" or posted.get("sure") == "no":
        form.errors.clear()
        return _page(asked, it, form)
    fields = _checked(asked, it, form)
    if not form.ok:
        return _page(asked, it, form)
    said = _said(asked, it, form, fields)
    if posted.get("sure") != "yes":
        return _sure(asked, it, form, fields, said)
    told = _told(asked, it, said, fields)
    what = {"propose": said, "shown": fields["name"], "told": told}
    try:
        outcome = want(asked, "sign", what)
    except Problem as problem:
        asked.refuse(form, problem)
        return _page(asked, it, form)
    id = newest(asked.core, asked.core.home_id, fields["name"]) if outcome.done else None
    path = pact_path(id) if id else "/ties#pacts"
    return go_on(asked, outcome, path, "pacts.web.propose.done", name=fields["name"])


def _checked(asked: Asked, it: Start, form: Filled) -> dict[str, Any]:
    """The fields of the charter; what does not fit stands beside its field."""
    fields = charter_form.charter_of(form, asked.texts)
    if "name" not in form.errors and not form.values.get("anyway"):
        name_of_another(asked, form, fields.get("name") or "")
    if is_open(asked.core, asked.core.home_id, fields.get("name") or ""):
        form.errors["name"] = Wrong("pacts.web.propose.twice", {})
    groups = form.values.get("groups", ())
    if gone := set(form.typed.get("groups", ())) - {to_text(one) for one in it.can} - {""}:
        form.errors.pop("groups", None)
        form.refuse("groups", "pacts.web.propose.gone", n=len(gone))
        kept = tuple(one for one in form.typed["groups"] if one not in gone)
        form.typed["groups"] = kept
    if len(groups) > ASKED - 1:
        form.refuse("groups", "pacts.web.propose.too_many", most=ASKED - 1)
    asked_count, quorum = len(groups) + 1, form.values.get("quorum")
    if groups and quorum is not None and not asked_count < 2 * quorum <= 2 * asked_count:
        least = asked_count // 2 + 1
        form.refuse(
            "quorum",
            "pacts.web.propose.quorum_wrong",
            least=least,
            most=asked_count,
            asked=asked_count,
        )
    if (day := form.values.get("until")) is not None:
        left = end_of(asked.core, day) - asked.core.clock()
        if left <= 0:
            form.refuse("until", "pacts.web.propose.past")
        elif left > LONGEST_SECONDS:
            form.refuse("until", "pacts.web.propose.too_late", days=LONGEST_SECONDS // 86_400)
    return fields


def _said(asked: Asked, it: Start, form: Filled, fields: dict[str, Any]) -> dict[str, Any]:
    """What is proposed, as `agreed.said` reads it."""
    groups = [from_text(one) for one in form["groups"]]
    carriers = [from_text(one) for one in form.values.get("carriers", ())]
    return {
        "charter": fields,
        "asked": [one.hex() for one in groups],
        "quorum": form["quorum"] or (len(groups) + 1) // 2 + 1,
        "until": end_of(asked.core, form["until"]),
        "leaves": it.leaves.hex() if it.leaves else None,
        "carriers": [one.hex() for one in carriers if one not in groups],
        "note": form["note"] or None,
    }


def _told(
    asked: Asked, it: Start, said: dict[str, Any], fields: dict[str, Any]
) -> list[asking.Told]:
    """What another key person reads before saying yes."""
    names = asked.sight.named(map(bytes.fromhex, said["asked"]))
    called = ", ".join(one.name or one.id[:8] for one in names)
    told: list[asking.Told] = [
        ("pacts.asks.groups", {"names": called}),
        ("pacts.asks.quorum", {"quorum": said["quorum"], "asked": len(names) + 1}),
    ]
    if it.old:
        told.insert(0, ("pacts.asks.leaves", {"old": it.old.name or it.old.id[:8]}))
    return [*told, *asking.charter(fields, asked.texts), *asking.words(said["note"])]


def _sure(
    asked: Asked, it: Start, form: Filled, fields: dict[str, Any], said: dict[str, Any]
) -> Page:
    """What happens when enough sign, what if not, whom it does not reach, what comes along."""
    from node.web.answers import settle

    core, sight = asked.core, asked.sight
    settle(form, asked.texts)
    groups = [bytes.fromhex(one) for one in said["asked"]]
    found = reach(core, core.home_id, groups, map(bytes.fromhex, said["carriers"]))
    change = going(sight, it.leaves, core.home_id) if it.leaves else None
    ids = {to_text(one) for one in groups}
    values = {
        "old": it.old,
        "form": form,
        "sent": [
            (one.name, value)
            for one in form.form.fields
            for value in form.typed.get(one.name, ())
            if one.name != "find"
        ],
        "name": fields["name"],
        "groups": sight.named(groups),
        "quorum": said["quorum"],
        "count": len(groups) + 1,
        "until": said["until"],
        "note": said["note"],
        "carriers": sight.named(map(bytes.fromhex, said["carriers"])),
        "far": sight.named(found.far),
        "reachable": found.reachable,
        "only": sight.name(found.only) if found.only else None,
        "along": tuple(one for one in change.ours if one.kind in MOVED) if change else (),
        "stay": tuple(one for one in change.alone if one.id not in ids) if change else (),
        "held": it.leaves in core.own,
        "charter": _charter_lines(asked, fields),
        "late_days": LATE_SECONDS // 86_400,
        "two": takes_two(asked, "sign"),
    }
    title = asked.texts("pacts.web.sure.title")
    return Page("pact_sure.html", title, "ties", values)


def _charter_lines(asked: Asked, fields: dict[str, Any]) -> list[str]:
    return [
        asked.texts(key, **{name: worded(value, asked.texts) for name, value in said.items()})
        for key, said in asking.charter(fields, asked.texts)
    ]
