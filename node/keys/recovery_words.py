"""The 24 recovery words while a person has them at hand: what can be made and found with them.

Rules (docs/protocol.md §5.5): the home group is identity 0; link n of a group has the keys of
step n; of a network that moved here the steps are counted from the link with which it came, so that
they are found by trying. The words are never stored; whoever has them here forgets them at once.
"""

from dataclasses import dataclass
from typing import NamedTuple

from crypto.errors import BadWords
from crypto.hashing import digest
from crypto.sealing import SealingKey
from crypto.signing import SigningKey
from crypto.words import Purpose, derive, entropy_from_words
from node.base.errors import Problem
from node.keys.ring import Held, Ring, Slot, backup_key
from protocol.finality import View
from protocol.identity import Identity, authorise_rotation, make_link
from protocol.succession import NOTHING, Succession

SEARCHED = 64
"""Numbers of identities that are tried: four times what a node prepares at once."""

LINKS_AT_ONCE = 8
"""By which a chain is made longer, at most, to be the one that counts."""


class Found(NamedTuple):
    """A chain, or the beginning of one, whose last link has keys of these words."""

    chain: Identity
    step: int


@dataclass(frozen=True, repr=False)
class Phrase:
    """What the words stand for."""

    entropy: bytes

    @classmethod
    def read(cls, text: str) -> "Phrase":
        """The words as somebody typed them; `Problem` that names the mistake."""
        try:
            return cls(entropy_from_words(text))
        except BadWords as error:
            raise _explained(error, text) from None  # the words are in the error's text

    def slot(self, index: int) -> Slot:
        """The keys of the first link of an identity."""
        return Slot.derive(self.entropy, index)

    def signing(self, index: int, step: int) -> SigningKey:
        """An operational key."""
        return SigningKey(derive(self.entropy, Purpose.SIGNING, index, step))

    def rotation(self, index: int, step: int) -> SigningKey:
        """The key that signs the link with the keys of this step."""
        return SigningKey(derive(self.entropy, Purpose.ROTATION, index, step))

    def held(self, identity: bytes, index: int, link: int, step: int) -> Held:
        """All operational keys at one link: of the sealing keys the earlier ones, too."""
        sealing = (
            SealingKey(derive(self.entropy, Purpose.SEALING, index, one))
            for one in range(step, -1, -1)
        )
        return Held(identity, index, link, step, self.signing(index, step), tuple(sealing))

    @property
    def backup(self) -> bytes:
        """The public key to which backups are sealed."""
        return backup_key(self.entropy).public

    def home(self) -> bytes:
        """The id of the group whose words these are."""
        return digest(self.slot(0).genesis("group"))

    def require_home(self, ring: Ring) -> None:
        """`Problem` unless these are the words of this node."""
        if ring.held[0].id != self.home():
            raise Problem("words-of-another")

    def find(self, index: int, chain: Identity) -> Found | None:
        """The longest beginning of a chain that these words can make longer."""
        steps = {self.signing(index, one).public: one for one in range(len(chain.links))}
        for n in range(len(chain.links), 0, -1):
            link = chain.links[n - 1]
            step = steps.get(link.signing)
            if step is not None and link.next == digest(self.rotation(index, step + 1).public):
                return Found(chain.first(n), step)
        return None

    def follow(
        self, index: int, known: Succession, compromised: bool, view: View = NOTHING
    ) -> Found:
        """A chain that counts and goes beyond what is known, by one link if nobody else made any.

        Depends on the words and on what is known alone, so that two who do it do the same. Where
        somebody else made a link that contradicts ours, a second one of ours ends it (§5.3).
        `view` is that of a network (§6.10).
        """
        best = self.base(index, known)
        for _ in range(LINKS_AT_ONCE):
            best = self._longer(index, best, compromised)
            if known.joined_by(best.chain, view).counts == best.chain:
                return best
        raise Problem("keys-contested")

    def base(self, index: int, known: Succession) -> Found:
        """The beginning of a known chain that the next link of ours follows."""
        chains = known.witnesses if known.counts.type == "group" else (known.counts,)
        candidates = [found for one in chains if (found := self.find(index, one))]
        if not candidates:
            raise Problem("words-of-another")
        return max(candidates, key=_preference)

    def _longer(self, index: int, found: Found, compromised: bool) -> Found:
        chain, step = found.chain, found.step + 1
        rotation = self.rotation(index, step)
        sealing = SealingKey(derive(self.entropy, Purpose.SEALING, index, step))
        payload = make_link(
            chain.type,
            chain.current.number + 1,
            chain.current.digest,
            self.signing(index, step).public,
            sealing.public,
            digest(self.rotation(index, step + 1).public),
            compromised=compromised,
        )
        elements = [*chain.elements, authorise_rotation(payload, rotation)]
        return Found(Identity.reread(elements), step)


def _preference(found: Found) -> tuple[int, bool, bytes]:
    """The longest; of two recoveries the more careful one; then any, but the same everywhere."""
    current = found.chain.current
    return len(found.chain.links), current.compromised, current.digest


def _explained(error: BadWords, text: str) -> Problem:
    if error.slip == "unknown":
        return Problem("words-unknown", position=error.position, word=error.word)
    if error.slip == "count":
        return Problem("words-count", n=len(text.split()))
    if error.position is not None:
        return Problem("words-slip", position=error.position, word=error.word)
    return Problem("words-checksum")
