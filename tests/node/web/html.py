"""Reading a page back: is it well formed, and what does it say?"""

import json
import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "input", "img", "hr"}
DATA: dict[str, str | None] = {"type": "application/ld+json"}
"""The attributes of a script that is none."""

DRAWN = {"svg", "circle", "line", "rect", "polyline", "path"}
BLOCKS = {"p", "ul", "ol", "div", "section", "table", "dl", "h1", "h2", "h3", "form", "blockquote"}

MACHINE_WORDS = re.compile(
    r"(?<!verbund )\b(nodes?|peers?|instances?|actors?|federat\w*|records?|audiences?|epochs?"
    r"|sync\w*|Knoten|Datensatz|Datensätze\w*)\b",
    re.IGNORECASE,
)
RIGHT_TO_LEFT = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Document(HTMLParser):
    """A parsed page. `faults` says what is wrong with its nesting."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.around: list[str] = []
        self.placed: list[tuple[str, frozenset[str]]] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.titles: list[str] = []
        self.spoken: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"never closed: {tag}" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if len(named) != len(attrs):
            self.faults.append(f"attribute twice in {tag}")
        if "p" in self.open and tag in BLOCKS:
            self.faults.append(f"{tag} in p")
        if tag == "li" and self.open[-1] not in ("ul", "ol"):
            self.faults.append(f"li in {self.open[-1]}")
        if tag == "a" and "a" in self.open:
            self.faults.append("a in a")
        self.tags.append((tag, named))
        self.ids += [named["id"]] if named.get("id") else []
        if tag == "a":
            self.placed.append((named.get("href") or "", frozenset(self.around)))
        if tag not in VOID:
            self.open.append(tag)
            self.around.append(named.get("id") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in DRAWN:
            self.faults.append(f"{tag} closes itself")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                self.around.pop()
            self.around.pop()

    def handle_data(self, data: str) -> None:
        if "title" in self.open:
            self.titles.append(data)
        if data.strip() and "title" not in self.open:
            self.words += [] if "script" in self.open else [data]
            self.spoken += [(tag, data.strip()) for tag in self.open]

    @property
    def title(self) -> str:
        """What the browser's tab says."""
        return "".join(self.titles)

    @property
    def text(self) -> str:
        """What a person reads, in one line."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each such element."""
        return [attributes for name, attributes in self.tags if name == tag]

    def inside_of(self, tag: str) -> list[str]:
        """What stands in each such element that has but one text."""
        return [data for name, data in self.spoken if name == tag]

    def hrefs_in(self, id: str) -> list[str]:
        """Where the links lead that stand in the element with this id."""
        return [href for href, around in self.placed if id in around]

    @property
    def hrefs(self) -> list[str]:
        """Where its links lead."""
        return [attributes.get("href") or "" for attributes in self.all("a")]


def check(html: str, language: str = "de") -> Document:
    """What holds for every page."""
    document = Document(html)
    assert document.faults == []
    assert html.startswith("<!DOCTYPE html>")
    assert document.all("html") == [{"lang": language}]
    assert len(document.all("h1")) == 1
    assert len(document.all("main")) == 1
    assert len(set(document.ids)) == len(document.ids)
    for script in document.all("script"):  # files of ours, and data that no browser runs
        if script == DATA:
            continue
        assert script.keys() == {"src", "defer"}
        assert re.fullmatch(r"/static/[a-z]+-[0-9a-f]{12}\.js", script["src"] or "")
    data = document.inside_of("script")
    assert len(data) == document.all("script").count(DATA)
    assert all(one.isascii() and not re.search("[<>&']", one) and json.loads(one) for one in data)
    assert not [name for _, named in document.tags for name in named if name.startswith("on")]
    assert not [name for _, named in document.tags if "style" in named for name in named]
    assert not RIGHT_TO_LEFT.search(html)
    assert not MACHINE_WORDS.search(document.text)
    labelled = {named["for"] for named in document.all("label")}
    fields = document.all("input") + document.all("select") + document.all("textarea")
    assert {f["id"] for f in fields if f.get("type") != "hidden" and "hidden" not in f} == labelled
    for href in document.hrefs:
        assert re.match(r"(/(?!/)|#|https?://|mailto:|tel:)", href), href
    for named in document.all("a"):
        if not re.match(r"[/#]", named["href"] or ""):
            assert named["rel"] == "noopener nofollow ugc"
    return document
