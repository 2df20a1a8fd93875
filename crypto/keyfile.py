"""Secrets at rest: a small text file, with or without a passphrase.

Rules:

1. Three parts: the line ``verbund-keys-1``, one line of compact JSON with sorted keys, and the body
   in base64, 64 characters a line. Each line ends in ``\\n``. There is one spelling: what is not
   exactly as `lock` writes it is refused.
2. With a passphrase: Argon2id gives the key, XChaCha20-Poly1305 encrypts, and both first lines are
   its associated data; no parameter can be changed unnoticed. One cannot tell a wrong passphrase
   from an altered file, and the error says so.
3. Without one: the body ends in a BLAKE2b-256 checksum over all that precedes it. It shows a cut or
   damaged file; it protects from nobody.
4. The passphrase is brought to Unicode NFC (as RFC 8265 §4.2 does), so that "ü" is the same from
   every keyboard, and then to UTF-8. Not NFKC: it would make different passphrases equal.
5. Parameters from a file are bounded before they are used.

>>> secret, entropy = b"my keys", bytes(range(40))  # in earnest: 40 random bytes
>>> data = lock(secret, None, entropy)
>>> print(data.decode())
verbund-keys-1
{"cipher":"none"}
bXkga2V5c2/2KYw48PrJUJ1cDakZcf+e8WpBjsyGn/y/rpZDgAtF
<BLANKLINE>
>>> unlock(data, None)
b'my keys'
>>> locked = lock(secret, "open sesame", entropy, cost=Cost.INTERACTIVE)
>>> is_locked(locked), unlock(locked, "open sesame")
(True, b'my keys')
"""

import json
import unicodedata
from base64 import b64decode, b64encode
from enum import Enum
from typing import Any

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError as SodiumError
from nacl.pwhash import argon2id

from crypto.errors import BadKeyFile, WrongPassphrase
from crypto.hashing import DIGEST_BYTES, digest

MAGIC = b"verbund-keys-"
"""How every key file begins, whatever its version."""

VERSION = b"1"
"""The one version that there is."""

KEY_BYTES = 32
"""An XChaCha20-Poly1305 key."""

SALT_BYTES = 16
"""Argon2id's salt, as libsodium fixes it."""

NONCE_BYTES = 24
"""XChaCha20's nonce."""

TAG_BYTES = 16
"""The Poly1305 tag at the end of what is encrypted."""

LOCK_ENTROPY_BYTES = SALT_BYTES + NONCE_BYTES
"""What one `lock` with a passphrase consumes: the salt, then the nonce."""

LINE_CHARACTERS = 64
"""Of base64 on one line, as in PEM: it survives terminals and mail."""

MAX_SECRET_BYTES = 1 << 20
"""A node holds a few hundred keys at most; what is larger is another file by mistake."""

MAX_FILE_BYTES = 2 * MAX_SECRET_BYTES
"""Base64 and line ends add 36 %. Checked before anything is parsed."""

_PLAIN = {"cipher": "none"}
_FIELDS = {"cipher", "kdf", "mem", "nonce", "ops", "salt"}


class Cost(Enum):
    """How much each guess at the passphrase costs: Argon2id's passes and bytes of memory."""

    INTERACTIVE = (argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE)
    MODERATE = (argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)
    SENSITIVE = (argon2id.OPSLIMIT_SENSITIVE, argon2id.MEMLIMIT_SENSITIVE)


MIN_OPS, MIN_MEM = Cost.INTERACTIVE.value
"""Less than this `lock` never writes; a file with less was not made to protect."""

MAX_OPS, MAX_MEM = Cost.SENSITIVE.value
"""More than this `lock` never writes; a file with more would stall the node or exhaust it."""


def lock(
    secret: bytes, passphrase: str | None, entropy: bytes, *, cost: Cost = Cost.MODERATE
) -> bytes:
    """A key file that holds `secret`, locked if there is a passphrase.

    `entropy` is `LOCK_ENTROPY_BYTES` fresh random bytes; without a passphrase it is not used.
    Raises `BadKeyFile` for a secret that is too long, an empty passphrase (which would look like
    protection), entropy of another size, or too little memory for `cost`.
    """
    if len(secret) > MAX_SECRET_BYTES:
        raise BadKeyFile(f"a key file holds at most {MAX_SECRET_BYTES} bytes, not {len(secret)}")
    if passphrase is None:
        head = _head(_PLAIN)
        return head + _lines(secret + digest(head + secret))
    if not passphrase:
        raise BadKeyFile("an empty passphrase protects nothing")
    if len(entropy) != LOCK_ENTROPY_BYTES:
        raise BadKeyFile(f"locking needs {LOCK_ENTROPY_BYTES} bytes of entropy, not {len(entropy)}")
    return _encrypt(secret, passphrase, entropy[:SALT_BYTES], entropy[SALT_BYTES:], cost)


def unlock(data: bytes, passphrase: str | None) -> bytes:
    """The secret in the key file `data`. A passphrase that is not needed is not looked at.

    Raises `WrongPassphrase` if the passphrase is missing or does not open it, else `BadKeyFile`:
    no key file, cut or altered, absurd parameters, from a newer version, or too little memory.
    """
    head, header, body = _parse(data)
    if header == _PLAIN:
        secret = body[:-DIGEST_BYTES]
        if body[-DIGEST_BYTES:] != digest(head + secret):
            raise BadKeyFile("the key file was cut or altered")
        return secret
    if len(body) < TAG_BYTES:
        raise BadKeyFile("the key file was cut or altered")
    if passphrase is None:
        raise WrongPassphrase("the key file needs a passphrase")
    return _decrypt(head, header, body, passphrase)


def is_locked(data: bytes) -> bool:
    """Whether the key file `data` needs a passphrase. Raises `BadKeyFile` if it is none."""
    return _parse(data)[1] != _PLAIN


def _encrypt(secret: bytes, passphrase: str, salt: bytes, nonce: bytes, cost: Cost) -> bytes:
    ops, mem = cost.value
    header = {
        "cipher": "xchacha20poly1305",
        "kdf": "argon2id",
        "ops": ops,
        "mem": mem,
        "salt": salt.hex(),
        "nonce": nonce.hex(),
    }
    head, key = _head(header), _stretch(passphrase, salt, ops, mem)
    return head + _lines(crypto_aead_xchacha20poly1305_ietf_encrypt(secret, head, nonce, key))


def _decrypt(head: bytes, header: dict[str, Any], body: bytes, passphrase: str) -> bytes:
    salt, nonce = bytes.fromhex(header["salt"]), bytes.fromhex(header["nonce"])
    key = _stretch(passphrase, salt, header["ops"], header["mem"])
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(body, head, nonce, key)
    except SodiumError:
        raise WrongPassphrase("wrong passphrase, or the key file was altered") from None


def _stretch(passphrase: str, salt: bytes, ops: int, mem: int) -> bytes:
    """The key that Argon2id makes of the passphrase."""
    # surrogatepass: a terminal may hand in bytes that are no UTF-8; they must not end in a crash.
    password = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    try:
        return argon2id.kdf(KEY_BYTES, password, salt, opslimit=ops, memlimit=mem)
    except SodiumError:
        raise BadKeyFile(f"this needs {mem >> 20} MiB of free memory") from None


def _head(header: dict[str, Any]) -> bytes:
    """The first two lines."""
    text = json.dumps(header, sort_keys=True, separators=(",", ":"))
    return MAGIC + VERSION + b"\n" + text.encode("ascii") + b"\n"


def _lines(body: bytes) -> bytes:
    """`body` in lines of base64."""
    text = b64encode(body)
    starts = range(0, len(text), LINE_CHARACTERS)
    return b"".join(text[at : at + LINE_CHARACTERS] + b"\n" for at in starts)


def _parse(data: bytes) -> tuple[bytes, dict[str, Any], bytes]:
    """The first two lines as they are, what the second says, and the body decoded."""
    if len(data) > MAX_FILE_BYTES or not data.startswith(MAGIC):
        raise BadKeyFile("not a key file")
    version, _, rest = data[len(MAGIC) :].partition(b"\n")
    if version != VERSION:
        raise _version_error(version)
    line, _, encoded = rest.partition(b"\n")
    try:
        header, body = json.loads(line), b64decode(encoded.replace(b"\n", b""), validate=True)
    except (ValueError, RecursionError):
        raise BadKeyFile("the key file was cut or altered") from None
    _check_header(header)
    head = _head(header)
    if head + _lines(body) != data:
        raise BadKeyFile("the key file was cut or altered")
    return head, header, body


def _version_error(version: bytes) -> BadKeyFile:
    if version.rstrip() == VERSION:  # somebody's editor or mail program wrote its own line ends
        return BadKeyFile("the key file was cut or altered")
    if version.isdigit() and not version.startswith(b"0"):
        return BadKeyFile(f"made by a newer version (format {version[:9].decode()})")
    return BadKeyFile("not a key file")


def _check_header(header: Any) -> None:
    """Refuse whatever `lock` would not have written, before any of it is used."""
    if header == _PLAIN:
        return
    if not isinstance(header, dict) or header.keys() != _FIELDS:
        raise BadKeyFile("the key file was cut or altered")
    if (header["cipher"], header["kdf"]) != ("xchacha20poly1305", "argon2id"):
        raise BadKeyFile("the key file is encrypted in a way this version does not know")
    if not (_is_hex(header["salt"], SALT_BYTES) and _is_hex(header["nonce"], NONCE_BYTES)):
        raise BadKeyFile("the key file was cut or altered")
    if not (_within(MIN_OPS, header["ops"], MAX_OPS) and _within(MIN_MEM, header["mem"], MAX_MEM)):
        raise BadKeyFile("the key file asks for absurd work or memory")


def _is_hex(value: Any, size: int) -> bool:
    """Whether `value` is lower-case hex of `size` bytes."""
    return (
        isinstance(value, str) and len(value) == 2 * size and set(value) <= set("0123456789abcdef")
    )


def _within(low: int, value: Any, high: int) -> bool:
    return type(value) is int and low <= value <= high
