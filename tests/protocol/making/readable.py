"""Values as JSON, and as the examples of the document show them."""

import re
from typing import Any

SAFE_INTEGER = 2**53
"""What JSON readers hold exactly."""


def readable(value: Any) -> Any:
    """JSON-like: bytes as {"$bytes": hex}, large integers as {"$int": decimal}."""
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, int) and abs(value) > SAFE_INTEGER:
        return {"$int": str(value)}
    if isinstance(value, list | tuple):
        return [readable(one) for one in value]
    if isinstance(value, dict):
        return {key: readable(one) for key, one in value.items()}
    return value


def notation(value: Any, indent: int = 0, width: int = 100) -> str:
    """JSON-like with h'…' for bytes, broken into lines where it is long."""
    flat = _flat(value)
    if len(flat) + indent <= width or not isinstance(value, list | dict) or not value:
        return flat
    space = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f'"{key}": {notation(one, indent + 2, width)}' for key, one in value.items()]
        return "{\n" + ",\n".join(space + part for part in parts) + "\n" + " " * indent + "}"
    parts = [notation(one, indent + 2, width) for one in value]
    return "[\n" + ",\n".join(space + part for part in parts) + "\n" + " " * indent + "]"


def _flat(value: Any) -> str:
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flat, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {_flat(one)}' for key, one in value.items()) + "}"
    return str(value)


LONG = 40
"""Bytes from which on an example shows only the beginning."""


def shortened(text: str) -> str:
    """A notation in which long bytes are cut: h'8ba47479… (270 bytes)'."""

    def cut(found: re.Match[str]) -> str:
        raw = found[1]
        return found[0] if len(raw) <= 2 * LONG else f"h'{raw[:16]}… ({len(raw) // 2} bytes)'"

    return re.sub(r"h'([0-9a-f]*)'", cut, text)


def hex_lines(data: bytes, width: int = 48) -> list[str]:
    """Hex, `width` bytes a line."""
    return [data[at : at + width].hex() for at in range(0, len(data), width)]


def indented(data: bytes) -> list[str]:
    """Hex, under a line that says what it is."""
    return ["  " + line for line in hex_lines(data)]
