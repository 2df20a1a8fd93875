"""Sealing for several recipients, and padding."""

import json
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_box_seal, crypto_scalarmult

from crypto import sealing
from crypto.errors import BadKey, CannotOpen
from crypto.sealing import (
    LOW_ORDER_POINTS,
    SEAL_ENTROPY_BYTES,
    WRAP_BYTES,
    SealingKey,
    accept_sealing,
    pad,
    seal,
    unpad,
    unseal,
)

VECTORS = Path(__file__).parent / "vectors"
RFC7748 = Path(cryptography_vectors.__file__).parent / "asymmetric" / "X25519" / "rfc7748.txt"
ENTROPY = bytes(range(SEAL_ENTROPY_BYTES))
ANNA, BERTA, CLARA = (SealingKey(bytes([number]) * 32) for number in (1, 2, 3))
WRAPS, BOX = seal(b"Friday", [ANNA.public, BERTA.public], b"context", ENTROPY)


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a vector file."""
    loaded: list[dict[str, Any]] = json.loads((VECTORS / name).read_text())["cases"]
    return loaded


def changed(data: bytes, at: int) -> bytes:
    """`data` with another byte at `at`."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("case", cases("sealed.json"), ids=lambda case: case["name"])
def test_sealed_vectors(case: dict[str, Any]) -> None:
    wraps = [bytes.fromhex(wrap) for wrap in case["wraps"]]
    keys = [SealingKey(bytes.fromhex(seed)) for seed in case["seeds"]]
    box, context = bytes.fromhex(case["box"]), bytes.fromhex(case["context"])
    if case["outcome"] == "CannotOpen":
        with pytest.raises(CannotOpen):
            unpad(unseal(wraps, box, keys, context))
    else:
        assert unpad(unseal(wraps, box, keys, context)).hex() == case["outcome"]


def test_rfc7748_vectors() -> None:
    """The curve below: RFC 7748 §5.2."""
    blocks = RFC7748.read_text().split("\n\n")[1:]
    assert len(blocks) == 3
    for block in blocks:
        fields = dict(line.split(" = ") for line in block.strip().splitlines())
        product = crypto_scalarmult(*(bytes.fromhex(fields[f"INPUT_{x}"]) for x in ("SCALAR", "U")))
        assert product.hex() == fields["OUTPUT_U"]


def test_both_sides_agree() -> None:
    assert ANNA.agree(BERTA.public) == BERTA.agree(ANNA.public)
    assert len({ANNA.agree(BERTA.public), ANNA.agree(CLARA.public), ANNA.agree(ANNA.public)}) == 3
    base = bytes([9]).ljust(32, b"\0")
    assert ANNA.agree(base) == ANNA.public


@pytest.mark.parametrize("public", [*sorted(LOW_ORDER_POINTS), b"\xff" * 32, b"", bytes(31)])
def test_nobody_agrees_with_a_bad_key(public: bytes) -> None:
    with pytest.raises(BadKey):
        ANNA.agree(public)


def test_xchacha20poly1305_published() -> None:
    """draft-irtf-cfrg-xchacha-03, appendix A.3.1, through `unseal` and `seal`."""
    key, nonce = bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58))
    context = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    plaintext = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you "
        b"only one tip for the future, sunscreen would be it."
    )
    box = nonce + bytes.fromhex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52e"
        "c0875924c1c7987947deafd8780acf49"
    )
    assert unseal([crypto_box_seal(key, ANNA.public)], box, [ANNA], context) == plaintext
    assert seal(plaintext, [ANNA.public], context, key + nonce)[1] == box


@given(
    plaintext=st.binary(max_size=1000),
    context=st.binary(max_size=100),
    entropy=st.binary(min_size=SEAL_ENTROPY_BYTES, max_size=SEAL_ENTROPY_BYTES),
    seeds=st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=4),
)
def test_round_trip(plaintext: bytes, context: bytes, entropy: bytes, seeds: list[bytes]) -> None:
    keys = [SealingKey(seed) for seed in seeds]
    wraps, box = seal(pad(plaintext), [key.public for key in keys], context, entropy)
    assert [len(wrap) for wrap in wraps] == [WRAP_BYTES] * len(keys)
    for key, wrap in zip(keys, wraps, strict=True):
        assert key.open_wrap(wrap) == entropy[:32]  # in the order of the recipients
        assert unpad(unseal(wraps, box, [key], context)) == plaintext


def test_box_each_byte_changed() -> None:
    for at in range(len(BOX)):
        with pytest.raises(CannotOpen):
            unseal(WRAPS, changed(BOX, at), [ANNA], b"context")


def test_box_cut_at_each_length() -> None:
    for length in range(len(BOX)):
        with pytest.raises(CannotOpen):
            unseal(WRAPS, BOX[:length], [ANNA], b"context")


def test_box_with_trailing_data() -> None:
    with pytest.raises(CannotOpen):
        unseal(WRAPS, BOX + b"\0", [ANNA], b"context")


def test_wrap_each_byte_changed() -> None:
    for at in range(WRAP_BYTES):
        with pytest.raises(CannotOpen):
            unseal([changed(WRAPS[0], at)], BOX, [ANNA], b"context")


def test_wrap_of_another_size() -> None:
    for wrap in (*(WRAPS[0][:length] for length in range(WRAP_BYTES)), WRAPS[0] + b"\0"):
        with pytest.raises(CannotOpen):
            unseal([wrap], BOX, [ANNA], b"context")


def test_unseal_without_wraps_or_keys() -> None:
    for wraps, keys in ([], [ANNA]), (WRAPS, []), (WRAPS, [CLARA]):
        with pytest.raises(CannotOpen):
            unseal(wraps, BOX, keys, b"context")


def test_unseal_passes_over_a_wrap_that_does_not_fit() -> None:
    wrong = crypto_box_seal(bytes(32), ANNA.public)
    assert unseal([wrong, b"", *WRAPS], BOX, [CLARA, ANNA], b"context") == b"Friday"


def test_seal_hides_whom_it_is_for() -> None:
    again, box = seal(b"Friday", [ANNA.public, BERTA.public], b"context", ENTROPY)
    assert box == BOX  # the entropy is ours
    assert not set(again) & set(WRAPS)  # libsodium's ephemeral keys are not


@pytest.mark.parametrize("size", [0, 32, 55, 57])
def test_seal_with_other_entropy(size: int) -> None:
    with pytest.raises(BadKey, match=f"not {size}"):
        seal(b"", [ANNA.public], b"", bytes(size))


def test_seal_for_nobody() -> None:
    with pytest.raises(BadKey):
        seal(b"", [], b"", ENTROPY)


def test_seal_for_an_unacceptable_recipient() -> None:
    with pytest.raises(BadKey):
        seal(b"", [ANNA.public, bytes(32)], b"", ENTROPY)


@pytest.mark.parametrize("case", cases("x25519-points.json"), ids=lambda case: case["name"])
def test_accept_sealing(case: dict[str, str]) -> None:
    point = bytes.fromhex(case["point"])
    if case["outcome"] == "accept":
        assert accept_sealing(point) == point
    else:
        with pytest.raises(BadKey):
            accept_sealing(point)


def test_low_order_points_as_libsodium_sees_them() -> None:
    for point in LOW_ORDER_POINTS:
        with pytest.raises(RuntimeError):  # the shared secret would be zero
            crypto_scalarmult(bytes(range(32)), point)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_seed_of_another_size(size: int) -> None:
    with pytest.raises(BadKey, match=f"not {size}"):
        SealingKey(bytes(size))


def test_repr_shows_no_secret() -> None:
    assert repr(ANNA) == f"SealingKey(public={ANNA.public.hex()})"
    assert ANNA.seed == bytes([1]) * 32


@pytest.mark.parametrize(
    ("size", "padded"),
    [
        (0, 256),
        (252, 256),
        (253, 512),
        (508, 512),
        (509, 1024),
        (1021, 2048),
        (65532, 65536),
        (65533, 131072),
        (131068, 131072),
        (131069, 196608),
    ],
)
def test_pad_rung(size: int, padded: int) -> None:
    data = b"\1" * size
    assert pad(data) == size.to_bytes(4, "big") + data + bytes(padded - size - 4)
    assert unpad(pad(data)) == data


@given(st.binary(max_size=3000))
def test_pad_round_trip(data: bytes) -> None:
    assert unpad(pad(data)) == data


def test_unpad_each_byte_changed() -> None:
    """Only bytes of the data itself may differ: padding has one spelling."""
    padded = pad(b"Friday")
    for at in range(len(padded)):
        if 4 <= at < 10:
            assert unpad(changed(padded, at)) != b"Friday"
        elif at != 3:
            with pytest.raises(CannotOpen):
                unpad(changed(padded, at))


def test_unpad_length_changed() -> None:
    padded = pad(b"Friday")
    with pytest.raises(CannotOpen):
        unpad(padded[:3] + b"\5" + padded[4:])
    assert unpad(padded[:3] + b"\7" + padded[4:]) == b"Friday\0"  # a length is what it says


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\0\0\0\0",
        bytes(255),
        bytes(257),
        bytes(512),
        pad(bytes(300)) + bytes(512),
        bytes(65536),
        pad(bytes(65536)) + bytes(65536),
        b"\xff\xff\xff\xff" + bytes(252),
        b"\0\0\0\xfd" + bytes(252),
    ],
)
def test_unpad_refuses(padded: bytes) -> None:
    with pytest.raises(CannotOpen):
        unpad(padded)


def test_pad_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a smaller bound, because the real one is four gigabytes."""
    monkeypatch.setattr(sealing, "MAX_PADDED_LENGTH", 10)
    assert unpad(pad(bytes(10))) == bytes(10)
    with pytest.raises(CannotOpen):
        pad(bytes(11))
