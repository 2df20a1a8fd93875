"""The examples of docs/protocol.md §8 to §10, from the same values as the vector files."""

import json

from crypto.hashing import digest
from protocol.encoding import encode
from protocol.peering import PeerLink
from tests.protocol.making import naive
from tests.protocol.making.bundle_vectors import FIRST
from tests.protocol.making.bundle_vectors import KEY as BUNDLE_KEY
from tests.protocol.making.bundle_vectors import example as example_bundle
from tests.protocol.making.cast import NOW, Actor, made
from tests.protocol.making.descriptor_vectors import content, sealed
from tests.protocol.making.frame_vectors import frames
from tests.protocol.making.handshake_vectors import transcript
from tests.protocol.making.readable import hex_lines, indented, notation, shortened
from tests.protocol.making.set_vectors import KEY, SALTS, tag_key, tags

STEPS = {
    "seed of D's ephemeral key": "dialler_seed",
    "D's secret ephemeral key: digest(seed)": "dialler_secret",
    "seed of A's ephemeral key": "answerer_seed",
    "A's secret ephemeral key": "answerer_secret",
    "message 1": "message_1",
    "message 2": "message_2",
    "transcript": "transcript",
    "key under which A sends": "answerer_sends_under",
    "key under which D sends": "dialler_sends_under",
    "tag key": "tag_key",
    "what A signs as verbund/hello/1": "signed_in_message_3",
    "message 3 before it is encrypted": "plain_3",
    "message 3: header, then ciphertext": "message_3",
    "what D signs": "signed_in_message_4",
    "message 4 before it is encrypted": "plain_4",
    "message 4: header, then ciphertext": "message_4",
    "what A's home signs": "signed_in_message_5",
    "message 5 before it is encrypted": "plain_5",
    "message 5: ciphertext": "message_5",
    "message 6 before it is encrypted": "plain_6",
    "message 6: ciphertext": "message_6",
}


def handshake() -> list[str]:
    """Each step: what it is, and its bytes."""
    values = {name: bytes.fromhex(value) for name, value in transcript().items()}
    assert values["dialler_secret"] == digest(values["dialler_seed"])
    lines = []
    for what, name in STEPS.items():
        lines += [f"{what}:", *indented(values[name])]
    return lines


def all_frames() -> list[str]:
    """One of each: what it says, and its bytes."""
    lines: list[str] = []
    for frame in frames():
        shown = [frame[0], [b"..."]] if frame[0] == "records" else frame
        lines += notation(shown).splitlines()
        lines += ["  " + line for line in hex_lines(encode(frame))]
    return [line.replace("h'2e2e2e'", "envelope") for line in lines]


def sets() -> list[str]:
    """Tags under the tag key of the handshake above."""
    *named, network, peer, record = tags()
    return [
        f"tag key           {tag_key().hex()}",
        *(
            f"tag({json.dumps(bytes.fromhex(x['input']).decode())})".ljust(18) + x["tag"]
            for x in named
        ),
        f'tag("network" ‖   {network["input"][14:]})',
        f"                  {network['tag']}",
        f"tag(peer's id     {peer['input']})",
        f"                  {peer['tag']}",
        f"tag(record's id   {record['input']})",
        f"                  {record['tag']}",
    ]


def symbols() -> list[str]:
    """From two salts to the first cells of two records."""
    key, ids = KEY, [naive.record_id(number) for number in range(2)]
    lines = [f"salt              {salt.hex()}" for salt in sorted(SALTS.values())]
    lines.append(f"set key           {key.hex()}")
    for number, id_ in enumerate(ids):
        one = naive.coded(key, id_)
        lines += [
            f"record {number}: id      {id_.hex()}",
            f"  short id, check {one.short.hex()} {one.check.hex()}",
            f"  mark            {one.mark:016x}",
            f"  lanes 0 to 4    {', '.join(map(str, one.lanes[:5]))}",
            f"  cells before 8  {', '.join(map(str, one.cells(8)))}",
        ]
    lines.append(f"digest of both    {naive.total(key, ids).hex()}")
    cells = naive.travels(naive.row(key, ids, 8))
    return [
        *lines,
        *(f"cell {at}            {cells[10 * at : 10 * at + 10].hex()}" for at in range(8)),
    ]


def descriptor() -> list[str]:
    """The payload."""
    return shortened(notation(content(Actor("hub")))).splitlines()


def descriptor_bytes() -> list[str]:
    """The whole answer."""
    home = Actor("hub")
    return hex_lines(sealed(content(home), home.signing()))


def peer_link() -> PeerLink:
    """The one of §9.3."""
    url = "https://verbund.example:8480"
    return PeerLink(Actor("hub").id, url, None, made("code", 16), NOW)


def peer_link_content() -> list[str]:
    """What stands behind the `#`."""
    values = [1, *peer_link()]
    return [*notation(values).splitlines(), "", *hex_lines(encode(values))]


def bundle() -> list[str]:
    """What its statement says."""
    statement, _raw = example_bundle()
    return notation(statement).splitlines()


def bundle_bytes() -> list[str]:
    """All of it, with the bytes of each step in front."""
    statement, raw = example_bundle()
    wrap, head = len(FIRST), len(FIRST) + 80 + 4
    end = head + int.from_bytes(raw[head - 4 : head], "big")
    steps = {
        "the key": BUNDLE_KEY,
        "the statement": encode(statement),
        "first line, wrap, length of the head": raw[:head],
        "the sealed head": raw[head:end],
        "sealed part 1, of 1": raw[end:],
    }
    assert raw[wrap:head].startswith(bytes(48) + BUNDLE_KEY)
    lines = []
    for what, value in steps.items():
        lines += [f"{what}:", *indented(value)]
    return lines
