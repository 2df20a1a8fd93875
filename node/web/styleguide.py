"""`/styleguide`: every part of the pages in every state, for whoever changes the stylesheet.

Only in development (`VERBUND_DEVELOPMENT=1`): a group's page has no use for it. Its texts are those
of the pages, and sample words of no language in particular where a person would have written.
"""

import os
from datetime import date

from node.base.formats import Leaf
from node.web.forms import Change, Choice, Field, Filled, Form, Kind, Wrong
from node.web.page import Asked, MissingError, Page, Todo

VARIABLE = "VERBUND_DEVELOPMENT"

LABEL, HINT = "common.label.name", "common.label.purpose"

COLOURS = tuple(Choice(one, shown=one) for one in ("Linde", "Esche", "Ahorn"))
MANY = tuple(Choice(f"{n}", shown=f"{n}") for n in range(1, 13))

FORM = Form(
    "guide",
    *(
        Field(kind.name.lower(), kind, LABEL, HINT, autocomplete="off", choices=COLOURS)
        for kind in Kind
    ),
    Field("list", Kind.CHOICE, LABEL, choices=MANY),
    Field("optional", Kind.TEXT, LABEL, optional=True),
    edits=True,
)


def is_development() -> bool:
    """Whether whoever started this process works on it."""
    return os.environ.get(VARIABLE) == "1"


def styleguide(asked: Asked) -> Page:
    """The page; outside development there is none."""
    if not is_development():
        raise MissingError
    typed = {"text": "Linde", "long": "Linde\n\nEsche", "choice": "Esche", "list": "7"}
    plain = asked.show(FORM, **typed, choices=("Linde", "Ahorn"), yes=True, date=date(2027, 6, 5))
    plain.values["date"] = date(2027, 6, 5)
    wrong = Filled(
        Form("wrong", *FORM.fields),
        {"text": ("x" * 40,)},
        errors={
            one.name: Wrong("web.form.missing") for one in FORM.fields if one.kind != Kind.HIDDEN
        },
    )
    question = Filled(
        Form("question", FORM["moment"]),
        {"moment": ("Dienstag 18:30",)},
        errors={
            "moment": Wrong("web.form.date_weekday", {}, ("2027-06-08T18:30", "2027-06-15T18:30"))
        },
    )
    changed = Filled(
        Form("changed", FORM.fields[0], FORM.fields[1]),
        {"text": ("Linde",)},
        changes=(
            Change(FORM.fields[0], "Esche", True),
            Change(FORM.fields[1], "Ahorn", False),
        ),
    )
    values = {
        "plain": plain,
        "wrong": wrong,
        "changed": changed,
        "question": question,
        "todos": [Todo(LABEL, {}, "/", n) for n in (1, 12)],
        "leaf": Leaf("Sa", "5", "Juni"),
        "long": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    }
    return Page("styleguide.html", "Styleguide", "", values)
