"""What people type for a language, an address on the web or a contact, as entries have it."""

import re
from functools import cache

from node.base.naming import folds
from node.texts import LANGUAGES, Texts

_BARE = re.compile(r"(?:www\.\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?)", re.IGNORECASE)

MAIL = re.compile(r"(?:mailto:)?[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
PHONE = re.compile(r"(?:\+|0)[\d\s()/.–-]{4,}")
WEB = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LABELLED = re.compile(r"([^\W\d][^:=@]{0,40}):\s+(\S.*)", re.DOTALL)


def language_tag(text: str) -> str:
    """The tag of a language that is called by its name, else as it is.

    >>> language_tag("Deutsch"), language_tag("turkish"), language_tag("DE"), language_tag("pt-BR")
    ('de', 'tr', 'de', 'pt-BR')
    """
    text = text.strip()
    known = _languages()
    found = next((known[one] for one in folds(text) if one in known), None)
    if found:
        return found
    first, sign, rest = text.partition("-")
    return f"{first.lower()}{sign}{rest}" if first.isascii() and len(first) < 4 else text


@cache
def _languages() -> dict[str, str]:
    """Tags by the names that our pages have for languages, folded."""
    found = {}
    for language in LANGUAGES:
        for tag, name in Texts(language).table("web.language").items():
            found.update(dict.fromkeys(folds(name), tag))
    return found


def web_address(text: str) -> str:
    """With a scheme: people write www.example.org.

    >>> web_address("example.org/chor"), web_address("Raum 3")
    ('https://example.org/chor', 'Raum 3')
    """
    text = text.strip()
    return f"https://{text}" if _BARE.fullmatch(text) else text


def contact_of(text: str) -> list[str | None]:
    """A contact: what it is, said before a colon or seen by its form, and its address.

    >>> contact_of("Büro: Raum 3"), contact_of("a@example.org"), contact_of("Mittwochs im Hof")
    (['Büro', 'Raum 3'], ['E-Mail', 'a@example.org'], ['Mittwochs im Hof', None])
    """
    found = _LABELLED.fullmatch(text)
    if found and not WEB.match(text):
        return [found[1], found[2]]
    for what, form in (("E-Mail", MAIL), ("Telefon", PHONE), ("Web", WEB)):
        if form.fullmatch(text):
            return [what, text.removeprefix("mailto:")]
    return [text, None]
