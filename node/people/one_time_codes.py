"""One-time codes for the inside view of one's own pages.

Rules: a code works once and for ten minutes; only its digest is kept; a wrong code writes nothing.
"""

from crypto.hashing import digest
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.ids import to_text

CODE_BYTES = 20
"""160 bits: nobody guesses it in ten minutes."""

CODE_SECONDS = 600
"""Long enough to go from the terminal to the browser."""

OPEN_DOORS = 50
"""Codes that wait to be used; of more the oldest are forgotten."""

_PREFIX = "door/"


@essential
def make_code(core: Core) -> str:
    """A new code; codes that ran out are forgotten."""
    code = to_text(core.entropy(CODE_BYTES))
    now = core.clock()
    with core.transaction():
        waiting = sorted((expires, key) for key, expires in core.settings.starting_with(_PREFIX))
        for place, (expires, key) in enumerate(reversed(waiting), 1):
            if expires <= now or place >= OPEN_DOORS:
                core.settings.set(key, None)
        core.settings.set(_key(code), now + CODE_SECONDS)
    return code


@essential
def use_code(core: Core, code: str) -> bool:
    """Whether the code is good; it is used up by asking."""
    key = _key(code)
    if core.settings.get(key) is None:
        return False
    with core.transaction():
        expires = core.settings.get(key)
        core.settings.set(key, None)
    now = core.clock()  # one from the future was made while the clock was wrong
    return expires is not None and now < expires <= now + CODE_SECONDS


def _key(code: str) -> str:
    return _PREFIX + digest(code.encode("utf-8", "replace")).hex()
