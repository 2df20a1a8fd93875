"""Signatures: RFC 8032, the 1024 published vectors, edge-case keys, and what verify refuses."""

import json
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_sign, crypto_sign_open
from nacl.exceptions import BadSignatureError

from crypto.errors import BadKey, BadSignature
from crypto.signing import SigningKey, accept_public, pae, verify

VECTORS = Path(__file__).parent / "vectors"
SIGN_INPUT = Path(cryptography_vectors.__file__).parent / "asymmetric" / "Ed25519" / "sign.input"
ORDER = 2**252 + 27742317777372353535851937790883648493
KEY = SigningKey(bytes(range(32)))
SIGNATURE = KEY.sign(b"type", b"payload")


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a vector file."""
    loaded: list[dict[str, Any]] = json.loads((VECTORS / name).read_text())["cases"]
    return loaded


def flipped(data: bytes, bit: int) -> bytes:
    """`data` with one bit changed."""
    at, mask = divmod(bit % (8 * len(data)), 8)
    return data[:at] + bytes([data[at] ^ 1 << mask]) + data[at + 1 :]


def check_vector(secret: bytes, public: bytes, message: bytes, signature: bytes) -> None:
    """Our key, and the binding below `verify`: these signatures are over bare messages."""
    key = SigningKey(secret)
    assert key.public == public == accept_public(public)
    assert crypto_sign(message, key._secret) == signature + message
    assert crypto_sign_open(signature + message, public) == message


def test_pae_from_its_specification() -> None:
    assert pae(b"http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae(b"", b"") == b"DSSEv1 0  0 "


@given(st.binary(), st.binary(), st.binary(), st.binary())
def test_pae_unambiguous(type_a: bytes, a: bytes, type_b: bytes, b: bytes) -> None:
    assert (pae(type_a, a) == pae(type_b, b)) == ((type_a, a) == (type_b, b))


@pytest.mark.parametrize("case", cases("rfc8032.json"), ids=lambda case: case["name"])
def test_rfc8032_section_7_1(case: dict[str, str]) -> None:
    fields = ("secret", "public", "message", "signature")
    check_vector(*(bytes.fromhex(case[field]) for field in fields))


def test_published_vectors_and_each_with_a_flipped_bit() -> None:
    lines = SIGN_INPUT.read_text().splitlines()
    assert len(lines) == 1024
    for number, line in enumerate(lines):
        secret, public, message, signed = map(bytes.fromhex, line.split(":")[:4])
        signature = signed[:64]
        check_vector(secret[:32], public, message, signature)
        with pytest.raises(BadSignatureError):
            crypto_sign_open(flipped(signature, number) + message, public)
        with pytest.raises(BadSignatureError):
            crypto_sign_open(signature + flipped(message or b"\0", number), public)
        with pytest.raises(BadSignatureError):
            crypto_sign_open(signature + message, flipped(public, number))


@given(st.binary(min_size=32, max_size=32), st.binary(), st.binary(max_size=300))
def test_signatures_like_another_library(seed: bytes, payload_type: bytes, payload: bytes) -> None:
    """OpenSSL signs the same bytes and verifies ours: the PAE is all there is in between."""
    key, other = SigningKey(seed), Ed25519PrivateKey.from_private_bytes(seed)
    signature = key.sign(payload_type, payload)
    assert signature == other.sign(pae(payload_type, payload))
    assert key.public == other.public_key().public_bytes_raw()
    assert key.seed == seed
    verify(key.public, payload_type, payload, signature)


@pytest.mark.parametrize(
    ("public", "payload_type", "payload", "signature"),
    [
        (SigningKey(bytes(32)).public, b"type", b"payload", SIGNATURE),
        (KEY.public, b"Type", b"payload", SIGNATURE),
        (KEY.public, b"type", b"payloae", SIGNATURE),
        (KEY.public, b"type", b"payload ", SIGNATURE),
        (KEY.public, b"typ", b"epayload", SIGNATURE),
        (KEY.public[:-1], b"type", b"payload", SIGNATURE),
        (KEY.public + b"\0", b"type", b"payload", SIGNATURE),
        (b"", b"type", b"payload", SIGNATURE),
        (KEY.public, b"type", b"payload", SIGNATURE[:-1]),
        (KEY.public, b"type", b"payload", SIGNATURE + b"\0"),
        (KEY.public, b"type", b"payload", b""),
        (KEY.public, b"type", b"payload", bytes(64)),
    ],
)
def test_verify_refuses(
    public: bytes, payload_type: bytes, payload: bytes, signature: bytes
) -> None:
    with pytest.raises(BadSignature, match=r"^the signature does not fit$"):
        verify(public, payload_type, payload, signature)


def test_verify_refuses_each_flipped_bit() -> None:
    for bit in range(8 * 64):
        with pytest.raises(BadSignature):
            verify(KEY.public, b"type", b"payload", flipped(SIGNATURE, bit))


def test_verify_refuses_a_second_spelling() -> None:
    """RFC 8032 §5.1.7: S + L would satisfy the equation as well."""
    s = int.from_bytes(SIGNATURE[32:], "little") + ORDER
    with pytest.raises(BadSignature):
        verify(KEY.public, b"type", b"payload", SIGNATURE[:32] + s.to_bytes(32, "little"))


def test_verify_refuses_keys_that_fit_any_message() -> None:
    """A = R = the neutral element and S = 0 satisfy the equation for whatever is signed."""
    neutral = (1).to_bytes(32, "little")
    with pytest.raises(BadSignature):
        verify(neutral, b"type", b"payload", neutral + bytes(32))


@pytest.mark.parametrize("case", cases("ed25519-points.json"), ids=lambda case: case["name"])
def test_accept_public(case: dict[str, str]) -> None:
    point = bytes.fromhex(case["point"])
    if case["outcome"] == "accept":
        assert accept_public(point) == point
    else:
        with pytest.raises(BadKey):
            accept_public(point)


def test_another_library_is_laxer() -> None:
    """Why only libsodium verifies: OpenSSL takes the neutral element for a key."""
    neutral = (1).to_bytes(32, "little")
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"anything")


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_seed_of_another_size(size: int) -> None:
    with pytest.raises(BadKey, match=f"not {size}"):
        SigningKey(bytes(size))


def test_repr_shows_no_secret() -> None:
    assert repr(KEY) == f"SigningKey(public={KEY.public.hex()})"
