"""Structured logs: one JSON object a line, on standard error.

No personal data: no names, no contents, no ids of groups (who has ties with whom says what people
think), no network addresses. What an event needs to be followed is a number of this process's own.
"""

import json
import logging
import sys
import time
from typing import Any


class JsonLines(logging.Formatter):
    """A line: time, level, event, and the fields given as `extra={"fields": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line: dict[str, Any] = {
            "time": stamp,
            "level": record.levelname.lower(),
            "event": _name(record),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def _name(record: logging.LogRecord) -> str:
    """The name of an event; of a library that speaks, which one: its words may hold addresses."""
    own = record.name == "node" or record.name.startswith("node.")
    return record.getMessage() if own else f"library {record.name}"


def _places(traceback: Any) -> list[str]:
    """File and line of each frame: never values, which may be personal."""
    found = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append(f"{code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return found[-8:]


def set_up(level: str = "info") -> None:
    """Send the node's log to standard error; other libraries speak up from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("node").setLevel(level.upper())
    logging.getLogger("aiohttp.access").disabled = True  # addresses of people


def event(log: logging.Logger, name: str, **fields: Any) -> None:
    """Log an event."""
    log.info(name, extra={"fields": fields})
