"""Pages for A4: one to sign up on, one with the result. They print without cutting anything."""

from html import escape
from typing import Any

from node.features.draws import words
from node.texts import Texts

LINES = 16
"""People who can sign up on one page."""

WISHES = 3

STYLE = """
@page { size: A4; margin: 16mm 15mm 18mm; }
* { box-sizing: border-box; }
body { font: 11pt/1.4 Georgia, "Noto Serif", serif; color: #000; margin: 0 auto; max-width: 180mm; }
h1 { font-size: 20pt; margin: 0 0 4mm; }
h2 { font-size: 13pt; margin: 0 0 1mm; break-after: avoid; }
p { margin: 0 0 3mm; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
caption { text-align: left; font-style: italic; padding-bottom: 1mm; }
th, td { border: .4pt solid #000; padding: 1.5mm 2mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.write td { height: 11mm; }
.tables { columns: 2; column-gap: 8mm; }
.tables section { break-inside: avoid; margin-bottom: 5mm; }
ul, ol { margin: 0 0 3mm; padding-left: 7mm; }
.write th:first-child { width: 30%; }
li { overflow-wrap: anywhere; }
.small { font-size: 8.5pt; overflow-wrap: anywhere; }
@media screen { body { padding: 10mm; } }
"""


def _page(title: str, body: list[str], texts: Texts) -> str:
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{texts.language}"><head><meta charset="utf-8">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            *body,
            "</body></html>\n",
        ]
    )


def signup(meetings: list[tuple[str, int]], texts: Texts) -> str:
    """Meetings with their numbers, and lines for names and wishes."""
    rows = [
        f"<li>{escape(name)}{escape(texts('draws.sheet.seats', n=seats)) if seats else ''}</li>"
        for name, seats in meetings
    ]
    heads = [
        texts("draws.sheet.name"),
        *(texts("draws.sheet.wish", n=n) for n in range(1, WISHES + 1)),
        texts("draws.sheet.cannot"),
        texts("draws.sheet.together"),
    ]
    head = "".join(f"<th scope=col>{escape(one)}</th>" for one in heads)
    line = "<tr>" + "<td></td>" * len(heads) + "</tr>"
    body = [
        f"<p>{escape(texts('draws.sheet.signup_how'))}</p>",
        f'<div class="tables"><ol>{"".join(rows)}</ol></div>',
        f'<table class="write"><caption>{escape(texts("draws.sheet.signup_caption"))}</caption>',
        f"<thead><tr>{head}</tr></thead><tbody>{line * LINES}</tbody></table>",
    ]
    return _page(texts("draws.sheet.signup"), body, texts)


def result(document: dict[str, Any], texts: Texts) -> str:
    """Who sits where, which meetings don't take place, and who got no seat, why."""
    tables: dict[str, list[str]] = {}
    for row in document["people"]:
        if "seat" in row:
            tables.setdefault(row["seat"], []).append(row["id"])
    sections = [
        f"<section><h2>{escape(row['id'])}</h2><ul>"
        + "".join(f"<li>{escape(one)}</li>" for one in sorted(tables.get(row["id"], ())))
        + "</ul></section>"
        for row in document["meetings"]
        if "closed" not in row
    ]
    body = [f'<div class="tables">{"".join(sections)}</div>']
    body += _closed(document, texts)
    body += _without(document, texts)
    how = texts("draws.sheet.check", seed=document["seed"], list=document["list"])
    body.append(f'<p class="small">{escape(how)}</p>')
    return _page(texts("draws.sheet.result"), body, texts)


def _closed(document: dict[str, Any], texts: Texts) -> list[str]:
    rows = [
        f"<li>{escape(closed(document, row, texts))}</li>"
        for row in document["meetings"]
        if "closed" in row
    ]
    if not rows:
        return []
    return [f"<h2>{escape(texts('draws.sheet.closed'))}</h2><ul>{''.join(rows)}</ul>"]


def closed(document: dict[str, Any], row: dict[str, Any], texts: Texts) -> str:
    """Why a meeting does not take place."""
    if "group" not in row:
        return texts(f"draws.closed.{row['why']}", meeting=row["id"])
    group = document["groups"][row["group"]]
    key = "one" if len(group["meetings"]) == 1 else "several"
    if group["people"] >= group["needed"]:
        key = "excluding"
    return texts(
        f"draws.closed.{key}",
        meeting=row["id"],
        people=group["people"],
        needed=group["needed"],
        meetings=len(group["meetings"]),
    )


def _without(document: dict[str, Any], texts: Texts) -> list[str]:
    rows = [
        f"<tr><td>{escape(row['id'])}</td><td>{escape(words.sentence(document, row, texts))}</td>"
        for row in document["people"]
        if "why" in row
    ]
    if not rows:
        return []
    caption = escape(texts("draws.sheet.without"))
    heads = "".join(
        f"<th scope=col>{escape(texts(f'draws.sheet.{one}'))}</th>" for one in ("name", "why")
    )
    body = "</tr>".join(rows)
    return [
        f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead>",
        f"<tbody>{body}</tr></tbody></table>",
    ]
