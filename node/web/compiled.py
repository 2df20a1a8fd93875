"""Templates as Jinja compiled them, kept beside them in `__pycache__` as Python keeps modules.

To compile them takes longer than everything else at the first page after a start, and leaves some
MiB behind. Rules as for compiled modules: `PYTHONPYCACHEPREFIX` says where else, where nothing can
be written nothing is kept, and what does not fit to this template, this Jinja and these options is
made anew.
"""

import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from secrets import token_hex

import jinja2
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

ENDING = ".jinja"


def kept_at(template: str) -> Path:
    """Where the compiled form of a template is kept; `template` is the name of its file."""
    beside = Path(cache_from_source(template + ".py"))
    return beside.with_suffix(ENDING)


class Compiled(BytecodeCache):
    """`options`: what else decides how templates are compiled."""

    def __init__(self, options: str) -> None:
        self._options = f"{jinja2.__version__} {options}"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file of the template; empty if it has none."""
        return filename or ""

    def get_source_checksum(self, source: str) -> str:
        """Of what it is made from."""
        return sha256(f"{self._options}\n{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it fits."""
        if bucket.key:
            with suppress(OSError, ValueError, EOFError), kept_at(bucket.key).open("rb") as file:
                bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, whole or not at all, if something can be written there."""
        if not bucket.key or sys.dont_write_bytecode:
            return
        path = kept_at(bucket.key)
        beside = path.with_suffix(f".{token_hex(4)}")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(bucket.bytecode_to_string())
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
