"""Proposing, signing and setting aside on pages: what no form takes, what changed meanwhile, and
each with two key persons."""

from collections.abc import Callable
from typing import Any

import pytest
from multidict import MultiDict

from node.base.errors import Problem
from node.features.decisions.actions import Wish, amend, oppose
from node.features.groups.actions import edit_group
from node.features.networks.actions import decide, leave_network
from node.features.pacts.actions import find_pact, sign
from node.features.pacts.agreed import carry_out
from node.features.pacts.tables import is_set_aside
from node.features.rules.actions import second
from node.features.rules.tables import rules
from node.texts import LANGUAGES
from protocol.ids import from_text, to_text
from tests.node.council import Council
from tests.node.features.members.filling import filled
from tests.node.web.conftest import Serve, Site, person
from tests.node.web.html import Document, check

NEW = "/pacts/new"
START = "/pacts/new?leave={network}"


@pytest.fixture
def key(site: Site) -> Site:
    """A key person of the group in the store of the page tests."""
    site.sign_in(person(site.core, "Kim", key_person=True))
    return site


def ours(site: Site) -> set[str]:
    """Names of the pacts that our group proposed."""
    cases = site.core.ties.certificates.cases.values()
    pacts = [one.pact for one in cases if one.pact is not None]
    return {
        str((one.charter.content or {})["name"])
        for one in pacts
        if one.proposer == site.core.home_id
    }


async def form(site: Site, **said: Any) -> list[tuple[str, str]]:
    usual = {"groups": [site.path("{partner}")], "name": "Neu", "until": "in 3 Wochen"}
    return filled(await site.text(START), NEW, {**usual, **said})


async def sends(site: Site, *more: tuple[str, str], **said: Any) -> tuple[int, str]:
    answer = await site.post(NEW, MultiDict([*await form(site, **said), *more]))
    return answer.status, await answer.text()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_in_both_languages(key: Site, language: str) -> None:
    for path in (NEW, START, "/pacts/new?leave=none"):
        check(await key.text(path, language), language)
    sent = MultiDict(await form(key))
    answer = await key.post(NEW, sent, Accept_Language=language)
    assert answer.status == 200
    check(await answer.text(), language)
    assert ours(key) == set()


async def test_charter_is_that_of_the_old_network_but_for_the_name(key: Site) -> None:
    sent = dict(await form(key, name=None))
    assert sent.get("motto")
    assert sent["majority"] == "2/3"
    assert "name" not in sent


WRONG = {
    "nobody chosen": ({"groups": []}, "Wen fragt ihr?"),
    "quorum larger than asked": ({"quorum": "3"}, "müssen 2 bis 2 unterschreiben"),
    "quorum of a half": ({"quorum": "1"}, "müssen 2 bis 2 unterschreiben"),
    "quorum in words": ({"quorum": "viele"}, "Wie viele müssen unterschreiben?"),
    "day that is over": ({"until": "1.1.2020"}, "Dieser Tag ist vorbei"),
    "day far away": ({"until": "1.1.2031"}, "höchstens 365 Tage"),
    "no day": ({"until": "bald"}, "Bis wann?"),
    "no name": ({"name": " "}, "Name des Verbunds"),
    "name of a network": ({"name": "Sozialer Verbund Nord"}, "Es gibt schon einen Verbund"),
    "group that nobody knows": ({"groups": ["x" * 52]}, "Nicht mehr dabei"),
    "no majority": ({"majority": "viele"}, "kein Teil von der Hälfte"),
    "long reason": ({"note": "x" * 1001}, "Warum?"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_wrong_proposal_is_refused_in_words(key: Site, name: str) -> None:
    said, why = WRONG[name]
    status, html = await sends(key, **{"motto": "Bleibt stehen", **said})
    assert status == 422
    text = check(html, "de").text
    assert why in text
    assert 'value="Bleibt stehen"' in html
    assert ours(key) == set()


async def test_group_that_just_left_is_said(key: Site) -> None:
    sent = MultiDict([*await form(key), ("sure", "yes")])
    partner = from_text(key.path("{partner}"))
    network = from_text(key.path("{network}"))
    decide(key.core, network, partner, "expelled")
    answer = await key.post(NEW, sent)
    assert answer.status == 422
    assert "Nicht mehr dabei und deshalb nicht mehr gewählt: 1" in await answer.text()
    assert ours(key) == set()


async def test_word_finds_groups_and_keeps_what_was_chosen(key: Site) -> None:
    status, html = await sends(key, ("look", "find"), find="gibt es nicht", motto="Bleibt")
    assert status == 200
    assert key.path('id="pact-groups-{partner}"') in html
    assert key.path('id="pact-groups-{rkslp}"') not in html
    assert 'value="Bleibt"' in html


async def test_proposed_after_it_was_seen(key: Site) -> None:
    status, _html = await sends(key, ("sure", "no"))
    assert status == 200
    assert ours(key) == set()
    answer = await key.post(NEW, MultiDict([*await form(key), ("sure", "yes")]))
    assert answer.status == 303
    assert ours(key) == {"Neu"}
    text = check(await key.text(answer.headers["Location"]), "de").text
    assert "1 von 2 nötigen Unterschriften" in text


async def test_pressed_twice_proposes_once(key: Site) -> None:
    sent = [*await form(key), ("sure", "yes")]
    assert (await key.post(NEW, MultiDict(sent))).status == 303
    again = await key.post(NEW, MultiDict(sent))
    assert again.status == 422
    assert "Das habt ihr schon vorgeschlagen" in check(await again.text(), "de").text
    assert sum(one.pact is not None for one in named(key, "Neu")) == 1


def named(site: Site, name: str) -> list[Any]:
    cases = site.core.ties.certificates.cases.values()
    return [one for one in cases if one.pact and (one.pact.charter.content or {})["name"] == name]


async def test_network_that_is_not_ours_is_not_left(key: Site) -> None:
    for leave in ("{unanswered}", "{old}", "x" * 52, "%00"):
        assert (await key.get(f"/pacts/new?leave={leave}")).status == 404
    answer = await key.post(NEW, {"leave": key.path("{old}"), "name": "Neu"})
    assert answer.status == 404


# Two key persons

Begin = Callable[[Site], Any]


async def _proposes(site: Site) -> Any:
    return await site.post(NEW, MultiDict([*await form(site), ("sure", "yes")]))


async def _signs(site: Site) -> Any:
    page = site.path("/pacts/{open}")
    return await site.post(
        f"{page}/sign", MultiDict(filled(await site.text(page), f"{page}/sign", {"sure": "yes"}))
    )


def has_signed(site: Site) -> bool:
    case = find_pact(site.core, site.path("{open}"))
    return site.core.home_id in case.signed


TWO = {
    "propose": (_proposes, lambda site: ours(site) == {"Neu"}, "Gefragt werden"),
    "sign": (_signs, has_signed, "Nötig sind 2 von 3 Unterschriften"),
}


@pytest.mark.parametrize("name", TWO)
async def test_second_yes_does_it(key: Site, name: str) -> None:
    begins, happened, reads = TWO[name]
    alex = person(key.core, "Alex", key_person=True)
    with key.core.transaction():
        rules(key.core).set_needed("sign", 2)
    answer = await begins(key)
    assert answer.headers["Location"] == "/settings"
    assert not happened(key)
    key.sign_in(alex)
    assert reads in Document(await key.text("/settings")).text
    (one,) = [one for one in rules(key.core).in_state("waiting") if one.act == "sign"]
    await key.post(f"/settings/requests/{one.id}", {"say": "yes"})
    assert "Ihr wolltet es zu zweit" in Document(await key.text("/settings")).text
    assert happened(key)


@pytest.mark.parametrize("name", TWO)
async def test_what_changed_before_the_second_yes_is_told(key: Site, name: str) -> None:
    begins, _happened, _reads = TWO[name]
    alex = person(key.core, "Alex", key_person=True)
    with key.core.transaction():
        rules(key.core).set_needed("sign", 2)
    await begins(key)
    (one,) = [one for one in rules(key.core).in_state("waiting") if one.act == "sign"]
    if name == "sign":
        pact = find_pact(key.core, key.path("{open}")).pact
        assert pact is not None
        sign(key.core, key.core.home_id, pact)
        why = "pact-signed"
    else:
        leave_network(key.core, key.core.home_id, from_text(key.path("{network}")))
        why = "not-a-member"
    with pytest.raises(Problem, match=why):
        second(key.core, alex.id, one.id)
    assert ours(key) == set()


# Signing


async def test_signing_needs_a_tick(key: Site) -> None:
    page = key.path("/pacts/{open}")
    sent = filled(await key.text(page), f"{page}/sign", {})
    answer = await key.post(f"{page}/sign", MultiDict(sent))
    assert answer.status == 422
    check(await answer.text(), "de")
    assert not has_signed(key)


async def test_page_that_was_open_for_a_week_signs_nothing_else(key: Site) -> None:
    """Enough others signed meanwhile: to sign now is to go at once."""
    page = key.path("/pacts/{without_us}")
    sent = filled(await key.text(page), f"{page}/sign", {"sure": "yes", "state": "open"})
    answer = await key.post(f"{page}/sign", MultiDict(sent))
    assert answer.status == 422
    assert "hat sich etwas geändert" in await answer.text()
    case = find_pact(key.core, key.path("{without_us}"))
    assert key.core.home_id not in case.signed


@pytest.mark.parametrize(
    ("pact", "why"),
    [("over", "Die Frist dieser Absprache ist vorbei"), ("signed", "hat schon unterschrieben")],
)
async def test_pact_that_is_over_or_signed_says_so(key: Site, pact: str, why: str) -> None:
    page = key.path(f"/pacts/{{{pact}}}")
    answer = await key.post(f"{page}/sign", {"sure": "yes"})
    assert answer.status == 303
    assert why in Document(await key.text(answer.headers["Location"])).text


async def test_not_going_along_is_ours_alone_and_can_change(key: Site) -> None:
    page, core = key.path("/pacts/{open}"), key.core
    before = core.records.newest()
    assert "Ihr seid gefragt, ob ihr mitgeht: Neuer Verbund" in Document(await key.text("/")).text
    answer = await key.post(f"{page}/aside", {"say": "yes"})
    assert answer.status == 303
    assert core.records.newest() == before  # nobody else is told
    assert "ob ihr mitgeht: Neuer Verbund" not in Document(await key.text("/")).text
    assert "Wir überlegen es noch" in check(await key.text(page), "de").text
    assert is_set_aside(core, from_text(key.path("{open}")))
    await _signs(key)
    assert has_signed(key)
    assert not is_set_aside(core, from_text(key.path("{open}")))
    answer = await key.post(f"{page}/aside", {"say": "yes"})
    assert "Hier ist nichts mehr zu sagen" in Document(await key.text(page)).text


async def test_part_that_is_looked_at_again_is_a_part(key: Site) -> None:
    html = await key.text("/pacts/{open}/now")
    assert "<html" not in html
    assert "1 von 2 nötigen Unterschriften" in html
    assert (await key.get(f"/pacts/{'x' * 52}/now")).status == 404
    key.sign_in(person(key.core, "Noa"))
    text = Document(await key.text("/pacts/{open}")).text
    assert "Darüber entscheidet eine Schlüsselperson" in text


# We disagree: found anew


async def test_found_anew_begins_at_the_decision(tmp_path: Any, serve: Serve) -> None:
    """Who else voted against it is chosen, and what was proposed is quoted as the reason."""
    council = Council(tmp_path, "Alpha Beta Gamma Delta")
    alpha, beta = council["Alpha"], council["Beta"]
    amend(alpha, alpha.home_id, council.network, Wish({"motto": "Nur noch wir"}, note="Es muss"))
    council.tell()
    known = beta.ties.decisions.proposals[council.network]
    (author, name) = max(known, key=lambda one: known[one].link.number)
    for who in ("Beta", "Gamma"):
        core = council[who]
        proposal = core.ties.decisions.proposals[council.network][author, name]
        oppose(core, core.home_id, proposal)
    council.tell()
    site = await serve(beta)
    site.sign_in(person(beta, "Kim", key_person=True))
    network = to_text(council.network)
    page = check(await site.text(f"/networks/{network}/proposals/{name}"), "de")
    assert "Dagegen gestimmt haben auch: Gamma." in page.text
    (start,) = [one for one in page.hrefs if one.startswith("/pacts/new")]
    html = await site.text(start)
    check(html, "de")
    sent = filled(html, NEW, {})
    gamma = to_text(council["Gamma"].home_id)
    assert [value for field, value in sent if field == "groups"] == [gamma]
    note = dict(sent)["note"]
    assert "Alpha schlug am" in note
    assert "Motto: leer → Nur noch wir" in note
    assert "Es muss" in note
    sent = filled(html, NEW, {"name": "Neu gegründet", "until": "in 3 Wochen", "motto": "Alle"})
    answer = await site.post(NEW, MultiDict([*sent, ("sure", "yes")]))
    assert answer.status == 303
    pact = find_pact(beta, "Neu gegründet").pact
    assert pact is not None
    assert pact.note is not None
    assert "Nur noch wir" in pact.note
    assert set(pact.asked) == set(council.ids("Beta Gamma"))


async def test_two_groups_of_one_name_are_told_apart(tmp_path: Any, serve: Serve) -> None:
    council = Council(tmp_path, "Alpha Beta Gamma")
    edit_group(council["Gamma"], council["Gamma"].home_id, {"name": "Beta", "region": "Kiel"})
    council.tell()
    site = await serve(council["Alpha"])
    site.sign_in(person(council["Alpha"], "Kim", key_person=True))
    html = await site.text(f"/pacts/new?leave={to_text(council.network)}")
    text = check(html, "de").text
    for one in council.ids("Beta Gamma"):
        assert to_text(one)[:8] in text
    assert "Kiel" in text


def test_what_was_begun_to_follow_a_late_pact_signs_no_open_one(site: Site) -> None:
    """Another key person said yes to something else."""
    what = {"pact": from_text(site.path("{open}")).hex(), "late": True}
    with pytest.raises(Problem, match="pact-changed"):
        carry_out(site.core, "sign", what)
