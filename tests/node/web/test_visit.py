"""What of an address is our own: where the pages may send somebody back to."""

import pytest

from node.web.visit import OWN_PATH


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/", True),
        ("/meetings", True),
        ("/networks/a/", True),
        ("/static/a%20b.js", True),
        ("", False),
        ("meetings", False),
        ("//x.example", False),
        ("/a//b", False),
        ("/a?b", False),
        ("/ü", False),
        ("/\\x.example", False),
    ],
)
def test_which_paths_are_our_own(path: str, own: bool) -> None:
    assert bool(OWN_PATH.fullmatch(path)) is own


def test_long_address_that_does_not_fit_is_found_out_in_one_go() -> None:
    """Forty letters and a sign once kept the machine busy for hours."""
    assert OWN_PATH.fullmatch("/" + "a" * 65_000 + "!") is None
