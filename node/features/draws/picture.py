"""A draw as an SVG: how good the places are, and who sits with whom.

Colours come with shapes and numbers beside them, so that nothing depends on seeing them. A title
and a description stand for the picture where it can't be seen.
"""

from collections import Counter
from html import escape
from typing import Any

from node.base.formats import number
from node.features.draws.sheets import closed
from node.texts import Texts

WIDTH, MARGIN = 960, 24
BAR = 26
COLUMNS = 4
LISTED = 60
"""Meetings whose people are named; of more only how full they are is shown."""

INK, SOFT, LEAD, CLAY = "#2a2521", "#655b52", "#1d5a54", "#95421f"


def draw_picture(document: dict[str, Any], texts: Texts) -> str:
    """The whole picture."""
    bars, height = _bars(document, texts)
    named = len(document["meetings"]) <= LISTED
    tables, more = (_tables if named else _dots)(document, texts, height + 2 * MARGIN)
    whole = height + more + 4 * MARGIN
    title = texts("draws.picture.title")
    about = texts(
        "draws.picture.about",
        people=number(document["totals"]["people"], texts),
        seated=number(document["totals"]["seated"], texts),
        meetings=number(document["totals"]["open"], texts),
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {whole}"'
            f' width="{WIDTH}" height="{whole}" role="img" aria-labelledby="t d"'
            f' font-family="Georgia, serif" font-size="14" fill="{INK}">',
            f'<title id="t">{escape(title)}</title><desc id="d">{escape(about)}</desc>',
            f'<rect width="{WIDTH}" height="{whole}" fill="#fffdf9"/>',
            _text(MARGIN, MARGIN + 14, title, "font-size='22'"),
            _text(MARGIN, MARGIN + 38, about, f"fill='{SOFT}'"),
            *bars,
            *tables,
            "</svg>\n",
        ]
    )


def _text(x: int, y: int, text: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" {more}>{escape(text)}</text>'


def rows_of_bars(document: dict[str, Any], texts: Texts) -> list[tuple[str, int, str]]:
    """(what, how many people, colour): the figures that the bars show."""
    people = document["people"]
    seated = [row for row in people if "seat" in row]
    if document["mode"] == "intro":
        ranks = Counter(row["rank"] for row in seated if "unwished" not in row)
        found = [(texts("draws.picture.rank", n=n), ranks[n], LEAD) for n in sorted(ranks)]
        other = sum("unwished" in row for row in seated)
        found.append((texts("draws.picture.unwished"), other, SOFT))
    else:
        met = Counter(row["again"] for row in seated)
        found = [(texts("draws.picture.again", n=n), met[n], LEAD) for n in sorted(met)]
        own = sum(row["own"] > 0 for row in seated)
        found.append((texts("draws.picture.own"), own, SOFT))
    without = Counter(row["why"] for row in people if "why" in row)
    found += [(texts(f"draws.picture.{why}"), without[why], CLAY) for why in sorted(without)]
    return found


def _bars(document: dict[str, Any], texts: Texts) -> tuple[list[str], int]:
    rows, top = rows_of_bars(document, texts), MARGIN + 60
    most = max([count for _, count, _ in rows] + [1])
    parts = []
    for place, (what, count, colour) in enumerate(rows):
        y = top + place * BAR
        length = count * (WIDTH - 420) // most
        parts += [
            _text(MARGIN, y + 16, what),
            f'<rect x="320" y="{y}" width="{max(1, length)}" height="{BAR - 6}" fill="{colour}"/>',
            _text(328 + length, y + 16, number(count, texts)),
        ]
    return parts, top + len(rows) * BAR


def _tables(document: dict[str, Any], texts: Texts, top: int) -> tuple[list[str], int]:
    """Each meeting as a card with the people who meet there."""
    people: dict[str, list[dict[str, Any]]] = {}
    for row in document["people"]:
        if "seat" in row:
            people.setdefault(row["seat"], []).append(row)
    wide = (WIDTH - MARGIN * (COLUMNS + 1)) // COLUMNS
    legend = texts(f"draws.picture.circle_{document['mode']}")
    parts = [_text(MARGIN, top - 14, legend, f"fill='{SOFT}'")]
    heights = [top] * COLUMNS
    for meeting in document["meetings"]:
        column = heights.index(min(heights))
        x, y = MARGIN + column * (wide + MARGIN), heights[column]
        here = sorted(people.get(meeting["id"], ()), key=lambda row: row["id"])
        tall = 34 + 20 * max(1, len(here))
        colour = CLAY if "closed" in meeting else LEAD
        parts += [
            f"<g><title>{escape(_about(document, meeting, here, texts))}</title>"
            f'<rect x="{x}" y="{y}" width="{wide}" height="{tall}" rx="8" fill="none"'
            f' stroke="{colour}" stroke-width="1.5"/>',
            _text(x + 10, y + 20, _cut(meeting["id"], 26), f"fill='{colour}' font-weight='bold'"),
        ]
        if "closed" in meeting:
            parts.append(_text(x + 10, y + 42, texts("draws.picture.is_closed")))
        for place, row in enumerate(here):
            parts += [
                _mark(x + 14, y + 37 + 20 * place, row),
                _text(x + 26, y + 42 + 20 * place, _cut(row["id"], 25)),
            ]
        parts.append("</g>")
        heights[column] += tall + 14
    return parts, max(heights) - top


def _mark(x: int, y: int, row: dict[str, Any]) -> str:
    """A full circle for a first wish or somebody who meets only new people; else an open one."""
    good = row.get("rank") == 1 if "rank" in row else not row["again"]
    fill = LEAD if good else "none"
    return f'<circle cx="{x}" cy="{y}" r="5" fill="{fill}" stroke="{LEAD}"/>'


def _about(
    document: dict[str, Any], meeting: dict[str, Any], here: list[dict[str, Any]], texts: Texts
) -> str:
    if "closed" in meeting:
        return closed(document, meeting, texts)
    return f"{meeting['id']}: {', '.join(row['id'] for row in here)}"


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1] + "…"


def _dots(document: dict[str, Any], texts: Texts, top: int) -> tuple[list[str], int]:
    """Each meeting as a square, the darker the fuller; its name and people when pointed at."""
    most = max([row.get("people", 0) for row in document["meetings"]] + [1])
    step, across = 18, (WIDTH - 2 * MARGIN) // 18
    parts = [_text(MARGIN, top, texts("draws.picture.squares"), f"fill='{SOFT}'")]
    for place, row in enumerate(document["meetings"]):
        x, y = MARGIN + place % across * step, top + 14 + place // across * step
        title = f"<title>{escape(row['id'])}: {row.get('people', 0)}</title>"
        if "closed" in row:
            parts.append(
                f'<rect x="{x}" y="{y}" width="14" height="14" fill="none" stroke="{CLAY}">'
                f"{title}</rect>"
            )
            continue
        percent = row["people"] * 100 // most
        parts.append(
            f'<rect x="{x}" y="{y}" width="14" height="14" fill="{LEAD}"'
            f' fill-opacity="{percent // 100}.{percent % 100:02}">{title}</rect>'
        )
    return parts, 20 + (len(document["meetings"]) // across + 1) * step
