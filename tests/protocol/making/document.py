"""The examples of docs/protocol.md: written between its markers, so that they can't drift."""

import re
from collections.abc import Iterator
from typing import Any

import msgpack

from protocol.encoding import decode, encode
from tests.protocol.making import nearby_vectors, session_document
from tests.protocol.making.cast import Actor, Cast
from tests.protocol.making.examples import Example, examples
from tests.protocol.making.readable import hex_lines, indented, notation, shortened

_MARKED = re.compile(r"(<!-- vector: ([a-z-]+) -->\n).*?(<!-- /vector -->)", re.DOTALL)


def document(text: str) -> str:
    """The text with every example written anew. KeyError for a marker that has none."""
    found = parts()
    return _MARKED.sub(lambda match: f"{match[1]}{found[match[2]]}\n{match[3]}", text)


def markers(text: str) -> list[str]:
    """The names of the examples in the text."""
    return [match[2] for match in _MARKED.finditer(text)]


def parts() -> dict[str, str]:
    """Marker → what stands there."""
    cast = Cast()
    known = examples(cast)
    found = {f"example-{kind}": _example(one) for kind, one in known.items() if kind != "identity"}
    found["example-identity"] = _identity()
    found["complete-record"] = _block(dump(known["meeting"].record()))
    found["appendix-bodies"] = _block(_bodies(known))
    return found | {name: _block(lines) for name, lines in _sessions().items()}


def _sessions() -> dict[str, list[str]]:
    return {
        "appendix-handshake": session_document.handshake(),
        "appendix-descriptor": session_document.descriptor_bytes(),
        "appendix-bundle": session_document.bundle_bytes(),
        "example-frames": session_document.all_frames(),
        "example-tags": session_document.sets(),
        "example-symbols": session_document.symbols(),
        "example-descriptor": session_document.descriptor(),
        "example-bundle": session_document.bundle(),
        "example-peer-link": [str(session_document.peer_link())],
        "example-peer-link-content": session_document.peer_link_content(),
        "example-nearby": nearby_vectors.example(),
    }


def _block(lines: list[str]) -> str:
    return "```\n" + "\n".join(lines) + "\n```"


def _example(example: Example) -> str:
    return _block(shortened(notation(example.content)).splitlines())


def _bodies(known: dict[str, Example]) -> list[str]:
    """Kind, and the bytes of its example."""
    lines = ["identity:", *indented(encode({"links": _rotated().elements}))]
    for kind, one in known.items():
        if kind != "identity":
            lines += [f"{kind}:", *indented(one.body)]
    return lines


def _rotated() -> Actor:
    group = Actor("hub")
    group.rotate()
    return group


def _identity() -> str:
    group = _rotated()
    body = {"links": group.elements}
    payload = group.elements[1][0]
    shown = [*shortened(notation(body)).splitlines(), "", *notation(decode(payload)).splitlines()]
    return _block([*shown, "", f"id: {group.id.hex()}"])


# A complete record, byte by byte.


def dump(raw: bytes) -> list[str]:
    """An envelope, annotated; the bytes on the left, joined, are the envelope."""
    version, key, payload, signature = msgpack.unpackb(raw)
    lines = [_row(0, raw[:1], "array of 4: an envelope, §3")]
    lines.append(_row(0, msgpack.packb(version), "version 1"))
    lines += _bytes(0, key, "key: the public key that signed")
    lines.append(_row(0, _header(payload), f"payload: {len(payload)} bytes, which are signed"))
    lines += _map(1, payload, nested={"body"})
    lines += _bytes(0, signature, 'signature over PAE("verbund/record/1", payload)')
    return lines


def _map(level: int, data: bytes, nested: set[str]) -> Iterator[str]:
    value = msgpack.unpackb(data)
    yield _row(level, data[:1], f"map of {len(value)}")
    for key, one in value.items():
        yield _row(level, msgpack.packb(key), f'"{key}"')
        if key in nested and one is not None:
            yield _row(level, _header(one), f"{len(one)} bytes: an encoded map")
            yield from _map(level + 1, one, set())
        else:
            yield from _value(level, one)


def _value(level: int, value: Any) -> Iterator[str]:
    if isinstance(value, bytes):
        yield from _bytes(level, value, f"{len(value)} bytes")
    elif isinstance(value, list):
        yield _row(
            level, msgpack.packb([None] * len(value))[: -len(value)], f"array of {len(value)}"
        )
        for one in value:
            yield from _value(level, one)
    else:
        shown = notation(value)
        yield from _wrapped(level, msgpack.packb(value), shown if len(shown) < 60 else "text")


def _bytes(level: int, value: bytes, meaning: str) -> list[str]:
    return [_row(level, _header(value), meaning), *_wrapped(level, value, "")]


def _header(value: bytes) -> bytes:
    packed: bytes = msgpack.packb(value)
    return packed[: len(packed) - len(value)]


def _wrapped(level: int, data: bytes, meaning: str) -> list[str]:
    lines = hex_lines(data, 32)
    first = f"{'  ' * level}{lines[0]:<{66 - 2 * level}} {meaning}".rstrip()
    return [first, *("  " * level + line for line in lines[1:])]


def _row(level: int, data: bytes, meaning: str) -> str:
    return _wrapped(level, data, meaning)[0]
