"""Groups side by side: who is alike, who differs, and in what."""

from node.features.statements.links import compare_path, list_path
from node.features.statements.pages import called, network_of
from node.features.statements.views import comparison_view, groups_of, like_views, with_topics
from node.web.links import with_query
from node.web.page import Asked, MissingError, Page
from protocol.ids import from_text, to_text

PER_PAGE = 50

DIGITS = 4
"""Of the number of a page."""

DIFFERENT = "different"


def alike(asked: Asked) -> Page:
    """The groups that answered, beside ours or another one: the most alike or different first."""
    network = network_of(asked)
    groups = groups_of(asked.sight, network)
    group = _chosen(asked, groups)
    different = asked.visit.parameters.get("order") == DIFFERENT
    found = (
        ()
        if group is None
        else like_views(asked.sight, network, group, asked.state, different=different)
    )
    id, path = to_text(group) if group else "", f"{list_path(asked.match['network'])}/alike"
    number, pages = _page(asked, len(found))
    pairs = [("with", id), ("order", DIFFERENT if different else "")]

    def at(**more: str) -> str:
        return with_query(path, [*({**dict(pairs), **more}).items()])

    part = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    part = with_topics(asked.sight, group, part) if group else part
    values = {
        "found": [
            (
                one.who,
                one.percent,
                one.both,
                one.shared,
                compare_path(asked.match["network"], id, one.who.id),
            )
            for one in part
        ],
        "total": len(found),
        "silent": max(0, len(groups) - len(found) - 1),
        "group": asked.sight.name(group) if group else None,
        "groups": asked.sight.named(groups),
        "different": different,
        "here": path,
        "alike": at(order=""),
        "unlike": at(order=DIFFERENT),
        "before": at(page=str(number - 1)) if number > 1 else "",
        "after": at(page=str(number + 1)) if number < pages else "",
        "number": number,
        "pages": pages,
        "path": list_path(asked.match["network"]),
        "name": called(asked, network),
    }
    title = asked.texts("statements.web.alike_title", name=called(asked, network))
    return Page("alike.html", title, "networks", values)


def _page(asked: Asked, total: int) -> tuple[int, int]:
    wanted, pages = asked.visit.parameters.get("page", ""), max(1, -(-total // PER_PAGE))
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= DIGITS else 1
    return min(max(number, 1), pages), pages


def _chosen(asked: Asked, groups: tuple[bytes, ...]) -> bytes | None:
    """Who is compared: who was asked for, else our group, else the first."""
    text = asked.visit.parameters.get("with", "")
    wanted = [one for one in groups if to_text(one) == text]
    ours = [one for one in groups if one == asked.core.home_id]
    return next(iter([*wanted, *ours, *groups]), None)


def two(asked: Asked) -> Page:
    """Two groups: what they share and where they differ, topic by topic."""
    network = network_of(asked)
    one, other = (_group(asked, network, asked.match[name]) for name in ("one", "other"))
    if one == other:
        raise MissingError
    view = comparison_view(asked.sight, network, one, other)
    names = {"one": called(asked, one), "other": called(asked, other)}
    path = list_path(asked.match["network"])
    values = {
        "view": view,
        "names": names,
        "path": path,
        "back": with_query(f"{path}/alike", [("with", view.one.id)]),
        "turned": compare_path(asked.match["network"], view.other.id, view.one.id),
        "name": called(asked, network),
    }
    return Page("compare.html", asked.texts("statements.web.two", **names), "networks", values)


def _group(asked: Asked, network: bytes, text: str) -> bytes:
    try:
        group = from_text(text)
    except ValueError as error:
        raise MissingError from error
    if not asked.core.ties.is_member(network, group, asked.sight.now):
        raise MissingError
    return group
