r"""The form of an entry of the directory: the group's own, or one of its own list.

Rules: several values stand one a line; topics and languages may also be separated by commas. A line
that stands as it was shown is what it was, whatever signs are in it, so that a form that is sent
back unchanged changes nothing.

>>> shown_entry({**BLANK, "topics": ["Kunst, Musik"], "contacts": [["Büro", "Raum 3"]]})["contacts"]
'Büro: Raum 3'
>>> _several("Kunst, Musik\nWohnen, Miete", {"Kunst, Musik": "Kunst, Musik"}, ",")
['Kunst, Musik', 'Wohnen', 'Miete']
"""

import re
from collections.abc import Mapping
from typing import Any

from node.base.errors import Problem
from node.features.groups.actions import group_content
from node.lookup.content import tidied
from node.lookup.typed import contact_of, language_tag, web_address
from node.texts import Texts
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked
from protocol.fields import lang, url
from protocol.groups import GROUP

BLANK: Mapping[str, Any] = {**tidied(GROUP.fields, {}), "name": ""}
"""An entry of which nothing is known."""

LONGEST_LIST = 4_000
"""Characters of a field with one value a line."""

_KIND = Field(
    "kind",
    Kind.CHOICE,
    "groups.edit.kind",
    choices=(
        Choice("group", "groups.web.form_group"),
        Choice("network", "groups.web.form_network"),
    ),
)
_FIELDS = (
    Field("name", Kind.TEXT, "groups.edit.name", longest=120, autocomplete="organization"),
    Field("purpose", Kind.LONG, "groups.edit.purpose", optional=True, longest=2_000),
    Field("region", Kind.TEXT, "groups.edit.region", "groups.edit.region_hint", True, 120),
    Field("topics", Kind.LONG, "groups.edit.topics", "groups.edit.topics_hint", True, LONGEST_LIST),
    Field(
        "takes_members",
        Kind.CHOICE,
        "groups.edit.takes",
        optional=True,
        choices=(
            Choice("yes", "groups.web.takes_yes"),
            Choice("no", "groups.web.takes_no"),
            Choice("unsaid", "groups.edit.takes_unsaid"),
        ),
    ),
    Field(
        "contacts", Kind.LONG, "groups.edit.contacts", "groups.edit.contacts_hint", True,
        LONGEST_LIST,
    ),
    Field("links", Kind.LONG, "groups.edit.links", "groups.edit.links_hint", True, LONGEST_LIST),
    Field("languages", Kind.TEXT, "groups.edit.languages", "groups.edit.languages_hint", True),
    Field("orientation", Kind.TEXT, "groups.edit.orientation", "", True, 500),
    Field(
        "convictions", Kind.LONG, "groups.edit.convictions", "groups.edit.convictions_hint", True,
        2 * LONGEST_LIST,
    ),
)  # fmt: skip

OWN = Form("entry", *_FIELDS, edits=True)
LISTED = Form("entry", _KIND, *_FIELDS, edits=True)

_COMMAS = re.compile(r"[,;]")
_TAKES = {"yes": True, "no": False}


def shown_entry(
    content: Mapping[str, Any], texts: Texts | None = None, form: Form = OWN
) -> dict[str, str]:
    """The fields of an entry as a form has them."""
    said = {True: "yes", False: "no"}.get(content.get("takes_members"), "unsaid")  # type: ignore[arg-type]
    languages = [_language(one, texts) for one in content["languages"]]
    found = {
        "name": content["name"],
        "kind": content.get("kind", "group"),
        "purpose": content["purpose"] or "",
        "region": content["region"] or "",
        "topics": "\n".join(content["topics"]),
        "takes_members": said,
        "contacts": "\n".join(_contact_line(*one) for one in content["contacts"]),
        "links": "\n".join(content["links"]),
        "languages": ", ".join(languages),
        "orientation": content["orientation"] or "",
        "convictions": "\n".join(content["convictions"]),
    }
    return {one.name: found[one.name] for one in form.fields}


def _language(tag: str, texts: Texts | None) -> str:
    known = texts.table("web.language") if texts else {}
    return str(known.get(tag, tag))


def _contact_line(what: str, where: str | None) -> str:
    return f"{what}: {where}" if where else what


def entry_of_form(asked: Asked, form: Filled, before: Mapping[str, Any]) -> dict[str, Any] | None:
    """The content of a form that is `ok`; None if it fits no entry: then the form says why."""
    fields = {name: form[name] or None for name in ("name", "purpose", "region", "orientation")}
    contacts = {_contact_line(*one): list(one) for one in before["contacts"]}
    lines = form["contacts"].splitlines()
    said: dict[str, Any] = {
        **fields,
        "takes_members": _TAKES.get(form["takes_members"]),
        "topics": _several(form["topics"], _same(before["topics"]), ",;"),
        "convictions": _several(form["convictions"], _same(before["convictions"])),
        "links": [web_address(one) for one in _several(form["links"], _same(before["links"]))],
        "languages": [language_tag(one) for one in _several(form["languages"], {}, ",;")],
        "contacts": [
            contacts.get(one) or contact_of(one) for line in lines if (one := line.strip())
        ],
    }
    for name, fits in (("languages", lang), ("links", url)):
        wrong = [one for one in said[name] if not fits(one)]
        if wrong:
            form.refuse(name, f"groups.edit.wrong_{name}", what=wrong[0][:80])
    if not form.ok:
        return None
    try:
        return group_content(said)
    except Problem as problem:
        field = str(problem.values.get("field", ""))
        asked.refuse(form, problem, field if field in form.values else "")
        return None


def _same(known: list[str]) -> dict[str, str]:
    return {one: one for one in known}


def _several(text: str, known: Mapping[str, str], marks: str = "") -> list[str]:
    """The values of a field, one a line."""
    found: list[str] = []
    for line in text.splitlines():
        one = line.strip()
        if one in known or not marks:
            found.append(known.get(one, one))
        else:
            found += [part.strip() for part in _COMMAS.split(one)]
    return list(dict.fromkeys(one for one in found if one))
