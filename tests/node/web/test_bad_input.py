"""What no form expects, at every address that takes one: it is refused in words or made harmless,
nothing breaks, and what was typed comes back as text.

The forms are those that pages show and the fields that they name, so a noun's are here by
themselves.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from multidict import MultiDict

from node.feature import Right
from node.features import FEATURES
from node.web.site import rights
from tests.node.web.conftest import Site, person
from tests.node.web.html import RIGHT_TO_LEFT, Document
from tests.node.web.test_policy import ALLOWED_TO_STREAM, address

SENT = sorted(path for (method, path), _right in rights(FEATURES).items() if method == "POST")

HOSTILE: Mapping[str, str] = {
    "nothing": "",
    "blank": " \t\n ",
    "long": "x" * 60_000,
    "overrides": "\u202eevil\u2066 \u200f\u0000\u0007",
    "markup": '"><script>alert(1)</script>{{ 7*7 }}',
    "wrong kind": "-1e9999",
    "no text": "\udc80\ud800",
    "digits of others": "\u0663\u066b\u0661",
    "path": "../../etc/passwd",
    "json": '[[[[{"a":',
}


async def fields_at(site: Site, path: str) -> set[str]:
    """What the forms ask that are sent to an address: on the page there, or on the one above it."""
    found: set[str] = set()
    for page in dict.fromkeys((path, path.rpartition("/")[0] or "/")):
        answer = await site.get(page)
        if answer.status == 200 and answer.content_type == "text/html":
            document = Document(await answer.text())
            found |= {str(named["name"]) for tag, named in document.tags
                      if tag in ("input", "select", "textarea") and named.get("name")}  # fmt: skip
    return found - {"token"} or {"x"}


@pytest.mark.parametrize("path", [one for one in SENT if one not in ALLOWED_TO_STREAM])
async def test_nothing_breaks(site: Site, path: str) -> None:
    one = person(site.core, key_person=True, treasurer=True)
    site.sign_in(one)
    where = address(site, path)
    fields = await fields_at(site, where)
    for name, value in HOSTILE.items():
        site.sign_in(one)  # signing out is one of the addresses
        harmless = value.encode("utf-8", "replace").decode()
        sent: MultiDict[Any] = MultiDict(dict.fromkeys(fields, harmless))
        answer = await site.post(address(site, path), sent)
        text = await answer.text()
        assert answer.status < 500, name
        assert answer.status != 403, name
        assert "<script" not in text.replace("<script src=", ""), name
        assert not RIGHT_TO_LEFT.search(text), name
        if answer.status in (200, 422) and answer.content_type == "text/html":
            assert Document(text).faults == [], name


@pytest.mark.parametrize("path", SENT)
async def test_ten_megabytes_from_outside_are_not_read(site: Site, path: str) -> None:
    """Who has not the right sends no more than a form; who has it, what the route allows."""
    right = rights(FEATURES)["POST", path]
    await site.get("/sign-in")
    answer = await site.post_large(address(site, path), 10_000_000)
    if right is Right.EVERYBODY:
        assert answer.status == 413
    else:
        assert answer.status in (403, 413)


@pytest.mark.parametrize("path", [one for one in SENT if one not in ALLOWED_TO_STREAM])
async def test_fields_without_end(site: Site, path: str) -> None:
    """Very many fields, one many times, none of a name."""
    one = person(site.core, key_person=True, treasurer=True)
    where = address(site, path)
    for sent in (
        [(f"f{n}", "x") for n in range(3_000)],
        [("x", "x")] * 3_000,
        [("", "x"), ("token", "0" * 32)],
    ):
        site.sign_in(one)
        answer = await site.post(where, MultiDict(sent))
        assert answer.status < 500
