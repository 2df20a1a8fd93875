"""Problems in words: what happened, what was kept safe, what to do (`Texts.error`)."""

from datetime import datetime
from typing import Any

from node.base import formats
from node.base.errors import Problem
from node.base.reasons import REASONS, reason
from node.cli.described import option_of
from node.texts import Texts
from protocol.fields import Type

SHOWN = 30
"""Names or rows that are listed; of more only the number is said."""


def explain(problem: Problem, texts: Texts, *, page: bool = False) -> str:
    """What to tell a person, at the command line or on a page; each detail on its own line."""
    message = _message(problem, texts, page=page)
    details = problem.values.get("details")
    if not details:
        return message
    lines = shortened([detail_text(one, problem.values["words"], texts) for one in details], texts)
    return "\n".join([message, *(f"– {line}" for line in lines)])


def document(problem: Problem, texts: Texts) -> dict[str, Any]:
    """The same for programs: code and message, and `details` where there are some."""
    message = _message(problem, texts)
    found = {"error": problem.code, "message": message}
    details = problem.values.get("details")
    if details:
        words = problem.values["words"]
        told = [{**one, "message": detail_text(one, words, texts)} for one in details]
        return {**found, "details": told}
    return found


def _message(problem: Problem, texts: Texts, *, page: bool = False) -> str:
    say = texts.refusal if page else texts.error
    message = say(problem.code, **worded(problem.values, texts))
    near = problem.values.get("near")
    if near:
        quoted = [texts("cli.near.name", name=name) for name in near]
        message += " " + texts("cli.near.question", names=texts("cli.near.or").join(quoted))
    type_ = problem.values.get("type")
    return message if type_ is None else f"{message} {rule(type_, texts)}"


def rule(type_: Type, texts: Texts) -> str:
    """What a field may hold."""
    match type_.form:
        case "pair":
            first, second = (formats.number(one.most, texts) for one in type_.inner)
            return texts("cli.field.pair", first=first, second=second)
        case "choice":
            return texts("cli.field.choice", choices=", ".join(type_.choices))
        case "line" | "text" | "url" | "call" | "lang" | "zone" | "integer" | "array" as form:
            return _rule(form, type_, texts)
    return texts("cli.field.other")


def _rule(form: str, type_: Type, texts: Texts) -> str:
    least, most = formats.number(type_.least, texts), formats.number(type_.most, texts)
    return texts(f"cli.field.{form}", least=least, most=most)


def worded(values: dict[str, Any], texts: Texts) -> dict[str, Any]:
    """Times and the system's reasons as people of one language write them. What is a text already
    stays."""
    found = dict(values)
    if "field" in values and "kind" in values:  # people know it as what they type
        found["field"] = option_of(values["kind"], values["field"])
    if "starts" in values:
        found["starts"] = formats.when(values["starts"], None, None, texts)
    if isinstance(values.get("until"), int):
        found["until"] = formats.day(values["until"], texts)
    if isinstance(values.get("shown"), int):
        found["shown"] = formats.moment(values["shown"], texts)
    if isinstance(values.get("since"), int | float):
        clock = datetime.fromtimestamp(values["since"])  # noqa: DTZ006 - as on this machine's wall
        found["since"] = f"{formats.day(values['since'], texts)}, {clock:%H:%M}"
    if values.get("why") in REASONS:
        found["why"] = reason(values["why"], texts)
    return found


def detail_text(one: dict[str, Any], words: str, texts: Texts) -> str:
    """One thing that is wrong with a list: where, what, what to do."""
    key = f"{words}.where" if one["column"] else f"{words}.where_row"
    where = texts(key, row=one["row"], column=one["column"] or "")
    what = texts(f"{words}.{one['code']}", value=one["value"], near=one.get("near", ""))
    return f"{where}: {what}"


def shortened(lines: list[str], texts: Texts) -> list[str]:
    """The first ones, and how many more there are."""
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], texts("cli.more", n=more)]
