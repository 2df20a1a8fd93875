"""Marks of a person: what two people hardly share unless they are one, or live together.

Rules: a name counts folded, with umlauts as plain letters and with an e; a mail address without
upper case; of a phone number its digits, with the country's as a number of this country.

>>> phone_mark("+49 (0)431 123 45"), phone_mark("0431/12345"), phone_mark("0049 431 12345")
('p:4943112345', 'p:4943112345', 'p:4943112345')
>>> phone_mark("-"), mail_mark(" Ada@Example.org ")
('', 'm:ada@example.org')
"""

import re

from node.base.collating import digits
from node.base.naming import folds
from node.features.members.types import Member

COUNTRY = "49"
"""Of numbers that begin with one nought."""

SHORTEST_PHONE = 6
"""Digits, with the country's: fewer are an extension, or a slip."""

_TRUNK = re.compile(r"\(0\)")


def marks_of(member: Member) -> set[str]:
    """All marks of a person."""
    found = set(name_marks(member.name))
    found |= {mail_mark(one) for one in member.values.get("mail", ())}
    found |= {phone_mark(one) for one in member.values.get("phone", ())}
    given, family = member.first("given"), member.first("family")
    if given and family:
        found |= set(name_marks(f"{given} {family}"))
    return found - {""}


def name_marks(name: str) -> list[str]:
    """The marks of a name: of "Müller" those of Muller and of Mueller."""
    return [f"n:{one}" for one in folds(name.replace("-", " ")) if one]


def mail_mark(mail: str) -> str:
    """The mark of a mail address, empty if it is none."""
    clean = mail.strip().casefold()
    return f"m:{clean}" if "@" in clean else ""


def phone_mark(phone: str) -> str:
    """The mark of a phone number, empty if it is too short for one."""
    clean = _TRUNK.sub("", phone.strip())
    only = digits(clean)
    if clean.startswith("+"):
        pass
    elif only.startswith("00"):
        only = only[2:]
    elif only.startswith("0"):
        only = COUNTRY + only[1:]
    return f"p:{only}" if len(only) >= SHORTEST_PHONE else ""
