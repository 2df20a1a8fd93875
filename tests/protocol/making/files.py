"""The vector files as tests read them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import CODES, ProtocolError

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "tests" / "vectors"
FILES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
}


def each(file: str, key: str = "cases") -> pytest.MarkDecorator:
    """A test for each case of a file."""
    cases = [pytest.param(case, id=case["name"]) for case in FILES[file][key]]
    return pytest.mark.parametrize("case", cases)


def joined(parts: Any) -> bytes:
    """Hex, or a list of [hex, times]."""
    if isinstance(parts, str):
        return bytes.fromhex(parts)
    return b"".join(bytes.fromhex(part) * times for part, times in parts)


def data_of(case: dict[str, Any], key: str) -> bytes:
    """The bytes of a case: `parts`, or else what stands under `key`."""
    return joined(case["parts"] if "parts" in case else case[key])


def outcome(judge: Callable[[], Any]) -> Any:
    """What `judge` gives, or the code with which it refuses. The class must fit the code."""
    try:
        return judge()
    except ProtocolError as error:
        fits = type(error) is CODES[error.code]
        return error.code if fits else f"{error.code} as {type(error).__name__}"
