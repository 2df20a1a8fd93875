"""Recovery words: 24 words on paper from which a group's keys can be made again.

Rules:

1. 32 bytes of entropy ↔ 24 words of the English BIP-39 list, the last of which carries an 8-bit
   checksum. (BIP-39's second half, the seed with its passphrase, is not used.)
2. Reading forgives how people write: capitals, line breaks, commas, numbers in front of the words,
   and words cut to four letters or more, which BIP-39 keeps unique. It never guesses a word.
3. A mistake is named as exactly as it can be known: the unknown word and its place; the count; or
   that the checksum fails, and which single slip would explain it if there is only one such.
   8 bits of checksum let one wrong phrase in 256 pass: compare the identity that comes out.
4. Keys are derived one by one, see `derive`; none of them lets anyone compute another.

Sources: BIP-39 (https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki); RFC 7693.

>>> text = words_from_entropy(bytes(32))
>>> text.split()[0], text.split()[-1], len(text.split())
('abandon', 'art', 24)
>>> entropy_from_words(text.upper()) == bytes(32)
True
>>> derive(bytes(32), Purpose.ROTATION, identity=0, link=1).hex()[:16]
'e236258be6301e70'
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from crypto.errors import BadKey, BadWords
from crypto.hashing import keyed

if TYPE_CHECKING:
    from mnemonic import Mnemonic

ENTROPY_BYTES = 32
"""As much as the keys that come out of it."""

WORD_COUNT = 24
"""32 bytes and one byte of checksum, 11 bits a word."""

PREFIX_LETTERS = 4
"""BIP-39: "the user can identify a word by its first four letters"."""

LONGEST_WORD = 8
"""Letters of the longest word in the list; what is much longer resembles none of them."""

MAX_TEXT_CHARACTERS = 2000
"""24 words of 8 letters, numbered and generously spaced, take a quarter of this."""

DERIVE_CONTEXT = b"verbund/derive/1"
"""Keeps our derivations apart from any other use of the same entropy."""

MAX_INDEX = 2**32 - 1
"""Identities and links are written as four bytes."""

_SEPARATORS = re.compile(r"[\s,;\u200b\ufeff]+")  # with what copying from a web page leaves behind
_NUMBERING = re.compile(r"^\d+[.):]*|[.]+$")


@cache
def _bip39() -> "Mnemonic":
    """The list and its checksum. A node that runs needs neither, but what is derived from them."""
    from mnemonic import Mnemonic

    return Mnemonic("english")


@cache
def _known_words() -> frozenset[str]:
    return frozenset(_bip39().wordlist)


class Purpose(Enum):
    """What a derived key is for. The label is part of the derivation."""

    ROTATION = "rotation"
    SIGNING = "signing"
    SEALING = "sealing"
    BACKUP = "backup"


def words_from_entropy(entropy: bytes) -> str:
    """The 24 words, separated by single spaces. Raises `BadKey` unless given 32 bytes."""
    return _bip39().to_mnemonic(_checked(entropy))


def entropy_from_words(text: str) -> bytes:
    """The 32 bytes that `text` stands for. Raises `BadWords`, which names the mistake."""
    if len(text) > MAX_TEXT_CHARACTERS:
        raise BadWords(
            f"expected {WORD_COUNT} words, found a text of {len(text)} characters", slip="count"
        )
    words = [_known(position, word) for position, word in enumerate(_split(text), 1)]
    if len(words) != WORD_COUNT:
        raise BadWords(f"expected {WORD_COUNT} words, found {len(words)}", slip="count")
    if not _bip39().check(" ".join(words)):
        raise _checksum_error(words)
    return bytes(_bip39().to_entropy(words))


def derive(entropy: bytes, purpose: Purpose, identity: int, link: int) -> bytes:
    """A 32-byte seed for one purpose, identity and link of its key chain.

    BLAKE2b (RFC 7693) with 32 bytes of output, the 32-byte `entropy` as its key, no salt and no
    personalisation, over::

        "verbund/derive/1" || label of the purpose || 0x00 || identity (u32 BE) || link (u32 BE)

    The label is ASCII: "rotation", "signing", "sealing" or "backup". `identity` counts the
    identities made from these words, from 0; `link` is the number in the key chain, from 0 for the
    genesis. Raises `BadKey` for entropy of another size or numbers that do not fit.
    """
    if not (0 <= identity <= MAX_INDEX and 0 <= link <= MAX_INDEX):
        raise BadKey("identity and link are numbers of four bytes")
    place = identity.to_bytes(4, "big") + link.to_bytes(4, "big")
    label = purpose.value.encode("ascii")
    return keyed(_checked(entropy), DERIVE_CONTEXT + label + b"\0" + place)


def _checked(entropy: bytes) -> bytes:
    if len(entropy) != ENTROPY_BYTES:
        raise BadKey(f"recovery words stand for {ENTROPY_BYTES} bytes, not {len(entropy)}")
    return entropy


def _split(text: str) -> list[str]:
    """The words as typed, without numbering and punctuation."""
    parts = _SEPARATORS.split(unicodedata.normalize("NFKC", text).lower())
    return [word for part in parts if (word := _NUMBERING.sub("", part))]


def _known(position: int, word: str) -> str:
    """The list word meant by `word`: itself, or the only one that begins so."""
    if word in _known_words():
        return word
    meant = [known for known in _bip39().wordlist if known.startswith(word)]
    if len(word) >= PREFIX_LETTERS and meant:  # four letters: there is never a second one
        return meant[0]
    similar = ", ".join(sorted(_neighbours(word)))
    hint = f"; similar: {similar}" if similar else ""
    raise BadWords(
        f'word {position}, "{word}", is not in the list{hint}',
        position=position,
        word=word,
        slip="unknown",
    )


def _checksum_error(words: list[str]) -> BadWords:
    """All words are known, but together they are wrong: name the slip if only one explains it."""
    slips = [slip for slip in _slips(words) if _bip39().check(" ".join(slip[1]))]
    text = "the checksum does not fit: one word is mistyped or exchanged"
    if len(slips) != 1:
        return BadWords(text)
    position, fixed = slips[0]
    word, meant = words[position - 1], fixed[position - 1]
    if sorted(words) == sorted(fixed):
        hint = f'words {position} and {position + 1}, "{word}" and "{meant}", change places'
    else:
        hint = f'word {position} is "{meant}" instead of "{word}"'
    return BadWords(f"{text}; it would fit if {hint}", position=position, word=word)


def _slips(words: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Each phrase that one common slip could have turned into `words`, with the slip's place."""
    for at, word in enumerate(words):
        if at + 1 < len(words) and word != words[at + 1]:
            yield at + 1, [*words[:at], words[at + 1], word, *words[at + 2 :]]
        for meant in sorted(_neighbours(word)):
            yield at + 1, [*words[:at], meant, *words[at + 1 :]]


def _neighbours(word: str) -> set[str]:
    """The list words that one letter changed, left out or put in makes of `word`."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    edits: set[str] = set()
    if len(word) > LONGEST_WORD + 1:
        return edits
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        edits.add(head + tail[1:])
        edits.update(head + letter + tail[1:] for letter in letters)
        edits.update(head + letter + tail for letter in letters)
    return (edits & _known_words()) - {word}
