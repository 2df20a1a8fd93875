"""A device with passkeys, as far as a server sees one: keys, counters, answers (WebAuthn)."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
"""Flags of authenticator data (§6.1)."""


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def un64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """It answers for one origin. `counts`: whether its counter goes up, or is always 0."""

    origin: str
    host: str
    counts: bool = True
    uses: int = 0
    keys: dict[bytes, ec.EllipticCurvePrivateKey] = field(default_factory=dict)

    def create(self, options: str, **changed: Any) -> str:
        """What it sends for `options`; `changed` is what it gets wrong."""
        asked = json.loads(options)
        key = ec.generate_private_key(ec.SECP256R1())
        id_ = changed.pop("made", secrets.token_bytes(32))
        self.keys[id_] = key
        numbers = key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(id_).to_bytes(2) + id_ + cbor2.dumps(cose)
        data = self._data(PRESENT | VERIFIED | ATTESTED, changed) + attested
        response = {
            "clientDataJSON": b64(self._client("webauthn.create", asked, changed)),
            "attestationObject": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._answer(id_, response, changed)

    def get(self, options: str, **changed: Any) -> str:
        """The same for a proof, by the key that was made first."""
        asked = json.loads(options)
        id_, key = next(iter(self.keys.items()))
        self.uses += self.counts
        data = self._data(PRESENT | VERIFIED, changed)
        client = self._client("webauthn.get", asked, changed)
        signed = key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(changed.get("signature", signed)),
        }
        return self._answer(id_, response, changed)

    def _data(self, flags: int, changed: dict[str, Any]) -> bytes:
        host = changed.get("host", self.host)
        uses = changed.get("uses", self.uses)
        return sha256(host.encode()).digest() + bytes([flags]) + int(uses).to_bytes(4)

    def _client(self, type_: str, asked: dict[str, Any], changed: dict[str, Any]) -> bytes:
        said = {
            "type": changed.get("type", type_),
            "challenge": changed.get("challenge", asked["challenge"]),
            "origin": changed.get("origin", self.origin),
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _answer(self, id_: bytes, response: dict[str, str], changed: dict[str, Any]) -> str:
        id_ = changed.get("id", id_)
        said = {"id": b64(id_), "rawId": b64(id_), "type": "public-key", "response": response}
        return json.dumps(said)
