"""Going inside by the link of the group's machine, as a browser does: the page, then its button."""

import re
from typing import Any

from aiohttp import ClientResponse, ClientSession

from node.people.one_time_codes import make_code
from node.people.persons import Standing, new_id, persons
from node.store.core import Core

TOKEN = re.compile(r'name="token" value="([0-9a-f]{32})"')


def token_in(html: str) -> str:
    """What the forms of a page contain; empty if it has none."""
    found = TOKEN.search(html)
    return found[1] if found else ""


async def enter(browser: ClientSession, root: str, code: str, **options: Any) -> ClientResponse:
    """The answer to the button, read; `root` without a slash at its end, empty for a base URL."""
    path = f"{root}/enter/{code}"
    async with browser.get(path, **options) as page:
        token = token_in(await page.text())
    async with browser.post(path, data={"token": token}, **options) as answer:
        await answer.read()
        return answer


def code_for(core: Core) -> str:
    """A code that lets in: a node without people would be set up by it."""
    if not persons(core).is_set_up():
        with core.transaction():
            persons(core).add(new_id(core), "Kim", Standing.MEMBER, core.clock(), key_person=True)
    return make_code(core)


def setting_up(group: str) -> dict[str, str]:
    """What the form asks of who sets a node up."""
    return {"group": group, "purpose": "", "name": "Kim", "password": "drei Birnen im Keller"}
