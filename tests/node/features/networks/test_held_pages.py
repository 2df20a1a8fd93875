"""The page of a network says whose word it is, what waits for a person, and what to compare."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from node.features.networks.types import DecisionView, NetworkView
from node.features.networks.views import network_view
from node.lookup.sight import Sight
from node.lookup.types import Name, Viewer
from node.texts import LANGUAGES
from tests.node.web.conftest import rendered
from tests.node.web.html import Document, check
from tests.node.web.texts import SCRIPT
from tests.node.web.world import World
from tests.sync.people import NOW

Network = Callable[..., NetworkView]

HOSTILE, X = Name("y" * 52, SCRIPT), Name("x" * 52, "X")
ONE = DecisionView("abcdefghijklmnop", (HOSTILE, X), (X,), asked=True)
OTHER = DecisionView("qrstuvwxyz234567", (HOSTILE,), (), asked=True)


@pytest.fixture
def network(world: World) -> Network:
    """The network that is looked after here, with some of it changed."""
    sight = Sight(world.core, Viewer.INSIDE, world.core.home_id)
    (found,) = (one for one in world.core.own - {world.core.home_id})
    view = network_view(sight, found)
    assert view is not None
    return lambda **changes: replace(view, **changes)


def page(view: NetworkView, language: str, *, inside: bool = True) -> Document:
    """As a key person sees it, or whoever is outside."""
    given = {"step": None, "ours": (), "applicants": (), "public": None, "may": inside}
    given |= {"home": "", "can_apply": ()}
    values = {
        "network": view,
        "panels": (),
        "now": NOW,
        "inside": inside,
        "leave": False,
        "left": None,
        **given,
    }
    return check(rendered("network.html", language, **values), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_alone_decides_is_named(network: Network, language: str) -> None:
    said = {"de": "entscheidet hier allein", "en": "alone decides here"}[language]
    assert said in page(network(alone=X), language).text
    assert said not in page(network(alone=None), language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_waits_for_a_person_is_shown_with_names(network: Network, language: str) -> None:
    one = page(network(to_confirm=(ONE,)), language)
    assert "abcdefghijklmnop" in one.text
    assert f"/networks/{network().id}/decisions/{ONE.letters}" in one.hrefs
    both = page(network(to_confirm=(ONE, OTHER)), language)
    for letters in (ONE.letters, OTHER.letters):
        assert letters in both.text
        assert f"/networks/{network().id}/decisions/{letters}" in both.hrefs
    waits = {"de": "ist noch nicht da", "en": "has not come yet"}[language]
    assert waits in page(network(waits=True), language).text
    others = {"de": "Sie gelten nicht", "en": "They don’t count"}[language]
    assert others in page(network(others=1), language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_applies_is_given_the_letters(network: Network, language: str) -> None:
    view = network(standing=None, held_here=False, to_tell=ONE.letters, members=None)
    assert f"{view.id}.{ONE.letters}" in page(view, language, inside=False).text
    without = page(replace(view, to_tell=None), language, inside=False).text
    assert view.id in without
    assert ONE.letters not in without
    inside = page(view, language)
    assert f"/networks/{view.id}/apply?letters={ONE.letters}" in inside.hrefs
