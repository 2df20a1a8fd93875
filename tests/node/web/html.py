"""Reading a page back: is it well formed, and what does it say?"""

from html.parser import HTMLParser

VOID = {"meta", "link", "br", "input", "img", "hr"}
DRAWN = {"svg", "circle"}
BLOCKS = {"p", "ul", "ol", "div", "section", "table", "dl", "h1", "h2", "h3", "form", "blockquote"}


class Document(HTMLParser):
    """A parsed page. `faults` says what is wrong with its nesting."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
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
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in DRAWN:
            self.faults.append(f"{tag} closes itself")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and "title" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        """What a person reads, in one line."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each such element."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def hrefs(self) -> list[str]:
        """Where its links lead."""
        return [attributes.get("href") or "" for attributes in self.all("a")]
