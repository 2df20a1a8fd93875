"""How far somebody gets who guesses codes: the waits of `people.slowing`, counted."""

import pytest

from node.features.ways.codes import CHARACTERS, CODE_SECONDS, PAPER, TYPED, new_code
from node.people.slowing import ALL, FREE, FREE_OF_ALL, LONGEST, OF_ALL, Slowing
from node.store.core import Core
from tests.node.features.joining.conftest import Browser
from tests.node.web.conftest import person

PEOPLE = 1_000
"""So many codes might wait at once in a very large group: each typed one of them would do."""


class Steady:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def guesses(key: str | None, steady: Steady, slowing: Slowing) -> int:
    """In the ten minutes of a code: by one browser, or (None) by a new one for each guess."""
    tried = 0
    while steady.now < CODE_SECONDS:
        own = key or f"browser {tried}"
        wait = max(slowing.seconds(own), slowing.seconds(ALL))
        slowing.wrong(own, ALL)
        steady.now += max(wait, 0.001)  # what asking takes, in the best network
        tried += 1
    return tried


def test_one_browser_soon_waits() -> None:
    steady = Steady()
    assert guesses("one", steady, Slowing(steady)) <= FREE + 10 + CODE_SECONDS / LONGEST * 2


def test_all_browsers_together_get_nowhere() -> None:
    steady = Steady()
    tried = guesses(None, steady, Slowing(steady))
    assert FREE_OF_ALL < tried <= FREE_OF_ALL + CODE_SECONDS / OF_ALL + 100
    assert tried * PEOPLE / len(CHARACTERS) ** TYPED < 1e-5
    assert tried * 6 * 24 * 365 * 8 * PEOPLE / len(CHARACTERS) ** PAPER < 1e-11  # for a year


async def test_wrong_codes_lock_nobody_out(core: Core, browser: Browser) -> None:
    """Whoever typed nonsense before waits, and then is in; nobody else even waits."""
    anna = person(core, "Anna")
    site = await browser()
    await site.get("/code")
    for _slip in range(FREE + 1):
        assert (await site.post("/code", {"code": "ABCD-EFGH"})).status == 422
    code = new_code(core, anna.id, None).text
    assert (await site.post("/code", {"code": code})).status == 303


@pytest.mark.parametrize("code", ["ABCD", "12345678", "I-LOVE-U"])
async def test_slips_do_not_count(code: str, browser: Browser) -> None:
    site = await browser()
    await site.get("/code")
    for _slip in range(FREE + 3):
        assert (await site.post("/code", {"code": code})).status == 422
