"""Keys, signatures, sealing and hashing: everything Verbund knows about cryptography.

Rules of this package:

1. No algorithm of our own. Each module is a thin, strict skin over libsodium (PyNaCl), `hashlib`,
   `cryptography` or the `mnemonic` library; what we add is refusing what those accept.
2. No I/O, no clock, no randomness. Entropy is an argument; the two exceptions are libsodium's own
   ephemeral keys inside sealed boxes and the header it draws for a secret stream.
3. Bytes in, bytes out. Nothing here knows of records, peers or files.
4. A foreign key passes `accept_public` or `accept_sealing` once, before it is first used.
5. Everything that fails raises a `crypto.errors.CryptoError`; nothing returns False.
6. A secret never stands in a `repr` or in an error message. The one exception is
   `crypto.errors.BadWords`, which quotes a recovery word to whoever has just typed it.

Modules, one noun each:

=========  ==================================================================================
errors     the tree of what can go wrong
hashing    BLAKE2b digests, plain and keyed
blocks     AES-128 as a keyed permutation of many blocks
signing    Ed25519 signatures over (payload type, payload)
sealing    sealing for several recipients; padding that hides a length
channel    the encrypted channel of one session between two nodes
words      24 recovery words, and the keys that are derived from them
keyfile    secrets at rest, with or without a passphrase
archive    a backup that is written with a public key and opened only with the words
passwords  digests of passwords that people choose
parts      a file in parts, each of which opens by itself
=========  ==================================================================================

>>> from crypto.signing import SigningKey, verify
>>> key = SigningKey(bytes(32))
>>> verify(key.public, b"text", b"hello", key.sign(b"text", b"hello"))
"""
