"""The pages of the five nodes: a key person for each, and after each step a link that signs in and
leads to the page on which to look.

Each node is set up as a person does it, by the form to which its link leads.
"""

import re
from collections.abc import Iterator
from html import unescape
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from node.demo.nodes import DemoError, DemoNode
from node.demo.observing import Marks, ask

PERSON, PASSWORD = "Kim", "gemeinsam statt einsam"
"""Who has the key to each of them, for people who want to take one over."""

SECONDS = 20

LOOKS: dict[str, tuple[tuple[str, str], ...]] = {
    "start": (("A", "/directory"), ("B", "/")),
    "found": (("A", "/networks/{R}"),),
    "connect": (("B", "/ties"), ("D", "/ties")),
    "admit": (("A", "/networks/{R}"), ("C", "/directory")),
    "announce": (("B", "/meetings/{1}"),),
    "join": (("D", "/directory"), ("D", "/meetings/{1}")),
    "invite": (("C", "/meetings/{2}"), ("B", "/meetings/{2}")),
    "leave": (("E", "/networks/{R}"), ("B", "/networks/{R}")),
    "found_new": (("E", "/networks/{U}"), ("C", "/networks/{R}")),
    "follow": (("D", "/networks/{U}"), ("E", "/networks/{U}")),
    "part": (("B", "/meetings/{5}"), ("E", "/meetings/{5}")),
    "return": (("A", "/networks/{R}"), ("E", "/ties")),
    "gather": (("D", "/meetings/{6}"), ("B", "/networks/{U}")),
    "propose": (("B", "/pacts/{pact}"), ("C", "/pacts/{pact}")),
    "sign": (("B", "/networks/{V}"), ("D", "/pacts/{pact}")),
    "catch_up": (("C", "/networks/{V}"), ("E", "/networks/{U}")),
    "move": (("B", "/networks/{V}"), ("D", "/networks/{V}")),
    "grow": (("A", "/networks/{V}"), ("A", "/meetings/{6}")),
}
"""Step → on which nodes to look at which pages. Letters are networks, numbers are meetings."""


class Look(NamedTuple):
    """A page to look at: whose, which, and a link that leads there once."""

    node: DemoNode
    path: str
    shown: str
    """The same with the letters and numbers of the tables."""
    link: str


def looks(step: str, nodes: dict[str, DemoNode], marks: Marks) -> Iterator[Look]:
    """What there is to see after a step; a node that is off shows nothing."""
    ids = places(marks)
    for letter, pattern in LOOKS[step]:
        node = nodes[letter]
        if node.running:
            path = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], pattern)
            shown = pattern.replace("{", "").replace("}", "")
            yield Look(node, path, shown, enter(node, path))


def places(marks: Marks) -> dict[str, str]:
    """What the letters and numbers in the patterns stand for."""
    found = {letter: id for id, letter in marks.letters.items()}
    found |= {number: quote(id) for id, (number, _title) in marks.meetings.items()}
    return found | {"pact": marks.pact}


def enter(node: DemoNode, path: str = "/") -> str:
    """A link that signs in once, and leads to a page."""
    link = str(ask(node, "page")["address"])
    return link if path == "/" else f"{link}?{urlencode({'to': path})}"


def set_up(node: DemoNode) -> None:
    """Fill in the form to which the link of a new node leads; `DemoError` if it is not taken."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    link = enter(node)
    with browser.open(link, timeout=SECONDS) as answer:
        form = answer.read().decode()
    root = link.partition("/enter/")[0]
    said = {
        "token": _value(form, "token"),
        "group": _value(form, "group"),
        "purpose": _text(form, "purpose"),
        "name": PERSON,
        "password": PASSWORD,
    }
    sent = Request(link, urlencode(said).encode(), {"Origin": root})  # noqa: S310 - our own node
    with browser.open(sent, timeout=SECONDS) as answer:
        if answer.status != 200 or "/enter/" in answer.url:
            raise DemoError(f"{node.letter} {node.address}: {answer.status}")


def _value(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return unescape(found[1]) if found else ""


def _text(html: str, name: str) -> str:
    found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL)
    return unescape(found[1]) if found else ""
