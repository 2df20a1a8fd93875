"""Filling in a form as a browser does: what stands in it is sent along."""

from html.parser import HTMLParser


class Filled(HTMLParser):
    """The fields of the form on a page that is sent to an address, with what stands in them."""

    def __init__(self, html: str, action: str) -> None:
        super().__init__(convert_charrefs=True)
        self.action = action
        self.fields: dict[str, list[str]] = {}
        self._inside = False
        self._select = self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = said.get("action") == self.action
        if not self._inside:
            return
        name = said.get("name", "")
        if tag == "input" and (said.get("type") not in ("radio", "checkbox") or "checked" in said):
            self.fields.setdefault(name, []).append(said.get("value", ""))
        elif tag == "textarea":
            self._area, self.fields[name] = name, [""]
        elif tag == "select":
            self._select, self.fields[name] = name, [""]
        elif tag == "option" and "selected" in said:
            self.fields[self._select] = [said.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][0] += data.removeprefix("\n")


def filled(html: str, action: str, fields: dict[str, object]) -> list[tuple[str, str]]:
    """What a browser sends after somebody wrote these fields; None leaves one out."""
    found = Filled(html, action).fields
    for name, value in fields.items():
        some = value if isinstance(value, list) else [] if value is None else [value]
        found[name] = [str(one) for one in some]
    return [(name, one) for name, some in found.items() for one in some]
