"""Statements between real nodes over real sockets: they arrive, two answer, both see the same."""

from pathlib import Path

from node.features.statements.actions import add, edit, find_statement, list_of, remove
from node.features.statements.links import compare_path
from node.features.statements.views import statement_views
from node.store.core import Core
from protocol.ids import to_text
from tests.node.features.networks.test_leaving import homes_of, joined, up
from tests.node.features.statements.world import BUSES, HOUSES, says, seen
from tests.node.records.test_erasing import raw, wiped
from tests.node.web.conftest import Serve
from tests.node.web.html import Document, check
from tests.node.world import Running, inside, until

MARK = "Quittenbaumzeile"
"""In nothing else that a node keeps; `raw` looks for it."""


def stated(one: Running, network: bytes, text: str, topic: str | None = None) -> None:
    add(one.core, network, {"text": text, "topic": topic, "about": MARK})
    one.links.stored()


def answered(one: Running, text: str, word: str, sentence: str | None = None) -> None:
    says(one.core, text, word, sentence)
    one.links.stored()


def answers(core: Core, network: bytes) -> int:
    return sum(len(one.answers) for one in statement_views(inside(core), network))


async def test_list_arrives_both_answer_and_the_page_compares(tmp_path: Path, serve: Serve) -> None:
    """Beta never meets Gamma: list and answers go through Alpha."""
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes, "+--") as (a, b, c):
        network = await joined(a, b, c)
        stated(a, network, HOUSES, "Wohnen")
        stated(a, network, BUSES, "Verkehr")
        for one in (b, c):
            await until(lambda one=one: len(list_of(one.core, network)) == 2, "list")
        answered(b, HOUSES, "agree")
        answered(c, HOUSES, "agree", "Unbedingt.")
        answered(b, BUSES, "agree")
        answered(c, BUSES, "no")
        for one in (a, b, c):
            await until(lambda one=one: answers(one.core, network) == 4, "answers")
        site = await serve(b.core)
        await site.enter()
        path = compare_path(to_text(network), to_text(b.id), to_text(c.id))
        page = await site.text(path)
        check(page)
        text = Document(page).text
        assert "Beta und Gamma" in text
        assert "50 % einig, bei 2 Aussagen" in text
        assert "Unbedingt." in text
        rows = text[text.index("Verkehr") :]
        where = [rows.index(one) for one in (BUSES, "verschieden", "Wohnen", HOUSES, "gleich")]
        assert where == sorted(where)
        # Changed meanwhile: what stood as a yes is a yes to nothing until it is given again.
        edit(a.core, find_statement(a.core, HOUSES), {"text": "Häuser gehören allen."})
        a.links.stored()
        await until(lambda: "Häuser gehören allen." in seen(b.core, network), "change")
        text = Document(await site.text(path)).text
        assert "0 % einig, bei einer Aussage" in text
        assert "früher: ja" in text


async def test_what_is_withdrawn_is_gone_everywhere(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta")
    async with up(homes, "+-") as (a, b):
        network = await joined(a, b)
        stated(a, network, HOUSES)
        await until(lambda: list_of(b.core, network), "list")
        answered(b, HOUSES, "agree")
        await until(lambda: answers(a.core, network) == 1, "answer")
        remove(a.core, find_statement(a.core, HOUSES))
        a.links.stored()
        await until(lambda: list_of(b.core, network) == [], "withdrawn")
        await until(lambda: all(map(wiped, (a, b))), "bytes")
        assert raw(*(home.path for home in homes)) == []
