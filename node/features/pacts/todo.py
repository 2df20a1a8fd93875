"""What waits for a person: pacts to be signed, or to be decided on; and that do not get there."""

from node.feature import Right
from node.features.pacts.views import pact_views
from node.web.page import Asked, Todo


def waiting(asked: Asked) -> list[Todo]:
    """For those who act for the group."""
    if not asked.has(Right.KEY) or not asked.core.ties.certificates.cases:
        return []
    found = []
    for one in pact_views(asked.sight):
        path, said = f"/pacts/{one.id}", {"name": one.name}
        if one.waits:
            what = "late" if one.state == "late" else "sign"
            found.append(Todo(f"pacts.todo.{what}", said, path))
        stuck = sum(signer.reached == "no-way" for signer in one.signers)
        if stuck and one.state in ("open", "agreed"):
            found.append(Todo("pacts.todo.no_way", said, path, stuck))
    return found
