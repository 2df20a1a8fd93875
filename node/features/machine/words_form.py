"""The 24 recovery words in a form: asked for where nobody can read along, used, and forgotten.

Rules: the name of the field keeps what was typed out of a page that came too late;
nothing stores it and no address or log has any of it. Over a way that others can read along it is
not asked for at all.
"""

from node.base.errors import Problem
from node.keys.recovery_words import Phrase
from node.web.forms import Field, Filled, Kind
from node.web.page import Asked

WORDS = "secret_words"

LONGEST = 400
"""Characters: 24 words of eight letters, their blanks, and some numbers typed along."""


def words_field() -> Field:
    """Where they are typed."""
    return Field(
        WORDS,
        Kind.LONG,
        "machine.web.words.label",
        "machine.web.words.hint",
        longest=LONGEST,
        autocomplete="off",
    )


def phrase_in(asked: Asked, form: Filled) -> Phrase | None:
    """What was typed, if these are the words of this group; else what is wrong is said."""
    if not asked.visit.secure:
        form.refuse(WORDS, "machine.web.words.plain")
    if WORDS not in form.values or not form.ok:
        return None
    try:
        phrase = Phrase.read(form[WORDS])
        phrase.require_home(asked.core.ring)
    except Problem as problem:
        asked.refuse(form, problem, WORDS)
        return None
    return phrase
