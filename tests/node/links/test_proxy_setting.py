"""Which proxies there are, how one is set, and whom it may be asked for (docs/protocol.md §12)."""

from pathlib import Path

import pytest

from node.app import PROGRAM, main
from node.base.errors import Problem
from node.cli import terminal
from node.cli.parser import build
from node.features.status.views import status_view
from node.links.proxy import TROUBLE, Proxy, kept, may_be_asked
from node.serving import Options, filled_in, keep
from node.store.core import Core
from node.texts import Texts
from tests.node.links import test_dialling
from tests.node.world import inside, make_core

ONION = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion"


# What is a proxy


GOOD = {
    "socks5://127.0.0.1:9050": ("127.0.0.1", 9050, None, None),
    "socks5h://tor.example:1080/": ("tor.example", 1080, None, None),
    "socks5://[::1]:9050": ("::1", 9050, None, None),
    "socks5://anna:ge%3Aheim@127.0.0.1:9050": ("127.0.0.1", 9050, "anna", "ge:heim"),
}
BAD = (
    "127.0.0.1:9050", "http://127.0.0.1:8080", "socks4://127.0.0.1:9050", "socks5://127.0.0.1",
    "socks5://:9050", "socks5://127.0.0.1:0", "socks5://127.0.0.1:99999", "socks5://127.0.0.1:x",
    "socks5://127.0.0.1:9050/weg", "socks5://127.0.0.1:9050?a=b", "socks5://a b:9050",
    "socks5://anna@127.0.0.1:9050", "socks5://:geheim@127.0.0.1:9050", "socks5://@127.0.0.1:9050",
    "socks5://änna:geheim@127.0.0.1:9050", f"socks5://{'a' * 256}:b@127.0.0.1:9050", "", "socks5://[",
)  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_proxy(text: str) -> None:
    found = Proxy.parse(text)
    assert (found.host, found.port, found.user, found.password) == GOOD[text]
    assert "geheim" not in f"{found} {found!r} {found.shown}"
    assert Proxy.parse(found.shown) == Proxy(found.host, found.port)


@pytest.mark.parametrize("text", BAD)
def test_no_proxy(text: str) -> None:
    with pytest.raises(Problem) as refused:
        Proxy.parse(text)
    assert (refused.value.code, refused.value.values) == ("bad-proxy", {})


def _started(core: Core, options: Options) -> Options:
    """What a start with these makes of them; they stand for the next one."""
    found = filled_in(core, options)
    keep(core, found)
    return found


def test_the_setting_is_kept_and_taken_back(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    secret = "socks5://anna:geheim@127.0.0.1:9050"
    _started(core, Options(PROGRAM, proxy=secret))
    _started(core, Options(PROGRAM))
    assert kept(core) == Proxy("127.0.0.1", 9050, "anna", "geheim")
    view = status_view(inside(core))
    assert view.proxy == "socks5://127.0.0.1:9050"
    assert "geheim" not in repr(view)
    for wrong in (
        Options(PROGRAM, proxy="http://127.0.0.1:1"),
        Options(PROGRAM, local_network=True),
    ):
        with pytest.raises(Problem):
            _started(core, wrong)
        assert kept(core) is not None
    _started(core, Options(PROGRAM, proxy="off"))
    assert kept(core) is None
    core.close()


def test_switches_are_taken_back(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    for said, stands in ((None, False), (True, True), (None, True), (False, False), (None, False)):
        found = _started(core, Options(PROGRAM, private_addresses=said, local_network=said))
        assert (found.private_addresses, found.local_network) == (stands, stands)
    core.close()


def test_the_command_line() -> None:
    parser = build(PROGRAM, Texts("en"))
    for said, found in (
        ([], (None, None, None)),
        (["--private-addresses", "--local-network"], (True, True, None)),
        (["--no-private-addresses", "--no-local-network"], (False, False, None)),
        (["--proxy", "off"], (None, None, "off")),
    ):
        for command in ("run", "serve"):
            args = parser.parse_args([command, *said])
            assert (args.private_addresses, args.local_network, args.proxy) == found


def test_a_password_need_not_stand_in_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VERBUND_PROXY", raising=False)
    assert (terminal.proxy(None), terminal.proxy("off")) == (None, "off")
    monkeypatch.setenv("VERBUND_PROXY", "socks5://anna:geheim@127.0.0.1:9050")
    assert terminal.proxy(None) == "socks5://anna:geheim@127.0.0.1:9050"
    assert terminal.proxy("off") == "off", "what is said counts"
    monkeypatch.setenv("VERBUND_PROXY", "")
    assert terminal.proxy(None) is None


SAID = {
    ("en", "proxy-down"): "nobody answers there",
    ("en", "proxy-wrong"): "is no SOCKS proxy, or it turns you away",
    ("en", "proxy-slow"): "did not get through in time",
    ("de", "proxy-down"): "dort antwortet niemand",
    ("de", "proxy-wrong"): "ist kein SOCKS-Proxy, oder es weist euch ab",
    ("de", "proxy-slow"): "kam zuletzt nicht rechtzeitig durch",
}


@pytest.mark.parametrize(("language", "trouble"), SAID)
def test_status_says_it(
    language: str, trouble: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    core = make_core(tmp_path)
    with core.transaction():
        core.settings.set("serve", {"proxy": "socks5://anna:geheim@127.0.0.1:9050"})
        core.settings.set(TROUBLE, trouble)
    core.close()
    assert main(["status", "--lang", language, "--home", str(core.home.path)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "socks5://127.0.0.1:9050 – " in told
    assert SAID[language, trouble] in told
    assert "geheim" not in told


# Whom a proxy may be asked for


PUBLIC = (
    "verbund.example", "a-b.verbund.example.", ONION, "193.99.144.80", "[2a02:2e0:3fe:1001::1]",
    "local.verbund.example", "1.verbund.example",
)  # fmt: skip
INSIDE = (
    *(one for one in test_dialling.PRIVATE if one), "localhost.", "a.localhost",
    "printer", "nas.local",
    "router.lan", "x.internal", "x.home.arpa", "127.0.0.1.", "1.2.3", "0x7f000001", "[::1]",
    "[::ffff:10.0.0.1]", "", ".",
)  # fmt: skip


def test_whom_a_proxy_may_be_asked_for() -> None:
    assert [one for one in PUBLIC if not may_be_asked(one)] == []
    assert [one for one in INSIDE if may_be_asked(one)] == []
