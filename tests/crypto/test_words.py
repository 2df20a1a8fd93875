"""Recovery words: what is forgiven, what is named, and the keys derived from them."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import BadKey, BadWords
from crypto.words import (
    ENTROPY_BYTES,
    Purpose,
    derive,
    entropy_from_words,
    words_from_entropy,
)

DERIVE = json.loads((Path(__file__).parent / "vectors" / "derive.json").read_text())["cases"]
ENTROPY = bytes(range(32))
TEXT = (
    "abandon amount liar amount expire adjust cage candy arch gather drum bullet "
    "absurd math era live bid rhythm alien crouch range attend journey unaware"
)
WORDS = TEXT.split()
CHECKSUM = "the checksum does not fit: one word is mistyped or exchanged"


def replaced(position: int, word: str) -> str:
    """The right words with another one at `position`, counted from 1."""
    return " ".join([*WORDS[: position - 1], word, *WORDS[position:]])


def swapped(position: int) -> str:
    """The right words with those at `position` and after it in the wrong order."""
    at = position - 1
    return " ".join([*WORDS[:at], WORDS[at + 1], WORDS[at], *WORDS[at + 2 :]])


@pytest.mark.parametrize(
    ("entropy", "text"),
    [
        (bytes(32), "abandon " * 23 + "art"),
        (
            b"\x7f" * 32,
            "legal winner thank year wave sausage worth useful " * 2
            + "legal winner thank year wave sausage worth title",
        ),
        (
            b"\x80" * 32,
            "letter advice cage absurd amount doctor acoustic avoid " * 2
            + "letter advice cage absurd amount doctor acoustic bless",
        ),
        (b"\xff" * 32, "zoo " * 23 + "vote"),
        (ENTROPY, TEXT),
    ],
)
def test_words_published(entropy: bytes, text: str) -> None:
    """The 24-word vectors of BIP-39 (python-mnemonic's vectors.json), and the one used below."""
    assert words_from_entropy(entropy) == text
    assert entropy_from_words(text) == entropy


@given(st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES))
def test_words_round_trip(entropy: bytes) -> None:
    assert entropy_from_words(words_from_entropy(entropy)) == entropy


@pytest.mark.parametrize(
    "text",
    [
        TEXT.upper(),
        TEXT.title(),
        f"\n\t {TEXT}  \r\n",
        TEXT.replace(" ", "\r\n"),
        TEXT.replace(" ", ", "),
        TEXT.replace(" ", "; "),
        TEXT.replace(" ", "\N{NO-BREAK SPACE}"),
        "\ufeff" + TEXT.replace(" ", "\u200b"),
        "".join(chr(ord(c) + 0xFEE0) if c != " " else c for c in TEXT),  # full width
        "\n".join(f"{number}. {word}" for number, word in enumerate(WORDS, 1)),
        "\n".join(f"{number}.{word}" for number, word in enumerate(WORDS, 1)),
        "\n".join(f"{number}) {word}" for number, word in enumerate(WORDS, 1)),
        " ".join(f"{number}: {word}," for number, word in enumerate(WORDS, 1)),
        " ".join(f"{number} {word}" for number, word in enumerate(WORDS, 1)),
        TEXT + ".",
        " ".join(word[:4] for word in WORDS),
        " ".join(word[:5] for word in WORDS),
    ],
)
def test_writing_forgiven(text: str) -> None:
    assert entropy_from_words(text) == ENTROPY


@pytest.mark.parametrize(
    ("text", "message", "position", "word"),
    [
        ("", "expected 24 words, found 0", None, None),
        ("1. 2. 3.", "expected 24 words, found 0", None, None),
        (" ".join(WORDS[:-1]), "expected 24 words, found 23", None, None),
        (TEXT + " zoo", "expected 24 words, found 25", None, None),
        (" ".join(WORDS[:12]), "expected 24 words, found 12", None, None),
        (
            replaced(3, "abondon"),
            'word 3, "abondon", is not in the list; similar: abandon',
            3,
            "abondon",
        ),
        (
            replaced(1, "abandonx"),
            'word 1, "abandonx", is not in the list; similar: abandon',
            1,
            "abandonx",
        ),
        (
            replaced(2, "wat"),
            'word 2, "wat", is not in the list; similar: cat, fat, hat, wait, want, way, wet, what',
            2,
            "wat",
        ),
        ("x" * 1999, f'word 1, "{"x" * 1999}", is not in the list', 1, "x" * 1999),
        (TEXT * 20, f"expected 24 words, found a text of {20 * len(TEXT)} characters", None, None),
        (replaced(2, "Zürich"), 'word 2, "zürich", is not in the list', 2, "zürich"),
        (replaced(1, "aba"), 'word 1, "aba", is not in the list', 1, "aba"),
        (replaced(1, "a"), 'word 1, "a", is not in the list', 1, "a"),
        ("tree hors", "expected 24 words, found 2", None, None),
        ("tree hosre", 'word 2, "hosre", is not in the list', 2, "hosre"),
        (
            "1. abandon\n2. amuont\n3. liar",
            'word 2, "amuont", is not in the list',
            2,
            "amuont",
        ),
        (replaced(5, "zoo"), CHECKSUM, None, None),
        (" ".join(["abandon"] * 24), CHECKSUM, None, None),
        (
            swapped(1),
            f'{CHECKSUM}; it would fit if words 1 and 2, "amount" and "abandon", change places',
            1,
            "amount",
        ),
        (
            swapped(23),
            f'{CHECKSUM}; it would fit if words 23 and 24, "unaware" and "journey", change places',
            23,
            "unaware",
        ),
        (
            replaced(16, "love"),
            f'{CHECKSUM}; it would fit if word 16 is "live" instead of "love"',
            16,
            "love",
        ),
        (
            replaced(9, "march"),
            f'{CHECKSUM}; it would fit if word 9 is "arch" instead of "march"',
            9,
            "march",
        ),
        (swapped(3), CHECKSUM, None, None),  # two slips would explain it: name neither
        (replaced(10, "father"), CHECKSUM, None, None),
    ],
)
def test_mistake_named(text: str, message: str, position: int | None, word: str | None) -> None:
    with pytest.raises(BadWords) as caught:
        entropy_from_words(text)
    assert (str(caught.value), caught.value.position, caught.value.word) == (
        message,
        position,
        word,
    )


@given(st.text(max_size=300))
def test_any_text_raises_nothing_else(text: str) -> None:
    with pytest.raises(BadWords):
        entropy_from_words(text)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_entropy_of_another_size(size: int) -> None:
    with pytest.raises(BadKey, match=f"not {size}"):
        words_from_entropy(bytes(size))
    with pytest.raises(BadKey, match=f"not {size}"):
        derive(bytes(size), Purpose.SIGNING, 0, 0)


@pytest.mark.parametrize("case", DERIVE)
def test_derive_vectors(case: dict[str, Any]) -> None:
    entropy = entropy_from_words(case["words"])
    assert entropy.hex() == case["entropy"]
    seed = derive(entropy, Purpose(case["purpose"]), case["identity"], case["link"])
    assert seed.hex() == case["seed"]


def test_derive_as_documented() -> None:
    """Written out once more from the docstring alone."""
    place = b"verbund/derive/1" + b"sealing" + b"\0" + b"\0\0\0\3" + b"\0\0\1\0"
    expected = hashlib.blake2b(place, key=ENTROPY, digest_size=32).digest()
    assert derive(ENTROPY, Purpose.SEALING, identity=3, link=256) == expected


def test_derive_each_argument_counts() -> None:
    places = [(purpose, i, k) for purpose in Purpose for i in range(3) for k in range(3)]
    seeds = {derive(entropy, *place) for place in places for entropy in (ENTROPY, bytes(32))}
    assert len(seeds) == 2 * len(places)


@pytest.mark.parametrize(("identity", "link"), [(-1, 0), (0, -1), (2**32, 0), (0, 2**32)])
def test_derive_number_too_large(identity: int, link: int) -> None:
    with pytest.raises(BadKey):
        derive(ENTROPY, Purpose.SIGNING, identity, link)
