"""Groups side by side: who is alike, who differs, and in what."""

from node.features.statements.links import compare_path, list_path
from node.features.statements.pages import called, network_of
from node.features.statements.paging import part_of, topics_of
from node.features.statements.views import comparison_view, groups_of, like_views, with_topics
from node.web.links import with_query
from node.web.page import Asked, MissingError, Page
from protocol.ids import from_text, to_text

DIFFERENT = "different"

FEW = 60
"""Groups that one chooses from in a list; of more, the page of two leads on from either."""


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
    pairs = [("with", id), ("order", DIFFERENT if different else "")]
    part = part_of(asked, found, path, pairs)
    shown = with_topics(asked.sight, group, part.items) if group else ()
    names = asked.sight.named({group, *(one.id for one in found)} - {None}) if group else ()
    values = {
        "found": [
            (
                one.who,
                one.percent,
                one.both,
                one.shared,
                compare_path(asked.match["network"], id, one.who.id),
            )
            for one in shown
        ],
        "part": part,
        "silent": max(0, len(groups) - len(found) - 1),
        "group": asked.sight.name(group) if group else None,
        "groups": names if len(names) <= FEW else (),
        "different": different,
        "here": path,
        "alike": with_query(path, [("with", id)]),
        "unlike": with_query(path, [("with", id), ("order", DIFFERENT)]),
        "path": list_path(asked.match["network"]),
        "name": called(asked, network),
    }
    title = asked.texts("statements.web.alike_title", name=called(asked, network))
    return Page("alike.html", title, "networks", values)


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
        "part": topics_of(
            asked, view.topics, compare_path(asked.match["network"], view.one.id, view.other.id)
        ),
        "names": names,
        "path": path,
        "back": with_query(f"{path}/alike", [("with", view.one.id)]),
        "like_other": with_query(f"{path}/alike", [("with", view.other.id)]),
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
