"""A node with a key person, a member, a newcomer, and one browser."""

import re

from aiohttp import ClientResponse
from multidict import MultiDict

from node.features.members.types import Member
from node.people.persons import Standing, persons
from tests.node.features.members.filling import filled
from tests.node.features.members.people import add, member
from tests.node.web.conftest import Site


class Group:
    """A node with a key person, a member, a newcomer, and one browser."""

    def __init__(self, site: Site) -> None:
        self.site, self.core = site, site.core
        self.kim = add(
            self.core, "Kim Key", key_person=True, phone="0431 111111", mail="kim@example.org"
        )
        self.ada = add(
            self.core, "Ada Moor", phone="0431 222222", mail="ada@example.org", notes="sings"
        )
        self.new = add(self.core, "Nele Neu", standing=Standing.NEWCOMER)

    def sign_in(self, id: str) -> None:
        found = persons(self.core).get(id)
        assert found is not None
        self.site.sign_in(found)

    async def get(self, path: str) -> ClientResponse:
        return await self.site.get(path, headers={"Accept-Language": "en"})

    async def text(self, path: str, status: int = 200) -> str:
        answer = await self.get(path)
        assert answer.status == status, (path, answer.status)
        return await answer.text()

    async def send(self, path: str, **fields: object) -> ClientResponse:
        return await self.site.post(path, fields, Accept_Language="en")

    async def fill(self, path: str, **fields: object) -> ClientResponse:
        """Open a form, write into these fields, send it."""
        page = await self.text(path)
        return await self.site.post(
            path, MultiDict(filled(page, path, fields)), Accept_Language="en"
        )

    async def done(self, path: str, **fields: object) -> str:
        """What the page that comes next says, once; after filling in a form, if fields are said."""
        answer = await (self.fill(path, **fields) if fields else self.send(path))
        assert answer.status == 303, (path, answer.status, await answer.text())
        page = await self.text(answer.headers["Location"])
        found = re.search(r'<div class="done"[^>]*>\s*<p><bdi>(.*?)</bdi>', page)
        return found[1] if found else ""

    def member(self, id: str) -> Member:
        return member(self.core, id)
