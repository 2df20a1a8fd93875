"""What libsodium draws by itself while it seals, drawn from the seed instead.

Ids of sealed records depend on it, and with them the order in which they travel.
"""

import random
from collections.abc import Callable
from typing import Any

from nacl.bindings import crypto_box, crypto_box_seed_keypair
from nacl.bindings.crypto_generichash import generichash_blake2b_salt_personal

import crypto.sealing


def put_in_place(put: Callable[[Any, str, Any], None], dice: random.Random) -> None:
    """`crypto_box_seal` with an ephemeral key from `dice`; what it makes opens as usual."""

    def seal(message: bytes, public: bytes) -> bytes:
        ephemeral, secret = crypto_box_seed_keypair(dice.randbytes(32))
        nonce = generichash_blake2b_salt_personal(ephemeral + public, digest_size=24)
        return ephemeral + crypto_box(message, nonce, public, secret)

    put(crypto.sealing, "crypto_box_seal", seal)
