"""The link that the group's machine prints: one page with one button.

Rules: looking uses nothing up, whoever looks – a chat's preview, a scanner, a browser that loads
ahead; only the button does, pressed on a page that this very browser was given.
"""

from aiohttp import web

from node.people.one_time_codes import is_good, use_code
from node.web.page import Asked, OutsideError, Page
from node.web.signing import sign_in

LONGEST_CODE = 200
"""Characters; a longer one is none of ours."""

HOW = "link"
"""How somebody came in, beside the session."""


def door(asked: Asked) -> Page:
    """What the link leads to."""
    code = _code(asked)
    return Page("door.html", asked.texts("start.web.door"), values={"path": f"/enter/{code}"})


def enter(asked: Asked) -> web.StreamResponse:
    """Let in who pressed the button; the code is used up."""
    if not use_code(asked.core, _code(asked)):
        raise OutsideError
    return sign_in(asked, None, HOW)


def _code(asked: Asked) -> str:
    """A code that would let in; `OutsideError`, which says how to get another, if it would not."""
    code = asked.match["code"]
    if len(code) > LONGEST_CODE or not is_good(asked.core, code):
        raise OutsideError
    return code
