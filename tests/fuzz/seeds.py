"""Where fuzzing begins: the test vectors, and what earlier runs found."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent.parent / "vectors"
CORPUS = Path(__file__).parent / "corpus"

LARGEST = 4_096
"""Longer seeds teach the fuzzer nothing but to be slow."""


@cache
def vectors(name: str) -> Any:
    """A file of `tests/vectors`."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def cases(name: str, field: str) -> list[bytes]:
    """A field of all cases of a file of vectors, without what is large."""
    found = [one.get(field) for one in vectors(name)["cases"]]
    return small(bytes.fromhex(one) for one in found if type(one) is str)


def small(inputs: Iterable[bytes]) -> list[bytes]:
    """Without what is large, and each once, in order."""
    return list(dict.fromkeys(one for one in inputs if len(one) <= LARGEST))


def kept(target: str) -> list[bytes]:
    """What earlier runs found: one input a line, in hexadecimal; `#` begins a remark."""
    path = CORPUS / f"{target}.hex"
    if not path.exists():
        return []
    lines = path.read_text(encoding="ascii").splitlines()
    return [bytes.fromhex(one) for one in lines if not one.startswith("#")]


def keep(target: str, inputs: Iterable[bytes]) -> int:
    """Add inputs to what is kept; gives how many are new."""
    old = kept(target)
    new = [one for one in dict.fromkeys(inputs) if one not in old]
    with (CORPUS / f"{target}.hex").open("a", encoding="ascii") as file:
        file.writelines(one.hex() + "\n" for one in new)
    return len(new)
