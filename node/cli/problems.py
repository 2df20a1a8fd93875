"""Problems in words: what happened, what was kept safe, what to do (`errors.<code>`)."""

from typing import Any

from node.errors import Problem
from node.texts import Texts

SHOWN = 30
"""Names or rows that are listed; of more only the number is said."""


def explain(problem: Problem, texts: Texts) -> str:
    """What to tell a person; with each detail on a line of its own."""
    message = texts(f"errors.{problem.code}", **problem.values)
    details = problem.values.get("details")
    if not details:
        return message
    lines = shortened([cell_text(one, texts) for one in details], texts)
    return "\n".join([message, *(f"– {line}" for line in lines)])


def document(problem: Problem, texts: Texts) -> dict[str, Any]:
    """The same for programs: code and message, and `details` where there are some."""
    found = {"error": problem.code, "message": texts(f"errors.{problem.code}", **problem.values)}
    details = problem.values.get("details")
    if details:
        return {**found, "details": [{**one, "message": cell_text(one, texts)} for one in details]}
    return found


def cell_text(one: dict[str, Any], texts: Texts) -> str:
    """One thing that is wrong with a list: where, what, what to do."""
    key = "cli.cell.where" if one["column"] else "cli.cell.where_row"
    where = texts(key, row=one["row"], column=one["column"] or "")
    what = texts(f"cli.cell.{one['code']}", value=one["value"])
    return f"{where}: {what}"


def shortened(lines: list[str], texts: Texts) -> list[str]:
    """The first ones, and how many more there are."""
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], texts("cli.import.more", n=more)]
