"""Above the directory: the way to one's own entry, for key persons."""

from node.feature import Right
from node.web.page import Asked, Panel


def tools(asked: Asked, _id: str) -> Panel | None:
    """A line of the tools."""
    return Panel("entry_tool.html", {}) if asked.has(Right.KEY) else None
