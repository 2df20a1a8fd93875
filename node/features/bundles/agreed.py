"""Connecting with the group that wrote a file, once key persons agreed on it (`Event.AGREED`).

Its particulars: {file}, the id under which the file is kept here. `shown`, a name for pages, is not
read.
"""

from collections.abc import Mapping
from typing import Any

from node.store.core import Core


def carry_out(core: Core, act: str, what: Mapping[str, Any]) -> bool:
    """Do it as the home group; whether it was an act of ours."""
    if act != "connect" or "file" not in what:
        return False
    from node.features.bundles.strangers import agree

    agree(core, str(what["file"]))
    return True
