"""What can go wrong in `crypto`: one small tree.

Rules:

1. Callers catch the class, never the text. The text is for a log; the boundary translates.
2. Where detail would help an attacker (signatures, sealed data) the text says no more than the
   class; where it helps a person (words, key files) it says all it can.

::

    CryptoError
    ├── BadSignature         the signature does not belong to this key, type and payload
    ├── BadKey               not an acceptable key, seed or piece of entropy
    ├── CannotOpen           a sealed box, a padding or a frame that does not open
    ├── BadWords             recovery words with a mistake
    ├── BadArchive           not a backup, a cut or altered one, or one of another kind
    │   └── WrongWords       a backup that these words do not open
    └── BadKeyFile           not a key file, a cut or altered one, or one from a newer version
        └── WrongPassphrase  the passphrase is missing or does not open it

>>> from crypto.errors import BadWords
>>> error = BadWords("word 2 is unknown", position=2, word="abondon")
>>> error.position, error.word, str(error)
(2, 'abondon', 'word 2 is unknown')
"""

# ruff: noqa: N818 - the names say what is wrong; "Error" after each would add nothing.


class CryptoError(Exception):
    """The root of all errors that `crypto` raises on purpose."""


class BadSignature(CryptoError):
    """The signature was not made by this key over this payload type and payload."""


class BadKey(CryptoError):
    """A key, seed or piece of entropy of the wrong size, or a point no honest node would use."""


class CannotOpen(CryptoError):
    """Sealed, padded or encrypted bytes that are not for us, altered, cut or out of order."""


class BadWords(CryptoError):
    """Recovery words that cannot be right.

    `position` (counted from 1) and `word` name the suspect where there is a single one, else they
    are None. For two words in the wrong order they name the first. `slip` is the class of the
    mistake: `unknown` (a word), `count` or `checksum`. The text quotes that word: show it to
    whoever typed it, do not log it.
    """

    def __init__(
        self,
        message: str,
        *,
        position: int | None = None,
        word: str | None = None,
        slip: str = "checksum",
    ) -> None:
        super().__init__(message)
        self.slip = slip
        self.position = position
        self.word = word


class BadArchive(CryptoError):
    """Bytes that are no backup, a damaged one, or one that this version cannot read."""


class WrongWords(BadArchive):
    """The backup was not made for these words."""


class BadKeyFile(CryptoError):
    """Bytes that are no key file, a damaged one, or one that this version cannot read."""


class WrongPassphrase(BadKeyFile):
    """The file is locked, and the passphrase is missing or does not open it: ask for it again."""
