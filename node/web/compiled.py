"""Templates as Jinja compiled them, kept beside them in `__pycache__` as Python keeps modules.

To compile them takes longer than everything else at the first page after a start, and leaves some
MiB behind. Rules as for compiled modules: `PYTHONPYCACHEPREFIX` says where else, where nothing can
be written nothing is kept, and what does not fit to this template, this Jinja and these options is
made anew.
"""

import marshal
import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from secrets import token_hex

import jinja2
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from node import VERSION

ENDING = ".jinja"
HEAD_BYTES = 64


def kept_at(template: str) -> Path:
    """Where the compiled form of a template is kept; `template` is the name of its file."""
    beside = Path(cache_from_source(template + ".py"))
    return beside.with_suffix(ENDING)


def _head(checksum: str, code: bytes) -> bytes:
    """Of what it was made, and that it is whole."""
    return sha256(checksum.encode()).digest() + sha256(code).digest()


def _options(environment: Environment) -> str:
    """What else decides how templates are compiled, as far as it is ever changed."""
    parts = (VERSION, jinja2.__version__, MAGIC_NUMBER, environment.autoescape)
    return repr((*parts, environment.trim_blocks, environment.lstrip_blocks))


class Compiled(BytecodeCache):
    """Of an environment that loads templates from files."""

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """A template's place in it, with what is kept there if it fits."""
        checksum = sha256(f"{_options(environment)}\n{name}\n{source}".encode()).hexdigest()
        bucket = Bucket(environment, filename or "", checksum)
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it fits."""
        with suppress(OSError):
            kept = kept_at(bucket.key).read_bytes() if bucket.key else b""
            if kept.startswith(_head(bucket.checksum, code := kept[HEAD_BYTES:])):
                bucket.code = marshal.loads(code)  # noqa: S302 - as trustworthy as ours beside it

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, whole or not at all, if something can be written there."""
        if not bucket.key or sys.dont_write_bytecode:
            return
        path = kept_at(bucket.key)
        beside = path.with_suffix(f".{token_hex(4)}")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                code = marshal.dumps(bucket.code)
                beside.write_bytes(_head(bucket.checksum, code) + code)
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
