"""What browsers call themselves, in plain words."""

import pytest

from node.people.devices import device

SAID = [
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
     "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
    ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
     " Mobile Safari/537.36", "Chrome, Android"),
    ("Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 SamsungBrowser/25.0"
     " Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet, Android"),
    ("Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
     " [FB_IAB/FB4A;FBAV/470.0]", "Facebook, Android"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
     " Edg/126.0", "Edge, Windows"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0",
     "Firefox, Mac"),
    ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
     "Chrome, Chromebook"),
    ("Lynx/2.8", ""),
    ("", ""),
    ("x" * 2_000 + "Firefox", ""),
]  # fmt: skip


@pytest.mark.parametrize(("said", "shown"), SAID)
def test_device(said: str, shown: str) -> None:
    assert device(said) == shown
