"""Write tests/vectors/*.json and the examples in docs/protocol.md.

    .venv/bin/python scripts/make_vectors.py

Everything follows from fixed labels: a second run changes nothing. What the files hold is made in
tests/protocol/making/; a test compares both with what is committed.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.protocol.making import (  # noqa: E402 - the path comes first
    body_vectors,
    bundle_vectors,
    descriptor_vectors,
    draw_vectors,
    encoding_vectors,
    finality_vectors,
    frame_vectors,
    gate_vectors,
    handshake_vectors,
    hidden_vectors,
    identity_vectors,
    nearby_vectors,
    pact_vectors,
    record_vectors,
    sealed_vectors,
    set_vectors,
    small_vectors,
    succession_vectors,
    symbol_vectors,
    tie_vectors,
)
from tests.protocol.making.cast import ISSUED, NOW  # noqa: E402
from tests.protocol.making.document import document  # noqa: E402

VECTORS = ROOT / "tests" / "vectors"
DOCUMENT = ROOT / "docs" / "protocol.md"


def files() -> dict[str, dict[str, Any]]:
    """Name → content of each file."""
    return {
        "encoding": {"about": encoding_vectors.ABOUT, "cases": encoding_vectors.cases()},
        "dsse": {"about": small_vectors.ABOUT_DSSE, "cases": small_vectors.dsse_cases()},
        "envelopes": {
            "about": record_vectors.ABOUT_ENVELOPES,
            "cases": record_vectors.envelope_cases(),
        },
        "records": {
            "about": record_vectors.ABOUT_RECORDS,
            "now": NOW,
            "known": record_vectors.known(),
            "cases": record_vectors.record_cases(),
        },
        "bodies": {
            "about": body_vectors.ABOUT,
            "issued": ISSUED,
            "places": body_vectors.places(),
            "cases": body_vectors.cases(),
        },
        "identities": {
            "about": identity_vectors.ABOUT,
            "now": NOW,
            "cases": identity_vectors.cases(),
        },
        "succession": {
            "about": succession_vectors.ABOUT,
            "now": NOW,
            "cases": succession_vectors.cases(),
        },
        "finality": {
            "about": finality_vectors.ABOUT,
            "now": NOW,
            **finality_vectors.content(),
        },
        "words": {
            "about": small_vectors.ABOUT_WORDS,
            "cases": small_vectors.words_cases(),
            "invalid": small_vectors.invalid_words(),
        },
        "sealed": {"about": sealed_vectors.ABOUT, "cases": sealed_vectors.cases()},
        "order": {"about": small_vectors.ABOUT_ORDER, "cases": small_vectors.order_cases()},
        "hidden": {"about": hidden_vectors.ABOUT, **hidden_vectors.content()},
        "ties": {"about": tie_vectors.ABOUT, "cases": tie_vectors.cases()},
        "pacts": {"about": pact_vectors.ABOUT, **pact_vectors.content()},
        "peer_links": {
            "about": small_vectors.ABOUT_PEER_LINKS,
            "cases": small_vectors.peer_link_cases(),
        },
        "gate": {
            "about": gate_vectors.ABOUT,
            **gate_vectors.known(),
            "verdicts": gate_vectors.verdicts(),
            "listed": gate_vectors.names(gate_vectors.LISTED),
            "cases": gate_vectors.cases(),
            "circles": gate_vectors.circles(),
        },
        "limits": {"about": set_vectors.ABOUT_LIMITS, "cases": set_vectors.limit_cases()},
        "handshake": {
            "about": handshake_vectors.ABOUT,
            "sides": handshake_vectors.sides(),
            "transcript": handshake_vectors.transcript(),
            "cases": handshake_vectors.cases(),
        },
        "frames": {"about": frame_vectors.ABOUT, "cases": frame_vectors.cases()},
        "sets": {
            "about": set_vectors.ABOUT,
            "tag_key": set_vectors.tag_key().hex(),
            "salts": set_vectors.salts(),
            "tags": set_vectors.tags(),
            "cases": set_vectors.cases(),
        },
        "symbols": {
            "about": symbol_vectors.ABOUT,
            "key": symbol_vectors.keys(),
            "fresh": symbol_vectors.fresh(),
            "cases": symbol_vectors.cases(),
            "sets": symbol_vectors.sets(),
            "differences": symbol_vectors.differences(),
        },
        "descriptors": {"about": descriptor_vectors.ABOUT, "cases": descriptor_vectors.cases()},
        "bundles": {"about": bundle_vectors.ABOUT, "cases": bundle_vectors.cases()},
        "draw": {
            "about": draw_vectors.ABOUT,
            "streams": draw_vectors.streams(),
            "tickets": draw_vectors.tickets(),
            "cases": draw_vectors.cases(),
        },
        "nearby": {"about": nearby_vectors.ABOUT, "cases": nearby_vectors.cases()},
    }


def rendered(content: dict[str, Any]) -> str:
    """JSON with one case a line: a change shows as one line, and a person can read along."""
    parts = []
    for key, value in content.items():
        if isinstance(value, list):
            lines = ",\n".join("  " + _flat(one) for one in value)
            parts.append(f' "{key}": [\n{lines}\n ]')
        elif isinstance(value, dict):
            lines = ",\n".join(f'  "{name}": {_flat(one)}' for name, one in value.items())
            parts.append(f' "{key}": {{\n{lines}\n }}')
        else:
            parts.append(f' "{key}": {_flat(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def write(folder: Path) -> None:
    """Write the files into `folder`."""
    for name, content in files().items():
        (folder / f"{name}.json").write_text(rendered(content), encoding="utf-8")


def main() -> None:
    """Write files and document."""
    write(VECTORS)
    DOCUMENT.write_text(document(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    total = sum(path.stat().st_size for path in VECTORS.glob("*.json"))
    sys.stdout.write(f"{len(files())} files, {total:,} bytes\n")


if __name__ == "__main__":
    main()
