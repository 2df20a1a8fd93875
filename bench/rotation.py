"""New keys: signing 1,000 live records again, until five linked peers have committed all of them.

Six nodes: the group's in this process, its peers in processes of their own (`bench.linked`), linked
over WebSockets on loopback; the sessions are opened anew under the new key. The ceiling is what no
node can do without: signing each record once and verifying it six times, on as many cores.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from bench.filling import empty
from bench.invitation import MEETING, PATIENCE, Child, _start
from bench.processes import ROOT, environment
from bench.result import Result, median, say
from crypto.signing import SigningKey
from crypto.words import entropy_from_words
from node.app import SCHEMA, open_core
from node.features.networks.actions import found_network
from node.features.peers.accepting import use_link
from node.features.peers.actions import read_link
from node.features.recovery.rotate import rotate
from node.features.start.actions import initialise
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.links.manager import Links
from node.records.transaction import act
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.ids import to_text
from protocol.kind import Place
from protocol.record import RECORD_TYPE, open_envelope, verify_all

RECORDS = 1_000
PEERS = 5
TIMES = 3
WANTED = 2.0


def run() -> Iterator[Result]:
    """Seconds from the command to the last commit."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, ceiling = asyncio.run(_measure(Path(folder)))
    to = f"signing once and verifying {1 + PEERS} times, nothing else"
    value = median(seconds)
    ratio = round(value / ceiling, 2)
    yield Result("rotation", round(value, 3), "s", ratio, to, f"≤ {WANTED:g}", value <= WANTED)


async def _measure(folder: Path) -> tuple[list[float], float]:
    home = Home(folder / "group")
    import secrets

    words = initialise(home, {"name": "Gruppe"}, None, secrets.token_bytes, schema=SCHEMA).words
    core = open_core(home)
    with core.transaction():
        core.settings.set("serve", {"private_addresses": True})
    homes = [empty(folder, f"peer{n}") for n in range(PEERS)]
    children = [await _start("node", one.path) for one in homes]
    links = Links(core, private=True)
    try:
        for one in homes:
            link = json.loads(await _command(one, "peer", "invite"))["link"]
            await use_link(core, core.home_id, read_link(core, link))
        links.begin()
        await _fill(core, links, homes)
        say(f"{RECORDS:,} records at {PEERS} peers")
        phrase = Phrase(entropy_from_words(words))
        found = [await _once(core, links, phrase, homes) for _ in range(TIMES)]
        return found, _ceiling(core)
    finally:
        await links.close()
        core.close()
        await _stop(children)


async def _stop(children: list[Child]) -> None:
    for child in children:
        with suppress(TimeoutError):
            await child.stop()


async def _fill(core: Core, links: Links, homes: list[Home]) -> None:
    """A network of all, and meetings for everybody and for the network."""
    network = found_network(core, core.home_id, {"name": "Netz", "admission": "open"})
    await _until(lambda: links.is_quiet)
    for one in homes:
        await _command(one, "network", "apply", to_text(network))
    await _until(lambda: len(core.ties.members(network, core.clock())) == 1 + PEERS)
    with act(core) as publisher:
        for n in range(RECORDS - len(_mine(core))):
            place, epoch = Place(core.home_id, PUBLIC, "meeting", f"m{n}"), None
            if n >= 500:
                place, epoch = publisher.to_network(core.home_id, network, "meeting", f"m{n}")
            content = {**MEETING, "link": None, "open_to": "everybody", "capacity": None}
            publisher.write(place, {**content, "cancelled": None}, epoch=epoch)
    await _until(lambda: all(_count(core, one, 0) == RECORDS for one in homes))


async def _command(home: Home, *words: str) -> bytes:
    """What the command says, through the door of the server of this node."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "node", "--json", "--home", str(home.path), *words),
        cwd=ROOT,
        env=environment(),
        stdout=PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said
    return said


def _mine(core: Core) -> list[bytes]:
    return [
        record.raw
        for _no, record, _in in core.records.all_by(core.home_id)
        if record.kind != "identity"
    ]


def _count(core: Core, home: Home, link: int) -> int:
    """How many of the group's records a peer has under a link."""
    with closing(sqlite3.connect(home.database)) as conn:
        sql = (
            "select count(*) from records where kind <> 'identity' and substr(seq, 1, 4) = ?"
            " and author = (select no from identities where id = ?)"
        )
        found: int = conn.execute(sql, (link.to_bytes(4, "big"), core.home_id)).fetchone()[0]
        return found


async def _once(core: Core, links: Links, phrase: Phrase, homes: list[Home]) -> float:
    await _until(lambda: len(links.sessions) == PEERS)
    began = time.perf_counter()
    link = rotate(core, phrase, core.home_id, False).link
    signed = time.perf_counter() - began
    await _until(lambda: all(_count(core, one, link) == RECORDS for one in homes))
    took = time.perf_counter() - began
    say(f"signed in {signed:.3f} s, everywhere after {took:.3f} s")
    return took


async def _until(condition: object) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def _ceiling(core: Core) -> float:
    """The same signatures, made once and verified by everybody, on all cores."""
    raws = _mine(core)
    payloads = [open_envelope(raw)[1] for raw in raws]
    key = SigningKey(bytes(32))
    with ProcessPoolExecutor(cpu_count(), get_context("spawn")) as pool:
        list(pool.map(_verified, [raws[:1]] * 2 * PEERS))
        began = time.perf_counter()
        for payload in payloads:
            key.sign(RECORD_TYPE, payload)
        list(pool.map(_verified, [raws] * (1 + PEERS)))
        return time.perf_counter() - began


def _verified(raws: list[bytes]) -> int:
    return len(verify_all(raws))
