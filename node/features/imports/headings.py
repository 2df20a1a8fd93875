"""What the columns of a list of people are: guessed by what stands above them and in them.

Rules: case, accents, signs and forms of a word with *, : or / inside make no difference. A column
is what its heading says, unless its cells say otherwise (mail addresses below "Kontakt"). What a
person can have once only, one column gives; several mail addresses or phone numbers may have
several columns. "Name" is the family name where there is a column of given names, else the whole.
What nothing is known of is left out: nobody's data is stored because a file had it.

>>> lines = [["Vorname", "Name", "PLZ Ort", "E-Mail", "Kontakt"],
...          ["Ada", "Moor", "24103 Kiel", "ada@example.org", "0431 12345"]]
>>> [one.field for one in guess(lines[0], lines[1:], {})]
['given', 'family', 'place', 'mail', 'phone']
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice

from node.base.naming import folds
from node.features.imports import days
from node.features.imports.types import (
    HOUSE,
    ID,
    NAME,
    NOTICE,
    PLACE,
    REASON,
    SINCE,
    UNTIL,
    Column,
)
from node.spreadsheets.book import Line
from node.spreadsheets.gathering import letters

_KNOWN = {
    NAME: (
        "name vollername ganzername vollstaendigername namevorname vornamename vornachname"
        " mitglied vorundnachname vornameundname vornameundnachname nameundvorname"
        " nachnamevorname mitgliedsname vornamenachname anzeigename person fullname displayname"
        " membername member"
    ),
    "given": "vorname vornamen rufname firstname given givenname forename givennames firstnames",
    "family": "nachname familienname zuname lastname surname family familyname secondname",
    "mail": (
        "email emails mail mails emailadresse emailadressen mailadresse emailprivat"
        " privateemail emailaddress mailaddress emailprivate"
    ),
    "phone": (
        "telefon telefonnummer tel telnr telefonnr rufnummer handy handynummer handynr mobil"
        " mobilnummer mobiltelefon mobilnr festnetz festnetznummer telefonprivat telefonmobil"
        " telefonfestnetz telprivat telmobil phone phonenumber telephone mobile mobilephone cell"
        " cellphone homephone"
    ),
    "street": (
        "strasse str strassehausnummer strassehausnr strasseundhausnummer strasseundhausnr"
        " strassenr anschrift strasseundnr strassenname street streetaddress addressline1"
        " address1 streetandnumber"
    ),
    HOUSE: "hausnummer hausnr hnr hausnummerzusatz housenumber houseno",
    "postcode": "plz postleitzahl plznr postcode zip zipcode postalcode",
    "town": "ort wohnort stadt ortschaft gemeinde city town village",
    PLACE: "plzort plzundort plzwohnort ortplz plzstadt postcodetown zipcity postcodecity",
    "country": "land staat country",
    "through": (
        "durch geworbenvon geworbendurch ueberwen durchwen empfohlenvon vermitteltdurch"
        " gekommendurch through throughwhom referredby invitedby"
    ),
    "notes": (
        "notiz notizen bemerkung bemerkungen anmerkung anmerkungen kommentar kommentare hinweis"
        " hinweise note notes remark remarks comment comments"
    ),
    SINCE: (
        "eintritt eintrittsdatum beitritt beitrittsdatum mitgliedseit dabeiseit seit"
        " eingetreten eingetretenam eintrittam aufnahme aufnahmedatum mitgliedab since"
        " membersince joined joinedon joindate entrydate"
    ),
    NOTICE: "kuendigung kuendigungam gekuendigt gekuendigtam kuendigungsdatum notice noticegiven",
    REASON: "grund austrittsgrund kuendigungsgrund reason reasonforleaving",
    ID: "id verbundid personid",
    UNTIL: (
        "austritt austrittsdatum mitgliedbis bis ausgetreten ausgetretenam austrittam"
        " kuendigungzum ausgeschieden until memberuntil left lefton exitdate leavingdate"
    ),
}
"""What is meant by which heading, folded and without signs, the most fitting first."""

_MEANT = {word: (what, rank) for what, ws in _KNOWN.items() for rank, word in enumerate(ws.split())}
_SIGNS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"\s*[(\[].*$", re.DOTALL)
_COUNTED = re.compile(r"\s*\d$")
_MAIL = re.compile(r"(?:mailto:)?[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+")
_PHONE = re.compile(r"(?:\+|0)[\d\s()/.–-]{5,}")
_PLACE = re.compile(r"(?:D-|DE-)?\d{5} +\D{2,}")
_POSTCODE = re.compile(r"\d{5}")

HEADING_CHARACTERS = 100
"""Of a heading that count: longer ones are sentences."""

ABOVE = 30
"""Rows in which the headings are looked for: a letterhead, a title and a note above the table."""

SAMPLE = 200
"""Cells of a column that are looked at."""

MOST = 0.6
"""Of the cells of a column that are filled: so many say what it is."""

SEVERAL = ("mail", "phone", "notes")
"""What several columns may give."""


def heading_line(lines: Sequence[Line]) -> int | None:
    """The number of the line with the headings; None if there is none, and people begin at once."""
    best, where = 0, None
    for number, cells in islice(lines, ABOVE):
        found = {what for cell in cells if (what := meaning(cell)[0])}
        if len(found) > best:
            best, where = len(found), number
    if where is None and lines and not any(map(_is_a_value, lines[0].cells)):
        return lines[0].number
    return where


def _is_a_value(cell: str) -> bool:
    """Whether this stands below headings, not among them."""
    text = cell.strip()
    return bool(_MAIL.fullmatch(text) or days.is_full_day(text) or any(map(str.isdigit, text)))


def headers(cells: Sequence[str], width: int) -> list[str]:
    """What stands above each of so many columns; where nothing does, its letter."""
    texts = [" ".join(cell.split()) for cell in cells[:width]]
    texts += [""] * (width - len(texts))
    return [text or letters(at) for at, text in enumerate(texts, 1)]


def guess(
    headings: Sequence[str], rows: Sequence[Sequence[str]], labels: Mapping[str, str]
) -> list[Column]:
    """What each column is. `labels`: what fields are called here, and their keys; by these, files
    of our own and columns of the group's own are known."""
    known = {_word(label): key for label, key in labels.items()}
    found = [_meant(heading, known) for heading in headings]
    for at in range(len(headings)):
        told = _told([row[at] for row in islice(rows, SAMPLE) if at < len(row)])
        if told and found[at][1] >= 0 and _differs(found[at][0], told):
            found[at] = (told, len(_MEANT))
    _settle_names(found)
    best: dict[str, int] = {}
    for at, (what, rank) in enumerate(found):
        if what and (what not in best or rank < found[best[what]][1]):
            best[what] = at
    return [
        Column(at, headings[at], what if what in SEVERAL or best.get(what) == at else None)
        if what
        else Column(at, headings[at], None)
        for at, (what, _rank) in enumerate(found)
    ]


def _settle_names(found: list[tuple[str, int]]) -> None:
    """ "Name" beside a given name is the family name, unless that has a column too."""
    kinds = {what for what, _rank in found}
    if "given" in kinds and NAME in kinds and "family" not in kinds:
        for at, (what, rank) in enumerate(found):
            if what == NAME:
                found[at] = ("family", rank)


def _meant(heading: str, known: Mapping[str, str]) -> tuple[str, int]:
    if (word := _word(heading)) in known:
        return known[word], -1
    return meaning(heading)


def meaning(heading: str) -> tuple[str, int]:
    """What a heading means, and how fittingly: smaller is better; nothing if it is not known.

    >>> meaning("Straße / Haus-Nr."), meaning("E-Mail 2"), meaning("Telefon (privat)")[0]
    (('street', 3), ('mail', 0), 'phone')
    """
    for text in (heading, _BRACKETS.sub("", heading), _COUNTED.sub("", heading)):
        for one in folds(text[:HEADING_CHARACTERS]):
            word = _SIGNS.sub("", one)
            if word in _MEANT:
                return _MEANT[word]
    return "", 0


def _word(heading: str) -> str:
    return _SIGNS.sub("", folds(heading[:HEADING_CHARACTERS])[-1])


def _told(cells: Sequence[str]) -> str:
    """What most cells of a column can only be."""
    filled = [text for cell in cells if (text := cell.strip())]
    for what, pattern in (
        ("mail", _MAIL),
        (PLACE, _PLACE),
        ("postcode", _POSTCODE),
        ("phone", _PHONE),
    ):
        if filled and sum(map(bool, map(pattern.fullmatch, filled))) > MOST * len(filled):
            return what
    return ""


def _differs(meant: str, told: str) -> bool:
    """Whether the cells say otherwise than the heading: five digits may be many things."""
    if told == "postcode":
        return meant in (PLACE, "town")
    if told == "phone":
        return meant in ("", "mail")
    if told == PLACE:
        return meant in ("town", "postcode", "")
    return meant != told


def suggested_kind(cells: Sequence[str], today: date) -> str:
    """Of which kind a new column is: `date`, `number`, `yes-no` or `text`.

    >>> suggested_kind(["ja", "nein", ""], date(2026, 11, 30))
    'yes-no'
    """
    filled = [text for cell in cells if (text := cell.strip())][:SAMPLE]
    if not filled:
        return "text"
    if all(one.lower() in YES | NO for one in filled):
        return "yes-no"
    if all(days.read(one, today).day.count("-") == 2 for one in filled):
        return "date"
    return "text"


YES = frozenset({"ja", "j", "yes", "y", "true", "wahr", "x", "1", "✓", "✔", "☑"})
NO = frozenset({"nein", "n", "no", "false", "falsch", "0", "✗", "☐", "-"})
