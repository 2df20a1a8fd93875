"""Another name of the group's machine: whoever starts it is told that passkeys end."""

from contextlib import closing

import pytest

from node import serving
from node.base.events import Event
from node.features.ways import tables
from node.features.ways.types import Passkey
from tests.node.cli.people import Person

WARNING = "Passkeys are bound to the name"


@pytest.fixture(autouse=True)
def only_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server: what is said comes before it starts."""
    monkeypatch.setattr(serving, "serve", lambda _core, _options: 0)


def passkey(alpha: Person, host: str) -> None:
    with closing(alpha.core()) as core, core.transaction():
        tables.add_passkey(core, Passkey(b"id", "anna", host, b"key", 0, "Phone", 1, None))
        core.settings.set("serve", {"public_url": f"https://{host}"})


@pytest.mark.parametrize(
    ("url", "warns"),
    [
        ("https://new.example", True),
        ("https://new.example:8480", True),
        ("https://chor.example", False),
        ("https://chor.example:8480", False),
        (None, False),
    ],
)
def test_whether_it_is_said(url: str | None, warns: bool, alpha: Person) -> None:
    passkey(alpha, "chor.example")
    more = ("--public-url", url) if url else ()
    _out, err = alpha.types("serve", *more)
    assert (WARNING in err) is warns


def test_nothing_is_said_where_nobody_has_one(alpha: Person) -> None:
    _out, err = alpha.types("serve", "--public-url", "https://new.example")
    assert WARNING not in err


def test_whoever_changes_the_name_can_ask(alpha: Person) -> None:
    passkey(alpha, "chor.example")
    with closing(alpha.core()) as core:
        names = ("chor.example", "new.example", "")
        assert [core.tell(Event.RENAMED, one) for one in names] == [False, True, True]
