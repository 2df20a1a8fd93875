"""Headings of a list as people write them, and the columns of ours that they mean.

Rules: our own names for columns are read to the letter, as the guide describes; under any other
heading people write as they like (`node.features.lists.cells`). Of several headings for one value
the most fitting one counts, the others stay aside; lists take from all of theirs. Case, accents,
signs and forms of a word with *, : or / inside make no difference.

>>> [use and use.column for use in plan(["Verein", "E-Mail", "Ort", "Ansprechpartner*in", "IBAN"])]
['name', 'contact', 'region', 'contact', None]
"""

import re
from typing import NamedTuple

from node.base.naming import folds
from node.features.lists.rows import COLUMNS, MANY

_KNOWN = {
    "name": (
        "gruppe gruppenname namedergruppe gruppen nameorganisation organisation organisationsname"
        " namederorganisation verein vereinsname namedesvereins initiative nameinitiative"
        " namederinitiative buendnis verband einrichtung projekt traeger bezeichnung titel"
        " group groupname nameofgroup organization organizationname association club initiativename"
        " title anlaufstelle kontaktstelle"
    ),
    "kind": "art artdergruppe gruppenart typ type form rechtsform",
    "purpose": (
        "zweck ziel ziele beschreibung kurzbeschreibung worumgehtes wasmachtihr waswirmachen"
        " taetigkeit taetigkeiten aufgabe aufgaben angebot angebote anliegen ueberuns info infos"
        " description about aim aims activities mission"
    ),
    "orientation": "ausrichtung orientierung politischeausrichtung",
    "topics": (
        "thema themen themenfeld themenfelder themenbereich themenbereiche schwerpunkt schwerpunkte"
        " arbeitsschwerpunkte stichwort stichworte stichwoerter schlagwort schlagworte"
        " schlagwoerter bereich bereiche kategorie kategorien rubrik topic tag tags subjects"
        " keyword keywords category categories"
    ),
    "convictions": "ueberzeugung ueberzeugungen werte grundsaetze leitbild values principles",
    "region": (
        "ort stadt plzort ortschaft gemeinde standort sitz wohnort gebiet stadtteil kreis landkreis"
        " bundesland city town place location area county land country state"
    ),
    "languages": "sprache sprachen language",
    "takes_new_members": (
        "neuemitglieder nimmtneuemitglieder nimmtneuemitgliederauf nimmtmitgliederauf aufnahme"
        " aufnahmeneuermitglieder offenfuerneue offenfuerneuemitglieder mitmachen mitmachenmoeglich"
        " nimmtauf newmembers takesmembers opentonewmembers"
    ),
    "link": (
        "links webseite webseiten website websites homepage internet internetseite internetauftritt"
        " internetadresse web webadresse www url urls webpage"
    ),
    "contact": "kontakt kontakte kontaktdaten kontaktmoeglichkeit kontaktmoeglichkeiten contacts",
    "mail": (
        "email emails mail mails emailadresse emailadressen mailadresse emailkontakt emailaddress"
    ),
    "phone": (
        "telefon telefonnummer tel telnr telefonnr rufnummer handy handynummer mobil mobilnummer"
        " festnetz fax faxnummer phone phonenumber telephone mobile"
    ),
    "person": (
        "ansprechpartner ansprechpartnerin ansprechpartnerinnen ansprechperson ansprechpersonen"
        " ansprechbar kontaktperson kontaktpersonen vorname nachname vorstand contactperson"
        " contactname firstname lastname"
    ),
    "address": "adresse anschrift postanschrift strasse strassehausnummer strassenr address street",
}
"""What is meant by which heading, the most fitting first. The last ones are contacts that say what
they are: the heading stands before the address."""

CONTACTS = frozenset({"mail", "phone", "person", "address"})
_NAME_OR_PERSON = frozenset({"name", "anlaufstelle", "kontaktstelle", "traeger"})
"""Beside another heading that is more surely the group's name: whom one turns to."""

_MEANT = {word: (what, rank) for what, ws in _KNOWN.items() for rank, word in enumerate(ws.split())}
_SIGNS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"\s*[(\[].*$", re.DOTALL)


class Use(NamedTuple):
    """What a column of a file is read as. `rule`: whose way of writing its cells have."""

    column: str
    rule: str
    heading: str


def plan(headings: list[str]) -> list[Use | None]:
    """How each column of a file is read; None if it stays aside."""
    meant = [_meant(one) for one in headings]
    found: list[Use | None] = [None] * len(headings)
    best: dict[str, int] = {}
    for at, (what, rank) in enumerate(meant):
        better = what not in best or rank < meant[best[what]][1]
        if what in COLUMNS and what not in MANY and better:
            best[what] = at
    for at, (what, rank) in enumerate(meant):
        heading = " ".join(headings[at].split())
        if what in CONTACTS:
            found[at] = Use("contact", what, heading)
        elif what in MANY or (what and best[what] == at):
            found[at] = Use(what, "ours" if rank < 0 else "free", heading)
        elif what == "name" and _word(heading) in _NAME_OR_PERSON:
            found[at] = Use("contact", "person", heading)
    return found


def knows(headings: list[str]) -> tuple[bool, int]:
    """Whether a name is among them, and for how many of them we have a column."""
    found = [what for what, _rank in map(_meant, headings) if what]
    return "name" in found, len(found)


def _meant(heading: str) -> tuple[str, int]:
    """What a heading means, and how fittingly: below 0 is our own word for it."""
    own = heading.strip().casefold()
    if own in COLUMNS:
        return own, -1
    for text in (heading, _BRACKETS.sub("", heading)):
        for one in folds(text[:HEADING_CHARACTERS]):
            word = _SIGNS.sub("", one)
            if word in COLUMNS:
                return word, 0
            if word in _MEANT:
                what, rank = _MEANT[word]
                return what, rank + 1
    return "", 0


HEADING_CHARACTERS = 100
"""Of a heading that count: longer ones are sentences."""


def _word(heading: str) -> str:
    return _SIGNS.sub("", folds(heading)[-1])
