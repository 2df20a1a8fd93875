"""What somebody does in a browser, to come in."""

import re
from typing import Any

from aiohttp import ClientResponse

from node.features.joining.links import make_link
from node.features.joining.types import Wish
from node.store.core import Core
from node.web.visit import form_token
from tests.node.web.conftest import Site

PAGE = re.compile(r'name="page" value="([\w-]+)"')


def link(core: Core, wish: Wish = Wish()) -> str:  # noqa: B008 - a tuple
    """The path of a new link."""
    made = make_link(core, None, wish)
    return f"/{'join' if wish.kind == 'shared' else 'invited'}/{made.token}"


async def page_in(site: Site, path: str) -> str:
    """What the form of the page says as `page`."""
    found = PAGE.search(await site.text(path))
    return found[1] if found else ""


async def come_in(site: Site, path: str, name: str, **more: Any) -> ClientResponse:
    """The page, a name, the button."""
    return await site.post(path, {"name": name, "page": await page_in(site, path), **more})


def own_token(site: Site) -> str:
    """What a form has that was shown to this browser before anybody signed in."""
    return form_token(site.cookie(f"verbund-form-{site.server.port}"))
