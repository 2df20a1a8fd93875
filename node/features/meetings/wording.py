"""Why something was not done, in the words of pages: no commands, no options."""

from node.base.errors import Problem
from node.cli.problems import explain
from node.web.forms import Filled, Wrong
from node.web.page import Asked


def why(asked: Asked, problem: Problem) -> str:
    """What to tell a person on a page."""
    own = f"meetings.web.problem.{problem.code}"
    if asked.texts.has(own):
        return asked.texts(own, **problem.values) if problem.values else asked.texts(own)
    return explain(problem, asked.texts)


def refuse(asked: Asked, form: Filled, problem: Problem, field: str = "") -> Filled:
    """The form again, with what stood in the way; nothing that was typed is lost."""
    form.errors.setdefault(field, Wrong("web.form.problem", {"why": why(asked, problem)}))
    return form
