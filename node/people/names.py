"""Under which name somebody is looked for when they sign in: folded, one spelling of each."""

import unicodedata

from node.base.naming import fold

NAME = "name"
"""The source of the name by which a person is called; nouns add others, such as `mail`."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def folded(name: str) -> str:
    """A name as it is looked for: phones write capitals by themselves, keyboards lack umlauts.

    >>> folded(" Jörg  MÜLLER") == folded("joerg mueller"), folded("A@X.org")
    (True, 'a@x.org')
    """
    return fold(unicodedata.normalize("NFC", name).casefold().translate(_UMLAUTS))
