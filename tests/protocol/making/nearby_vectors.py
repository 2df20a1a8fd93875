"""`nearby.json` and the example of docs/protocol.md §11: announcements, and who recognises them."""

from typing import Any

from crypto.sealing import SealingKey
from protocol.nearby import HOUR, NONCE_BYTES, TAG_BYTES, Announcement, pair_key
from tests.protocol.making.cast import NOW, made
from tests.protocol.making.readable import hex_lines, notation

ABOUT = (
    "docs/protocol.md §11. Each case: `raw` is what the strings of a TXT record hold, joined;"
    " `announcer` and `finder` are their ids, `seed` is that of the finder's sealing key"
    " (`crypto_box_seed_keypair`), `sealing` the announcer's public one, and `now` what the"
    " finder's clock shows. `key` is the key of the pair. `expect`: `ok` if the finder recognises"
    " the announcer, `unknown` if it doesn't, `malformed` if it is no announcement."
)

Case = dict[str, Any]
PLACE = Announcement(
    made("nonce", NONCE_BYTES), True, 8480, [bytes([192, 168, 1, 20]), made("v6", 16)]
)
NOISE = made("noise") * 16
ANNOUNCER, FINDER = made("announcer"), made("finder")
MINE, THEIRS = SealingKey(made("sealing of the finder")), SealingKey(made("of the announcer"))
STRANGER = SealingKey(made("of a stranger"))


def key() -> bytes:
    """That of the announcer and the finder."""
    return pair_key(THEIRS, MINE.public, ANNOUNCER, FINDER)


def said(keys: int = 1) -> Announcement:
    """What the announcer says in the hour of NOW, to so many."""
    others = [made(f"key {n}") for n in range(keys - 1)]
    return PLACE.with_tags([key(), *others], NOW // HOUR, NOISE)


def raw(one: Announcement) -> bytes:
    """The strings of an announcement, joined."""
    return b"".join(one.strings().values())


def cases() -> list[Case]:
    """Recognised, not recognised, and no announcement."""
    one = said()
    longer = raw(one._replace(tags=one.tags + made("x", 1)))
    rows: list[tuple[str, bytes, str, int, SealingKey]] = [
        ("a peer", raw(one), "ok", NOW, MINE),
        ("with 64 peers", raw(said(64)), "ok", NOW, MINE),
        ("an hour later", raw(one), "ok", NOW + HOUR, MINE),
        ("an hour earlier", raw(one), "ok", NOW - HOUR, MINE),
        ("two hours later", raw(one), "unknown", NOW + 2 * HOUR, MINE),
        ("another finder", raw(one), "unknown", NOW, STRANGER),
        ("another port", raw(one._replace(port=8481)), "unknown", NOW, MINE),
        ("another address", raw(one._replace(addresses=[bytes(4)])), "unknown", NOW, MINE),
        ("other addresses", raw(one._replace(addresses=one.addresses[::-1])), "unknown", NOW, MINE),
        ("cut", raw(one)[:-1], "malformed", NOW, MINE),
        ("trailing data", raw(one) + b"\0", "malformed", NOW, MINE),
        ("half a tag", longer, "malformed", NOW, MINE),
        ("8 tags", raw(one._replace(tags=one.tags[: 8 * TAG_BYTES])), "malformed", NOW, MINE),
        ("no address", raw(one._replace(addresses=[])), "malformed", NOW, MINE),
        ("an address of 5 bytes", raw(one._replace(addresses=[bytes(5)])), "malformed", NOW, MINE),
        ("five addresses", raw(one._replace(addresses=[bytes(4)] * 5)), "malformed", NOW, MINE),
        ("port 0", raw(one._replace(port=0)), "malformed", NOW, MINE),
        ("version 2", raw(one).replace(b"\x96\x01", b"\x96\x02", 1), "malformed", NOW, MINE),
    ]
    return [
        {
            "name": name,
            "raw": data.hex(),
            "announcer": ANNOUNCER.hex(),
            "finder": FINDER.hex(),
            "seed": own.seed.hex(),
            "sealing": THEIRS.public.hex(),
            "now": now,
            "key": pair_key(own, THEIRS.public, ANNOUNCER, FINDER).hex(),
            "expect": expect,
        }
        for name, data, expect, now, own in rows
    ]


def example() -> list[str]:
    """The announcement of the first case, and how its tag is made."""
    one, hour = said(), NOW // HOUR
    shown = notation([1, *one]).splitlines()
    return [
        *shown,
        "",
        *hex_lines(raw(one)),
        "",
        f"announcer   {ANNOUNCER.hex()}",
        f"  sealing   {THEIRS.public.hex()}",
        f"finder      {FINDER.hex()}",
        f"  sealing   {MINE.public.hex()}",
        f"X25519      {THEIRS.agree(MINE.public).hex()}",
        f"key         {key().hex()}",
        f"hour        {hour}",
        f"tag         {one.tag(key(), hour).hex()}",
    ]
