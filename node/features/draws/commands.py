"""`verbund draw …`: draw, check, explain, and what hangs on the wall. No node is needed."""

import secrets
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from node.base.errors import Problem
from node.base.files import assert_free
from node.base.formats import number
from node.cli.context import Answer, Context
from node.cli.parser import UsageError
from node.cli.sheet import Sheet
from node.features.draws import words
from node.features.draws.files import beside, read_file, write_file
from node.texts import LANGUAGES, Texts

if TYPE_CHECKING:
    from node.features.draws.spreadsheet import Source
    from protocol.draw_format.lists import DrawList

SEED_DIGITS = 64


def run(context: Context) -> Answer:
    """Draw; write transcript, and the table with the result if people came as a table."""
    from protocol.draw.drawing import draw
    from protocol.draw_format.checks import check
    from protocol.draw_format.transcripts import opened

    args = context.args
    seed = _seed(context)
    source, frozen, table = _source(context)
    to = Path(args.to) if args.to else beside(Path(args.file), ".draw.json")
    files = {"transcript": to}
    if table is not None:
        files |= {"list": beside(to, ".list.json"), "table": beside(to, ".result.csv")}
    for path in files.values() if args.to or not context.json else ():
        assert_free(path, args.replace)
    notes = check(source)
    for one in notes:
        context.progress(words.fault(one, context.texts))

    def progress(step: str) -> None:
        context.progress(context.t(f"draws.step.{step}", n=number(people, context.texts)))

    people = len(source.people)
    raw = draw(source, seed, progress)
    document = opened(raw)
    if args.to or not context.json:
        write_file(to, raw)
        if table is not None:
            write_file(files["list"], frozen)
            write_file(files["table"], _table(document, table, context.texts))
    return Answer(document, _result(document, files, args.seed is None, context))


def _seed(context: Context) -> bytes:
    said = context.args.seed
    if said is None:
        return secrets.token_bytes(SEED_DIGITS // 2)
    try:
        seed = bytes.fromhex(said)
    except ValueError:
        seed = b""
    if len(seed) * 2 != SEED_DIGITS:
        raise UsageError(context.t("draws.usage.seed", n=SEED_DIGITS), "verbund draw run --help")
    return seed


def _source(context: Context) -> "tuple[DrawList, bytes, Source | None]":
    """The list, its bytes, and the table of people that it came from."""
    args = context.args
    if not args.file.lower().endswith(".csv"):
        if args.meetings or args.random or args.before:
            raise UsageError(context.t("draws.usage.frozen"), "verbund draw run --help")
        raw = read_file(args.file, "list")
        return read(raw, context), raw, None
    if not args.meetings:
        raise UsageError(context.t("draws.usage.meetings"), "verbund draw run --help")
    from node.features.draws.earlier import earlier
    from node.features.draws.spreadsheet import Options, Source, frozen

    people = Source(args.file, read_file(args.file, "table"))
    rounds, left_out = earlier([read_transcript(one) for one in args.before or ()])
    options = Options(args.random, rounds, left_out)
    meetings = Source(args.meetings, read_file(args.meetings, "table"))
    made = frozen(people, meetings, options)
    return read(made, context), made, people


def read(raw: bytes, context: Context) -> "DrawList":
    """A list that can be drawn from; `Problem` that names all that is wrong."""
    from protocol.draw_format.checks import check
    from protocol.draw_format.faults import BadList
    from protocol.draw_format.lists import read_list

    texts = context.texts

    def progress(n: int) -> None:
        if not n % 10_000:
            context.progress(context.t("draws.step.reading", n=number(n, texts)))

    try:
        source = read_list(raw, progress)
        check(source)
    except BadList as error:
        said = " ".join(words.fault(one, texts) for one in error.faults)
        raise Problem("draw-list", what=said) from error
    return source


def read_transcript(name: str) -> dict[str, Any]:
    """A transcript that is whole, as far as it can be seen without its list."""
    from protocol.draw_check.doubts import Doubts
    from protocol.draw_check.shape import check_shape
    from protocol.draw_format.transcripts import opened, seal_of
    from protocol.errors import Malformed

    try:
        document = opened(read_file(name, "transcript"))
    except Malformed as error:
        raise Problem("draw-transcript", file=name) from error
    if not check_shape(document, Doubts()):
        raise Problem("draw-transcript", file=name)
    if seal_of(document) != document["seal"]:
        raise Problem("draw-transcript", file=name)
    return document


def _result(
    document: dict[str, Any], files: dict[str, Path], own_seed: bool, context: Context
) -> Sheet:
    t, texts, totals = context.t, context.texts, document["totals"]
    sheet = context.sheet()
    sheet.heading(t("draws.run.done"))
    facts = [
        (t("draws.label.people"), number(totals["people"], texts)),
        (t("draws.label.seated"), number(totals["seated"], texts)),
        (t("draws.label.meetings"), number(totals["open"], texts)),
        (t("draws.label.closed"), str(len(document["meetings"]) - totals["open"])),
        *_quality(totals, context),
        (t("draws.label.seed"), document["seed"]),
        (t("draws.label.fingerprint"), document["list"]),
    ]
    sheet.facts(facts)
    counts: dict[str, int] = {}
    for row in document["people"]:
        if "why" in row:
            counts[row["why"]] = counts.get(row["why"], 0) + 1
    if counts:
        sheet.heading(t("draws.run.without"))
        sheet.items([t(f"draws.why.{why}", n=n) for why, n in sorted(counts.items())])
    if context.args.to or not context.json:
        sheet.gap()
        sheet.facts([(t(f"draws.label.{key}"), str(path)) for key, path in files.items()])
    sheet.hint(t("draws.run.own_seed" if own_seed else "draws.run.next"))
    return sheet


def _quality(totals: dict[str, int], context: Context) -> list[tuple[str, str]]:
    if "ranks" in totals:
        hundredths = totals["ranks"] * 100 // max(1, totals["seated"])
        mean = context.t("draws.decimal", whole=hundredths // 100, part=f"{hundredths % 100:02}")
        return [(context.t("draws.label.rank"), mean)]
    return [
        (context.t("draws.label.pairs"), number(totals["pairs"], context.texts)),
        (context.t("draws.label.again"), number(totals["again"], context.texts)),
        (context.t("draws.label.own"), number(totals["own"], context.texts)),
    ]


def _table(document: dict[str, Any], table: "Source", texts: Texts) -> bytes:
    from node.features.draws.spreadsheet import with_results

    columns = [texts(f"draws.column.{one}") for one in ("lot", "meeting", "why")]
    found = {
        row["id"]: [
            str(row["lot"]),
            row.get("seat", ""),
            words.sentence(document, row, texts),
        ]
        for row in document["people"]
    }
    return with_results(table, columns, found)


def _is_transcript(raw: bytes) -> bool:
    from protocol.draw_check.doubts import Doubts
    from protocol.draw_check.shape import check_shape
    from protocol.draw_format.transcripts import opened
    from protocol.errors import Malformed

    try:
        return check_shape(opened(raw), Doubts())
    except Malformed:
        return False


def check(context: Context) -> Answer:
    """Say what holds of a transcript and what does not; status 1 if anything does not."""
    from protocol.draw_check.verifier import verify

    args, t, texts = context.args, context.t, context.texts
    raw = read_file(args.transcript, "transcript")
    listed = read_file(args.list, "list")
    if _is_transcript(listed):
        right = f"verbund draw check {quote(args.list)} {quote(args.transcript)}"
        raise UsageError(t("draws.usage.exchanged"), right)
    source = read(listed, context)
    verdict = verify(raw, source)
    doubts, sheet = verdict.doubts, context.sheet()
    again = None
    if args.again and not doubts:
        again = _drawn_again(verdict.document, source, context)
    holds = not doubts and again is not False
    sheet.heading(t("draws.check.holds" if holds else "draws.check.fails"))
    if not doubts:
        sheet.items([t(f"draws.check.{one}") for one in CHECKED])
    for code, count in sorted(doubts.count.items()):
        places = ", ".join(doubts.where[code])
        said = t(f"draws.doubt.{code.replace('-', '_')}")
        more = t("draws.check.where", places=places, n=count) if places else ""
        sheet.items([f"{said} {more}".strip()])
    if verdict.unexplained:
        sheet.say(t("draws.check.unexplained", n=verdict.unexplained))
    if again is not None:
        sheet.say(t("draws.check.same" if again else "draws.check.differs"))
    elif holds:
        sheet.hint(t("draws.check.again", n=number(len(source.people), texts)))
    found = [
        {"code": code, "count": count, "where": doubts.where[code]}
        for code, count in sorted(doubts.count.items())
    ]
    document = {
        "holds": holds,
        "doubts": found,
        "people": len(source.people),
        "seated": sum("seat" in row for row in verdict.document.get("people", ())),
        "unexplained": verdict.unexplained,
        "again": again,
    }
    return Answer(document, sheet, 0 if holds else 1)


CHECKED = ("list", "lots", "seats", "closings", "reasons")
"""What is said to hold, each in a sentence."""


def _drawn_again(document: dict[str, Any], source: "DrawList", context: Context) -> bool:
    from protocol.draw.drawing import draw
    from protocol.draw_format.transcripts import sealed

    context.progress(context.t("draws.step.again"))
    return draw(source, bytes.fromhex(document["seed"])) == sealed(document)


def explain(context: Context) -> Answer:
    """One person's sentence, in the own language first."""
    args, texts = context.args, context.texts
    document = read_transcript(args.transcript)
    row = words.find(document, args.person)
    if row is None:
        raise Problem("draw-nobody", name=args.person)
    said = {one: words.sentence(document, row, Texts(one)) for one in LANGUAGES}
    sheet = context.sheet()
    sheet.heading(row["id"])
    sheet.say(said[texts.language])
    for language, text in said.items():
        if language != texts.language:
            sheet.hint(text)
    return Answer({"person": row["id"], **said}, sheet)


def picture(context: Context) -> Answer:
    """An SVG beside the transcript."""
    from node.features.draws.picture import draw_picture

    document = read_transcript(context.args.transcript)
    text = draw_picture(document, context.texts)
    return _written(context, context.args.transcript, ".svg", text)


def sheet(context: Context) -> Answer:
    """A page for A4: to sign up, from a list; with the result, from a transcript."""
    from node.features.draws import sheets

    args = context.args
    if args.signup and args.file.lower().endswith(".csv"):
        titles = _meeting_titles(args.file)
        return _written(context, args.file, ".signup.html", sheets.signup(titles, context.texts))
    if args.signup:
        source = read(read_file(args.file, "list"), context)
        titles = [(one.id, one.most) for one in source.meetings]
        return _written(context, args.file, ".signup.html", sheets.signup(titles, context.texts))
    document = read_transcript(args.file)
    return _written(context, args.file, ".html", sheets.result(document, context.texts))


def _meeting_titles(name: str) -> list[tuple[str, int]]:
    from node.features.draws.spreadsheet import Source, read_table
    from protocol.draw_format.lists import MEETINGS

    table = read_table(Source(name, read_file(name, "table")), MEETINGS)
    return [
        (row["name"], int(row["max"]) if row.get("max", "").isdecimal() else 0)
        for _, row in table.rows
    ]


def _written(context: Context, name: str, ending: str, text: str) -> Answer:
    to = Path(context.args.to) if context.args.to else beside(Path(name), ending)
    assert_free(to, context.args.replace)
    write_file(to, text.encode("utf-8"))
    answer = context.sheet()
    answer.say(context.t("draws.written", file=to))
    return Answer({"file": str(to), "bytes": len(text.encode("utf-8"))}, answer)
