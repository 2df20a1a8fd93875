"""One draw in a process of its own, for its memory: `python -m bench.draw_child FILE`."""

import json
import lzma
import resource
import sys
import time
import zlib
from pathlib import Path

from protocol.draw.drawing import draw
from protocol.draw_format.lists import read_list

SEED = bytes(32)


def content(path: Path) -> bytes:
    """The bytes of a list, packed or not."""
    return lzma.open(path).read() if path.suffix == ".xz" else path.read_bytes()


def _most_memory() -> float:
    """MiB at most; what the process had before it became this program does not count."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(path: Path) -> None:
    """Print what was measured, as one JSON object."""
    raw = content(path)
    began = time.process_time()
    source = read_list(raw)
    read = time.process_time()
    del raw
    transcript = draw(source, SEED)
    drawn = time.process_time()
    document = json.loads(transcript)
    found = {
        "read": read - began,
        "seconds": drawn - read,
        "mib": _most_memory(),
        "packed": len(zlib.compress(transcript, 9)),
        "pairs": sum(one.allowed.bit_count() for one in source.people),
        "totals": document["totals"],
        "mode": document["mode"],
        "why": [row["why"] for row in document["people"] if "why" in row],
        "closed": [row.get("why", "group") for row in document["meetings"] if "closed" in row],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
