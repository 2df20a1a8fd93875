"""How problems of files are said on pages."""

from node.base.errors import Problem
from node.texts import Texts


def explained(problem: Problem, texts: Texts) -> str:
    """What happened, what was kept safe, what to do: in the page's own words where the command
    line's name commands."""
    key = f"bundles.why.{problem.code}"
    if texts.has(key):
        return texts(key, **problem.values)
    return texts.error(problem.code, **problem.values)
