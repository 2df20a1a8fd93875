"""Which addresses of others become links, and what is kept out of texts."""

import doctest

import pytest

from node.web import links, plain
from node.web.links import LONGEST_LINK, contact_link, safe_link, with_query


@pytest.mark.parametrize("module", [links, plain])
def test_examples_in_the_module(module: object) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org",
        "https://example.org:8443/a?b=c#d",
        "https://[2001:db8::1]/",
        "https://bücher.example/ä",
    ],
)
def test_plain_address_becomes_a_link(text: str) -> None:
    assert safe_link(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "//example.org",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org",
        "https://",
        "https:example.org",
        "https:\\\\example.org",
        "https://bank.example\\@evil.example/",
        "https://user@example.org",
        "https://:pw@example.org",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://exa\u202emple.org/",
        "https://exa\u200bmple.org/",
        "https://[::1",
        "https://example.org/" + "x" * LONGEST_LINK,
    ],
)
def test_other_address_stays_text(text: str) -> None:
    assert safe_link(text) is None
    assert contact_link(text) is None


@pytest.mark.parametrize(
    "text", ["a@b", "a@example.org?bcc=x@y.de", "@example.org", "12345", "05.12.2026 19:00", "+"]
)
def test_what_is_no_contact_address(text: str) -> None:
    assert contact_link(text) is None


def test_query() -> None:
    assert with_query("/a", []) == "/a"
    assert with_query("/a", [("b", "ä&="), ("c", "")]) == "/a?b=%C3%A4%26%3D"
