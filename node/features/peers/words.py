"""How ids and problems of links are said on pages."""

from node.base.errors import Problem
from node.texts import Texts
from protocol.ids import to_text

COMPARED = 16
"""Characters of an id that two groups compare by voice: 80 bits."""

_GROUPED = 4


def letters(identity: bytes) -> str:
    """The beginning of an id, as people read it to each other.

    >>> letters(bytes(32))
    'aaaa aaaa aaaa aaaa'
    """
    text = to_text(identity)[:COMPARED]
    return " ".join(text[at : at + _GROUPED] for at in range(0, len(text), _GROUPED))


def why(code: str | None, texts: Texts) -> str:
    """Why something with a link did not work, what was kept safe, and what to do."""
    key = f"peers.why.{code}"
    return texts(key) if code and texts.has(key) else texts("peers.why.failure")


def explained(problem: Problem, texts: Texts) -> str:
    """The same of a problem: the page's own words, else those of the command line."""
    if texts.has(f"peers.why.{problem.code}"):
        return texts(f"peers.why.{problem.code}", **problem.values)
    from node.cli.problems import explain

    return explain(problem, texts)
