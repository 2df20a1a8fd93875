"""Groups at their command lines: nodes in folders, commands in this process, mail by hand."""

import json
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from node.app import main, open_core
from node.features.peers.actions import accept_peer
from node.keys.home import Home
from node.records.transaction import act, take
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.ids import to_text
from protocol.kind import Place
from protocol.record import verify_all
from sync.gate import Verdict, gate


class Person:
    """Somebody who types commands for one group."""

    def __init__(self, folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.name = name
        self.capsys = capsys

    def types(self, *words: str, status: int = 0) -> tuple[str, str]:
        """Output and error output of a command in English, which must end with `status`."""
        self.capsys.readouterr()
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("VERBUND_HOME", str(self.folder))
            found = main([*words, "--lang", "en"])
        out, err = self.capsys.readouterr()
        assert found == status, out + err
        return out, err

    def gets(self, *words: str, status: int = 0) -> Any:
        """The JSON document of a command."""
        out, _err = self.types(*words, "--json", status=status)
        return json.loads(out)

    def is_refused(self, *words: str) -> str:
        """The code for which a command is refused."""
        code: str = self.gets(*words, status=1)["error"]
        return code

    def core(self) -> Core:
        """The node itself."""
        return open_core(Home(self.folder))

    @property
    def id(self) -> str:
        """Of the group."""
        with closing(self.core()) as core:
            return to_text(core.home_id)


def founded(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> Person:
    """A group with a node."""
    person = Person(folder / name, name, capsys)
    person.gets("init", "--name", name, "--purpose", f"Purpose of {name}", "--topic", "Housing")
    return person


def send(giver: Person, taker: Person) -> None:
    """What the gate lets the one have of the other's, by hand instead of over a wire."""
    with closing(giver.core()) as x, closing(taker.core()) as y:
        now = x.clock()
        headers = [
            one for one in x.records.headers(now) if gate(y.own, one, x.ties, now) is not Verdict.NO
        ]
        take(y, verify_all(x.records.envelopes([one.ref for one in headers])), frozenset(x.own))


def meet(*people: Person) -> None:
    """Everybody gives everything to everybody, twice, so that answers arrive too."""
    for _round in range(2):
        for giver in people:
            for taker in people:
                if giver is not taker:
                    send(giver, taker)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """From now on it is `at` for the nodes of this process; everything else keeps the time."""
    shown = SimpleNamespace(**{**vars(time), "time": lambda: at})
    monkeypatch.setattr("node.store.timekeeper.time", shown)


def befriend(one: Person, other: Person) -> None:
    """Both accept each other."""
    for giver, taker in ((one, other), (other, one)):
        _introduce(giver, taker)
    for mine, theirs in ((one, other), (other, one)):
        with closing(mine.core()) as core:
            accept_peer(core, core.home_id, from_id(theirs.id))
    meet(one, other)


def _introduce(giver: Person, taker: Person) -> None:
    with closing(giver.core()) as x, closing(taker.core()) as y:
        headers = list(x.records.headers(x.clock(), ["identity"]))
        take(y, verify_all(x.records.envelopes([one.ref for one in headers])))


def from_id(text: str) -> bytes:
    from protocol.ids import from_text

    return from_text(text)


def announce(person: Person, url: str = "http://127.0.0.1:8480") -> None:
    """Say where the node can be reached."""
    with closing(person.core()) as core, act(core) as publisher:
        place = Place(core.home_id, PUBLIC, "endpoint", "home")
        publisher.write(place, {"url": url, "tls": None})


def names(entries: Sequence[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in entries]
