"""One-time codes: the link that the group's machine prints.

Rules: a code works once and for ten minutes, or a day while nobody is in the group: then it is the
way to set it up. Only its digest is kept; a wrong code writes nothing; looking uses nothing up.
"""

from crypto.hashing import digest
from node.people.persons import persons
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.ids import to_text

CODE_BYTES = 20
"""160 bits: nobody guesses it in ten minutes."""

CODE_SECONDS = 600
"""Long enough to go from the terminal to the browser."""

SETUP_SECONDS = 86_400
"""As long as nobody is in the group: whoever starts a machine may come back to it tomorrow."""

OPEN_DOORS = 50
"""Codes that wait to be used; of more the oldest are forgotten."""

_PREFIX = "door/"


@essential
def make_code(core: Core) -> str:
    """A new code; codes that ran out are forgotten."""
    code = to_text(core.entropy(CODE_BYTES))
    now, lasts = core.clock(), code_seconds(core)
    with core.transaction():
        waiting = sorted((expires, key) for key, expires in core.settings.starting_with(_PREFIX))
        for place, (expires, key) in enumerate(reversed(waiting), 1):
            if expires <= now or place >= OPEN_DOORS:
                core.settings.set(key, None)
        core.settings.set(_key(code), now + lasts)
    return code


def code_seconds(core: Core) -> int:
    """How long a code that is made now works."""
    return CODE_SECONDS if persons(core).is_set_up() else SETUP_SECONDS


def is_good(core: Core, code: str) -> bool:
    """Whether the code would let in; nothing is used up."""
    expires, now = core.settings.get(_key(code)), core.clock()
    # one from the future was made while the clock was wrong
    return expires is not None and now < expires <= now + code_seconds(core)


@essential
def use_code(core: Core, code: str) -> bool:
    """Whether the code is good; it is used up by asking."""
    if core.settings.get(_key(code)) is None:
        return False
    with core.transaction():
        good = is_good(core, code)
        core.settings.set(_key(code), None)
    return good


@essential
def forget_codes(core: Core) -> None:
    """None that was made before works any more."""
    with core.transaction():
        for key, _expires in core.settings.starting_with(_PREFIX):
            core.settings.set(key, None)


def _key(code: str) -> str:
    return _PREFIX + digest(code.encode("utf-8", "replace")).hex()
