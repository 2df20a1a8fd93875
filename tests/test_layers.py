"""The lower three packages do no I/O and have no clock and no randomness of their own."""

from pathlib import Path

import pytest

from tests.layers import violations

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in ("crypto", "protocol", "sync")
    for path in (ROOT / package).rglob("*.py")
)


@pytest.mark.parametrize("module", MODULES)
def test_module_is_pure(module: str) -> None:
    assert violations((ROOT / module).read_text(encoding="utf-8")) == []


def test_all_three_packages_are_looked_at() -> None:
    assert {module.partition("/")[0] for module in MODULES} == {"crypto", "protocol", "sync"}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("open('x')", "open"),
        ("print('x')", "print"),
        ("input()", "input"),
        ("breakpoint()", "breakpoint"),
        ("lines = list(map(print, []))", "print"),
        ("from datetime import datetime\ndatetime.now(UTC)", "datetime.datetime.now"),
        ("from datetime import datetime as d\nd.utcnow()", "datetime.datetime.utcnow"),
        ("import datetime\ndatetime.datetime.today()", "datetime.datetime.today"),
        ("import datetime as dt\ndt.date.today()", "datetime.date.today"),
        (
            "from datetime import datetime\nfield(default_factory=datetime.now)",
            "datetime.datetime.now",
        ),
        ("import time", "time"),
        ("from time import monotonic", "time.monotonic"),
        ("def f():\n    import time", "time"),
        ("import random", "random"),
        ("from random import choice", "random.choice"),
        ("from secrets import token_bytes", "secrets.token_bytes"),
        ("import os", "os"),
        ("from os import urandom as entropy", "os.urandom"),
        ("import os.path", "os.path"),
        ("from uuid import uuid4", "uuid.uuid4"),
        ("import uuid\nuuid.uuid1()", "uuid.uuid1"),
        ("import nacl.utils\nnacl.utils.random(32)", "nacl.utils.random"),
        ("from nacl.utils import random", "nacl.utils.random"),
        ("from nacl import utils\nutils.random(8)", "nacl.utils.random"),
        ("from nacl.bindings import randombytes", "nacl.bindings.randombytes"),
        ("from nacl.bindings import crypto_kx_keypair", "nacl.bindings.crypto_kx_keypair"),
        (
            "from nacl.signing import SigningKey\nSigningKey.generate()",
            "nacl.signing.SigningKey.generate",
        ),
        ("make(kind).generate_key(256)", "?.generate_key"),
        ("from pathlib import Path", "pathlib.Path"),
        ("import sys\nsys.stdout.write('x')", "sys.stdout"),
        ("import logging", "logging"),
        ("import urllib.request", "urllib.request"),
        ("from urllib import request", "urllib.request"),
        ("from http import HTTPStatus", "http.HTTPStatus"),
        ("import socket as s", "socket"),
        ("import ssl", "ssl"),
        ("from aiohttp import web", "aiohttp.web"),
        ("import asyncio", "asyncio"),
        ("from threading import Lock", "threading.Lock"),
        ("from subprocess import run", "subprocess.run"),
        ("import sqlite3", "sqlite3"),
        ("from sqlite_utils import Database", "sqlite_utils.Database"),
    ],
)
def test_forbidden_mention_is_found(source: str, name: str) -> None:
    names = [violation.split()[1] for violation in violations(source)]
    assert name in names


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\ndatetime.fromtimestamp(now, UTC)",
        "def age(now: int) -> int:\n    return now - self.now",
        "def open(box: bytes) -> bytes: ...\nopen(b'')",
        "from crypto.sealing import open\nopen(b'')",
        "import crypto.sealing as sealing\nsealing.open(b'')",
        "def check(print: bytes) -> int:\n    return len(print)",
        "from urllib.parse import urlsplit\nurlsplit('')",
        "from nacl.bindings import crypto_kx_seed_keypair\ncrypto_kx_seed_keypair(b'')",
        "from nacl.public import SealedBox\nSealedBox(key).encrypt(b'')",
        "def mix(random: bytes, time: Slot) -> int:\n    return random[0] + time.hour",
        "from .time import parse\nparse('')",
        "timer = record.time\ntimer.random",
        "import hashlib, hmac, struct, unicodedata",
    ],
)
def test_harmless_mention_is_left_alone(source: str) -> None:
    assert violations(source) == []


def test_violation_tells_line_name_and_what_to_do() -> None:
    source = "import hashlib\nimport time\n\nprint(time.time())\n"
    assert violations(source) == [
        "2: time (`now` is an argument)",
        "4: print (only node/ talks to people and files)",
        "4: time.time (`now` is an argument)",
    ]
