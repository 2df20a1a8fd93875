"""All that is stored about a person as one page to keep and to print.

It is a file on somebody's disk: no style, script or picture from elsewhere, and everything that
anybody wrote is escaped and stands in an element of its own direction.
"""

from collections.abc import Iterator
from html import escape

from node.base import formats
from node.features.mine import wording
from node.features.mine.consenting import consents_of
from node.features.mine.disclosing import disclosure_views
from node.features.mine.exporting import parts_of
from node.lookup.sight import Sight
from node.texts import Texts
from node.web.plain import plain

STYLE = "body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}dt{color:#555}"


def as_html(sight: Sight, texts: Texts, person: str, made: int) -> str:
    """The page, whole."""
    title = texts("mine.web.title")
    body = "\n".join(_body(sight, texts, person, made))
    return (
        f'<!DOCTYPE html>\n<html lang="{texts.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def _body(sight: Sight, texts: Texts, person: str, made: int) -> Iterator[str]:
    day = formats.day(made, texts)
    yield _p(texts("mine.web.made", group=sight.home_name, day=day))
    for part in parts_of(sight.core, person):
        yield _h(wording.title(part, texts))
        yield _p(texts(part.why))
        yield "<dl>"
        for one in part.entries:
            yield _row(
                wording.label(one, texts), wording.value(one, texts), wording.who(one, texts)
            )
        yield "</dl>"
    yield _h(texts("mine.web.went_out"))
    views = disclosure_views(sight, person)
    if not views:
        yield _p(texts("mine.web.nothing_out"))
    for view in views:
        yield f"<h3>{_said(wording.to_whom(view, texts))}</h3>"
        yield "<dl>"
        for name, at in view.fields:
            yield _row(wording.field(view.kind, name, texts), formats.day(at, texts))
        yield "</dl>"
        yield "<ul>"
        for receiver in view.receivers:
            yield f"<li>{_said(wording.receiver(receiver, texts))}</li>"
        yield "</ul>"
    yield _h(texts("mine.web.consents"))
    for consent in consents_of(sight.core, person):
        given = texts("mine.web.given", day=formats.day(consent.given, texts))
        taken = consent.withdrawn
        back = texts("mine.web.taken", day=formats.day(taken, texts)) if taken else ""
        yield f"<blockquote>{_said(consent.words)}</blockquote>"
        yield _p(" ".join(one for one in (given, back) if one))


def _said(text: str) -> str:
    return f"<bdi>{escape(plain(text))}</bdi>"


def _p(text: str) -> str:
    return f"<p>{_said(text)}</p>"


def _h(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _row(label: str, value: str, who: str = "") -> str:
    seen = f" <small>({_said(who)})</small>" if who else ""
    return f"<dt>{escape(label)}</dt><dd>{_said(value)}{seen}</dd>"
