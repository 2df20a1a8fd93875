"""The generator: SHA-256 in counter mode, words of 32 bits, no remainder bias (§13.3).

>>> generator = Generator(bytes(32), "example")
>>> [generator.below(6) + 1 for _ in range(5)], generator.shuffled(5)
([5, 1, 4, 1, 4], [1, 3, 4, 0, 2])
"""

from hashlib import sha256

SEED_BYTES = 32
_WORDS = 8
_RANGE = 1 << 32


def draw_key(fingerprint: bytes, seed: bytes) -> bytes:
    """What all chance of one draw follows from: 32 bytes."""
    return sha256(b"verbund draw 1 key\n" + fingerprint + seed).digest()


class Generator:
    """A stream of numbers from a key and the name of what they are for."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._prefix = b"verbund draw 1 stream\n" + key + purpose.encode() + b"\n"
        self._counter = 0
        self._words: list[int] = []

    def word(self) -> int:
        """The next 32 bits."""
        if not self._words:
            block = sha256(self._prefix + self._counter.to_bytes(8, "big")).digest()
            self._counter += 1
            self._words = [
                int.from_bytes(block[4 * n : 4 * n + 4], "big") for n in range(_WORDS - 1, -1, -1)
            ]
        return self._words.pop()

    def below(self, bound: int) -> int:
        """0 … bound - 1, each as likely; words above the last whole multiple are thrown away."""
        most = _RANGE - _RANGE % bound
        while True:
            word = self.word()
            if word < most:
                return word % bound

    def shuffled(self, count: int) -> list[int]:
        """0 … count - 1 in a random order (Fisher–Yates, from the end)."""
        row = list(range(count))
        for last in range(count - 1, 0, -1):
            chosen = self.below(last + 1)
            row[last], row[chosen] = row[chosen], row[last]
        return row
