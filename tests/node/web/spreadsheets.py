"""The spreadsheets of members that the page tests' node shows."""

import io
import secrets

from node.features.imports import steps
from node.features.imports.tables import Import, Imports
from node.store.core import Core
from protocol.ids import to_text
from tests.node.web.texts import LONG, SCRIPT, SECRET

LIST = f"Vorname;Name;PLZ;{SCRIPT}\nUte;{SECRET};1067;x\n{SCRIPT};{LONG[:150]};24103;{LONG}\n"


def spreadsheets(core: Core) -> dict[str, str]:
    """One of which the columns are known, one with a preview, one that was refused: their ids."""
    names = {}
    for key, text in {"columns": LIST, "preview": LIST, "failed": "%PDF-1.7"}.items():
        id_ = names[f"import_{key}"] = to_text(secrets.token_bytes(20))
        with core.transaction():
            Imports(core).put(Import(id_, core.clock(), file=f"{SECRET}.csv"))
        steps.read_in(core, id_, io.BytesIO(text.encode()), lambda _done, _all: None)
        if key == "preview":
            steps.plan(core, id_)
    return names
