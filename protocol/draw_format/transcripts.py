"""Transcripts as bytes: JSON with sorted keys and nothing superfluous (docs/protocol.md §13.7).

`seal` is the SHA-256 of the same transcript without it. It finds accidents, not liars: what is true
is what the verifier works out itself. Blanks and line breaks that somebody added change nothing.
"""

import json
from hashlib import sha256
from typing import Any

from protocol.errors import Malformed

TRANSCRIPT_BYTES = 32 << 20
"""40,000 people with long ids take less than half."""

FORMAT = "verbund draw 1"


def to_bytes(document: dict[str, Any]) -> bytes:
    """The bytes of a transcript, without its seal."""
    text = json.dumps(
        {key: value for key, value in document.items() if key != "seal"},
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    return text.encode("utf-8")


def seal_of(document: dict[str, Any]) -> str:
    """The seal that a transcript must have."""
    return sha256(to_bytes(document)).hexdigest()


def sealed(document: dict[str, Any]) -> bytes:
    """The bytes of a transcript, with its seal, and a line feed."""
    text = json.dumps(
        document | {"seal": seal_of(document)},
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    return text.encode("utf-8") + b"\n"


def opened(raw: bytes) -> dict[str, Any]:
    """The transcript of `raw`; `Malformed` if it is cut, or says something twice."""
    if len(raw) > TRANSCRIPT_BYTES:
        raise Malformed("transcript too large")
    try:
        document = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON, or cut off") from error
    if type(document) is not dict or document.get("format") != FORMAT:
        raise Malformed("no transcript of a draw")
    return document


def _refuse(_text: str) -> Any:
    raise ValueError("no fractions")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found
