"""The lists of participants, and what one lets others know of oneself."""

from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.base.naming import fold
from node.feature import Right
from node.features.mine.audiences import audience_of
from node.features.mine.consenting import PAGE
from node.features.mine.consenting import Asked as Consented
from node.features.mine.tables import disclosures
from node.features.participants.actions import (
    FIELDS,
    KIND,
    NAME,
    content_of,
    filled,
    release,
    take_back,
)
from node.features.participants.views import ParticipantView, list_views, participant_views
from node.features.participants.wording import whom, words_for
from node.web.forms import Field, Filled, Form, Kind, Wrong
from node.web.links import is_id, with_query
from node.web.page import Asked, MissingError, Page, Panel
from protocol.audience import Audience
from protocol.fields import Type
from protocol.ids import from_text, to_text
from protocol.participants import PARTICIPANT

PER_PAGE = 50

DIGITS = 4
"""Of the number of a page."""

LONGEST = 200
"""Characters of what somebody searches for; more is no search but a paste."""

TICK = "release_"
"""Before the name of a field: the box by which its person agrees."""

_LISTS = frozenset({"topics", "languages"})
_KINDS = {"mail": Kind.MAIL, "phone": Kind.PHONE, "about": Kind.LONG}
_AUTOCOMPLETE = {"name": "name", "mail": "email", "phone": "tel", "place": "address-level2"}


def _field(name: str, type_: Type) -> Field:
    return Field(
        name,
        _KINDS.get(name, Kind.TEXT),
        f"participants.label.{name}",
        f"participants.hint.{name}" if name in (NAME, *_LISTS) else "",
        optional=name != NAME,
        longest=1_000 if name in _LISTS else type_.most,
        autocomplete=_AUTOCOMPLETE.get(name, ""),
    )


def _form(asked: Asked, audience: Audience) -> Form:
    """A field and a box for each; the box says the sentence to which one agrees."""
    words = words_for(asked.sight, asked.texts, audience, FIELDS)
    found: list[Field] = []
    for name, type_ in PARTICIPANT.fields.types.items():
        said = {"words": words[name]}
        tick = Field(TICK + name, Kind.YES, "participants.web.tick", optional=True, said=said)
        found += [_field(name, type_), tick]
    return Form("participant", *found)


def lists(asked: Asked) -> Page:
    """Which lists there are, and in which one stands oneself."""
    mine = set()
    if asked.person is not None:
        mine = {
            one.audience
            for one in disclosures(asked.core).of(asked.person.id)
            if one.kind == KIND and one.ended is None
        }
    values = {"lists": list_views(asked.sight), "mine": mine}
    return Page("participants.html", asked.texts("participants.web.title"), "networks", values)


def participants(asked: Asked) -> Page:
    """Who let the members of a network know what of themselves."""
    audience = _audience(asked)
    me, words = asked.person, _searched(asked)
    found = [one for one in participant_views(asked.sight, audience) if _fits(one, words)]
    wanted, pages = asked.visit.parameters.get("page", ""), max(1, -(-len(found) // PER_PAGE))
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= DIGITS else 1
    number = min(max(number, 1), pages)
    path = f"/participants/{asked.match['whom']}"
    values = {
        "people": found[(number - 1) * PER_PAGE : number * PER_PAGE],
        "total": len(found),
        "q": words,
        "here": path,
        "number": number,
        "before": with_query(path, [("q", words), ("page", str(number - 1))]) if number > 1 else "",
        "after": with_query(path, [("q", words), ("page", str(number + 1))])
        if number < pages
        else "",
        "pages": pages,
        "whom": asked.sight.name(audience.ids[0]),
        "who": whom(asked.sight, asked.texts, audience),
        "path": f"{path}/me",
        "mine": me is not None and content_of(asked.core, me.id, audience) is not None,
        "person": me is not None,
    }
    title = asked.texts("participants.web.of", name=_called(asked, audience))
    return Page("participants_list.html", title, "networks", values)


def _searched(asked: Asked) -> str:
    return " ".join(asked.visit.parameters.get("q", "")[:LONGEST].split())


def _fits(one: ParticipantView, words: str) -> bool:
    said = (one.name, one.role, one.place, one.about, one.group.name, *one.topics)
    text = fold(" ".join(part for part in said if part))
    return all(word in text for word in fold(words).split())


def mine(asked: Asked) -> Page | web.Response:
    """What one releases there, field by field."""
    audience = _audience(asked)
    if asked.person is None:
        return asked.go(f"/participants/{asked.match['whom']}", "participants.web.keeper")
    content = content_of(asked.core, asked.me.id, audience) or {}
    stands: dict[str, Any] = {NAME: asked.me.name, **_typed(content)}
    stands |= {TICK + one: True for one in filled(content)}
    return _mine(asked, audience, asked.show(_form(asked, audience), **stands))


def _typed(content: dict[str, Any]) -> dict[str, str]:
    """Lists as people write them."""
    return {
        name: ", ".join(content[name]) if name in _LISTS else content[name] or ""
        for name in filled(content)
    }


def _mine(asked: Asked, audience: Audience, form: Filled) -> Page:
    title = asked.texts("participants.web.mine", name=_called(asked, audience))
    stands = content_of(asked.core, asked.me.id, audience)
    values = {
        "path": f"/participants/{asked.match['whom']}",
        "who": whom(asked.sight, asked.texts, audience),
        "pairs": [(one, TICK + one) for one in FIELDS],
        "stands": stands is not None,
    }
    return asked.form_page("participants_me.html", title, form, "networks", **values)


async def save(asked: Asked) -> Page | web.Response:
    """Release what is filled in and ticked, and nothing else."""
    audience = _audience(asked)
    if asked.person is None:
        raise MissingError
    form = await asked.read(_form(asked, audience))
    for name in FIELDS:
        if name not in form.errors and form[TICK + name] and not form[name]:
            form.refuse(name, "participants.web.empty")
        if form.values.get(name) and not form[TICK + name] and name != NAME:
            form.refuse(TICK + name, "participants.web.not_ticked")
    if form.ok and not form[TICK + NAME]:
        form.refuse(TICK + NAME, "participants.web.name_first")
    if not form.ok:
        return _mine(asked, audience, form)
    said = {name: _split(form[name]) if name in _LISTS else form[name] for name in FIELDS}
    words = words_for(asked.sight, asked.texts, audience, FIELDS)
    consented = Consented(asked.texts.language, words, PAGE)
    try:
        release(asked.core, asked.me.id, audience, said, consented)
    except Problem as problem:
        field = str(problem.values.get("field", ""))
        if field in FIELDS:
            form.refuse(field, "participants.web.unfit")
        else:
            form.errors.setdefault("", Wrong(_error(asked, problem), problem.values))
        return _mine(asked, audience, form)
    return asked.go(f"/participants/{asked.match['whom']}", "participants.web.released")


def _split(text: str) -> list[str]:
    """A list as people write it."""
    return [one.strip() for one in text.replace("\n", ",").split(",") if one.strip()]


def withdraw(asked: Asked) -> web.Response:
    """Take back one field, or everything, by one click."""
    audience = _audience(asked)
    field = asked.posted.get("field") or None
    if field is not None and field not in FIELDS:
        raise MissingError
    try:
        take_back(asked.core, asked.me.id, audience, PAGE, field)
    except Problem as problem:
        return asked.go("/me/data", _error(asked, problem), **problem.values)
    return asked.go("/me/data", "participants.web.withdrawn")


def panel(asked: Asked, person: str) -> Panel | None:
    """On the page of what is one's own: what others may know, each to be taken back."""
    found = []
    for one in disclosures(asked.core).of(person):
        if one.kind != KIND or one.ended is not None:
            continue
        audience = Audience.from_text(one.audience)
        content = content_of(asked.core, person, audience)
        found.append(
            {
                "who": whom(asked.sight, asked.texts, audience),
                "path": f"/participants/{to_text(audience.ids[0])}",
                "fields": [(name, _shown(content, name)) for name in filled(content)],
            }
        )
    return Panel("participants_panel.html", {"released": found, "first": NAME})


def network_panel(asked: Asked, id: str) -> Panel | None:
    """On the page of a network of ours: its list."""
    if not asked.has(Right.MEMBER):
        return None
    try:
        audience = audience_of(asked.core, asked.core.home_id, from_text(id))
    except (Problem, ValueError):
        return None
    count = len(participant_views(asked.sight, audience))
    return Panel("participants_network.html", {"count": count, "path": f"/participants/{id}"})


def _shown(content: dict[str, Any] | None, name: str) -> str:
    value = (content or {})[name]
    return ", ".join(value) if name in _LISTS else str(value)


def _audience(asked: Asked) -> Audience:
    """A network of ours, or a partner group; `MissingError` for anything else."""
    text = asked.match["whom"]
    if not is_id(text):
        raise MissingError
    try:
        return audience_of(asked.core, asked.core.home_id, from_text(text))
    except (Problem, ValueError) as error:  # not ours, or no id in its one form
        raise MissingError from error


def _called(asked: Asked, audience: Audience) -> str:
    name = asked.sight.name(audience.ids[0])
    return name.name or asked.texts("web.nameless", id=name.id[:8])


def _error(asked: Asked, problem: Problem) -> str:
    return asked.error_key("participants", problem.code)
