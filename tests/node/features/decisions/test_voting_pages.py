"""Voting on the page of a proposal: for what was read there, whatever its author does meanwhile."""

import re
from pathlib import Path

import pytest

from node.features.decisions import actions
from node.features.decisions.actions import Wish, amend
from node.features.decisions.holding import confirm_decision
from node.features.networks.actions import apply_to_network, decide, found_network
from node.features.networks.held import held_of
from node.store.core import Core
from protocol.ids import to_text
from protocol.tally import tally
from tests.node.by_hand import acquainted, exchange
from tests.node.web.conftest import Serve, person
from tests.node.web.html import Document
from tests.node.world import make_core

LINK = re.compile('<input type="hidden" name="link" value="([0-9a-f]{64})">')


def voted(core: Core, network: bytes) -> list[str | None]:
    """The mottos of proposals that this group voted for, and of those that it is against."""
    found = []
    for one in core.ties.decisions.all_proposals(network):
        counted = tally(core.ties, one, core.clock())
        if core.home_id in {*(vote.author for vote in counted.votes), *counted.against}:
            found.append(one.terms["motto"])
    return found


@pytest.mark.parametrize("path", ["", "/oppose"])
async def test_proposal_that_its_author_exchanged(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A page was open; its author put another proposal at its place, and waited for the yes."""
    alpha, beta = (make_core(tmp_path, name) for name in ("Alpha", "Beta"))
    acquainted([alpha, beta])
    network = found_network(alpha, alpha.home_id, {"name": "Netz"})
    exchange(alpha, beta, rounds=1)
    apply_to_network(beta, beta.home_id, network, None)
    exchange(alpha, beta, rounds=1)
    decide(alpha, network, beta.home_id, "admitted")
    amend(alpha, alpha.home_id, network, Wish(added=frozenset({beta.home_id})))
    exchange(alpha, beta, rounds=2)
    held = held_of(beta, network)
    assert held is not None
    confirm_decision(beta, network, held.open[0].digest)

    monkeypatch.setattr(actions, "new_name", lambda _core: "proposed")
    amend(alpha, alpha.home_id, network, Wish({"motto": "Harmlos"}))
    exchange(alpha, beta, rounds=2)
    site = await serve(beta)
    site.sign_in(person(beta, "Kim", key_person=True))
    where = f"/networks/{to_text(network)}/proposals/proposed"
    page = await site.text(where)
    assert "Harmlos" in page
    links = LINK.findall(page)

    amend(alpha, alpha.home_id, network, Wish({"motto": "Alles gehört uns"}))
    exchange(alpha, beta, rounds=2)
    assert "Alles gehört uns" in await site.text(where)
    answer = await site.post(where + path, {"link": links[0]})
    text = Document(await site.text(where) if answer.status == 303 else await answer.text()).text
    assert voted(beta, network) == [], "nobody read that"
    assert "ist jetzt ein anderer" in text
    (now,) = set(LINK.findall(await site.text(where)))
    assert (await site.post(where + path, {"link": now})).status == 303
    assert voted(beta, network) == ["Alles gehört uns"], "what was read counts"
