"""Why something did not succeed, in words: what the system says, and why records are refused."""

import errno
import os

from node.texts import Texts

REASONS: dict[str | None, str] = {
    os.strerror(number): name
    for number, name in (
        (errno.ENOENT, "missing"),
        (errno.EACCES, "forbidden"),
        (errno.EPERM, "forbidden"),
        (errno.EROFS, "read_only"),
        (errno.EISDIR, "folder"),
        (errno.ENOTDIR, "no_folder"),
        (errno.EEXIST, "taken"),
        (errno.ENOSPC, "full"),
        (errno.EADDRNOTAVAIL, "address"),
    )
}
REASONS |= {"disk-full": "full", "flooded": "flooded"}
"""What the system says in its own language, and what we say (`cli.reason`)."""


def reason(why: str | None, texts: Texts) -> str:
    """Why the system or a rule refused something; as it stands if we have no words for it."""
    if why in REASONS:
        return texts(f"cli.reason.{REASONS[why]}")
    refused = f"cli.refused.{why}"
    return texts(refused) if texts.has(refused) else str(why)
