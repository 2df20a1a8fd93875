"""Bundles that no honest node wrote, or that were exchanged on their way (protocol.md §10.2)."""

from pathlib import Path

import pytest

from crypto.parts import unwrap_key, wrap_key
from crypto.sealing import WRAP_BYTES
from crypto.signing import SigningKey
from node.base.errors import Problem
from node.features.bundles.actions import write_bundle
from node.features.bundles.reading import Acceptance, look, read_bundle
from node.features.groups.actions import edit_group
from node.features.recovery.rotate import rotate
from node.links.own_proofs import holdings
from node.links.session_store import NodeShelf, shelves_of
from node.store.core import Core
from sync.bundle import FIRST, START_BYTES, Writer
from sync.bundle_selection import for_peer
from sync.proof import Holding
from tests.node.by_hand import acquainted, with_words
from tests.node.sticks import (
    handmade,
    held,
    own_envelopes,
    pair,
    refused,
    stick,
)
from tests.node.world import Clock, make_core
from tests.sync.people import NOW, Someone, entropy

__all__ = ["pair"]


def test_any_flipped_byte_of_the_head(pair: tuple[Core, Core]) -> None:
    giver, taker = pair
    file = stick(giver, taker)
    data, before = file.read_bytes(), held(taker)
    begin = START_BYTES + int.from_bytes(data[START_BYTES - 4 : START_BYTES], "big")
    for at in range(0, begin, 7):
        file.write_bytes(data[:at] + bytes([data[at] ^ 16]) + data[at + 1 :])
        with pytest.raises(Problem, match=r"bundle-(none|version|others|altered|cut)"):
            read_bundle(taker, file)
    assert held(taker) == before


def test_rubbish_is_not_read_to_the_end(pair: tuple[Core, Core]) -> None:
    giver, taker = pair
    good = Someone("good")
    some = [b"\xc1" * 300] * 1_500
    file = handmade(
        giver,
        taker,
        [*list(for_peer(NodeShelf(giver, shelves_of(giver)), giver.own, taker.own, NOW)), *some],
    )
    edit_group(giver, giver.home_id, {"region": "Kiel"})
    assert refused(taker, file) == "bundle-rubbish"
    few = handmade(giver, taker, [*some[:900], good.group(), *own_envelopes(giver)])
    report = read_bundle(taker, few)
    assert dict(report.refused)["malformed"] == 900
    assert report.new == 1, "one bad record stops nothing"


def test_strangers_records_are_for_strangers(pair: tuple[Core, Core]) -> None:
    """A peer can introduce nobody but itself, as in a session."""
    giver, taker = pair
    other = Someone("other")
    report = read_bundle(taker, handmade(giver, taker, [other.introduction(), other.group()]))
    assert (report.new, dict(report.refused)) == (1, {"not-for-you": 1})


def test_passed_on_as_if_it_were_for_somebody_else(pair: tuple[Core, Core], tmp_path: Path) -> None:
    """A recipient who seals it anew: what is signed says for whom it was."""
    giver, taker = pair
    third = make_core(tmp_path, "Third")
    acquainted([giver, third])
    file = stick(giver, taker)
    data, keys = file.read_bytes(), taker.ring.sealing_keys(taker.ring.ids)
    at = len(FIRST)
    key = unwrap_key(data[at : at + WRAP_BYTES], keys)
    anew = wrap_key(key, third.ties.sealing_key(third.home_id))
    file.write_bytes(data[:at] + anew + data[at + WRAP_BYTES :])
    before = held(third)
    assert refused(third, file) == "bundle-others"
    assert held(third) == before
    third.close()


def test_in_the_name_of_somebody_else(pair: tuple[Core, Core]) -> None:
    """Everybody knows the chain of a group and can seal to its peers; nobody else has its key."""
    giver, taker = pair
    (mine,) = holdings(giver)
    wrong = [mine._replace(key=SigningKey(entropy("thief")))]
    other = Someone("other")
    for shown in (wrong, [Holding(mine.id, other.key, other.introduction())]):
        writer = Writer(entropy("key"))
        body = writer.add(other.introduction()) + writer.finish()
        to = (taker.home_id, taker.ties.sealing_key(taker.home_id))
        file = giver.home.path.parent / "forged.verbund"
        file.write_bytes(writer.head(shown, NOW, to) + body)
        before = held(taker)
        assert refused(taker, file) == "bundle-forged"
        assert not look(taker, file).proven
        assert held(taker) == before


def test_under_keys_that_count_no_more(tmp_path: Path) -> None:
    """Written before a rotation that the reader heard of: a thief could have written it."""
    clock = Clock()
    giver, phrase = with_words(tmp_path, "Giver", clock)
    taker = make_core(tmp_path, "Taker", clock)
    acquainted([giver, taker])
    before = stick(giver, taker, "before")
    rotate(giver, phrase, giver.home_id, compromised=True)
    assert read_bundle(taker, stick(giver, taker, "after")).refused == {}
    assert refused(taker, before) == "bundle-forged"
    assert read_bundle(giver, stick(taker, giver)).refused == {}, "sealed to the new key"
    giver.close()
    taker.close()


def test_nested_nonsense(pair: tuple[Core, Core]) -> None:
    giver, taker = pair
    inner = stick(giver, taker).read_bytes()
    report = read_bundle(taker, handmade(giver, taker, [inner[:60_000], b"\x91" * 60_000]))
    assert dict(report.refused) == {"malformed": 2}
    assert report.missing == 0


def test_a_file_that_was_exchanged(pair: tuple[Core, Core], tmp_path: Path) -> None:
    """Who was accepted is who wrote it, not whoever's file lies there by now."""
    _giver, taker = pair
    stranger, other = (make_core(tmp_path, name) for name in ("Stranger", "Other"))
    file = tmp_path / "hello.verbund"
    write_bundle(other, None, file, replace=False)
    with pytest.raises(Problem, match="bundle-stranger"):
        read_bundle(taker, file, Acceptance(taker.home_id, stranger.home_id))
    assert other.home_id not in taker.ties.identities
    report = read_bundle(taker, file, Acceptance(taker.home_id, other.home_id))
    assert (report.accepted, report.refused) == (True, {})
    stranger.close()
    other.close()


def test_old_and_from_the_future(pair: tuple[Core, Core]) -> None:
    giver, taker = pair
    assert refused(taker, handmade(giver, taker, [], NOW - 400 * 86_400)) == "bundle-old"
    assert read_bundle(taker, handmade(giver, taker, [], NOW + 86_400)).new == 0
