"""Links to a person's ways: only what is one becomes a link."""

from urllib.parse import quote

from node.base.collating import digits
from node.web.answers import MAIL, PHONE


def member_link(kind: str, value: str) -> str:
    """The address that a browser opens for a mail address or a number; nothing if it is none."""
    if kind == "mail" and MAIL.fullmatch(value):
        return f"mailto:{quote(value, safe='@+._-')}"
    if kind == "phone" and PHONE.fullmatch(value):
        return f"tel:{'+' if value.startswith('+') else ''}{digits(value.replace('(0)', ''))}"
    return ""
