"""Pacts as vectors and tests make them: a network to be founded, and what its founders say."""

from collections.abc import Iterable, Sequence
from typing import Any

from crypto.hashing import digest
from protocol.audience import Audience
from protocol.certificates import Signature, sign
from protocol.encoding import encode
from protocol.ids import to_name
from protocol.kind import LIFETIME, Seq, Statement
from tests.protocol.making.cast import ISSUED, Actor, epoch_of

DAY = 86_400


class Founding:
    """A pact of some groups. `changes` are to the fields of its body, and not checked."""

    def __init__(
        self,
        proposer: Actor,
        asked: Sequence[Actor],
        charter: dict[str, Any],
        /,
        *,
        label: str = "departure",
        **changes: Any,
    ) -> None:
        self.proposer, self.asked = proposer, sorted(asked, key=lambda one: one.id)
        self.network = Actor(
            label, asked, entropy=proposer.entropy, index=2, charter=digest(encode(charter))
        )
        good = {
            "identity": self.network.introduction(),
            "charter": self.network.record("network", charter),
            "proposer": proposer.id,
            "asked": [one.id for one in self.asked],
            "quorum": len(asked) // 2 + 1,
            "proposed": ISSUED,
            "until": ISSUED + 14 * DAY,
            "leaves": None,
            "carriers": [],
            "note": None,
        }
        self.content: dict[str, Any] = good | changes

    @property
    def body(self) -> bytes:
        """Of the pact."""
        return encode(self.content)

    @property
    def digest(self) -> bytes:
        """By which it is known."""
        return digest(self.body)

    @property
    def name(self) -> str:
        """Of all records about it."""
        return to_name(self.digest)

    def audience(self, author: Actor) -> Audience:
        """Everybody asked and the carriers, without the author."""
        return Audience.direct({*self.content["asked"], *self.content["carriers"]} - {author.id})

    def signature(self, signer: Actor, epoch: str = "", link: int = -1) -> Signature:
        """By default under the signer's latest key."""
        return sign(self.digest, signer.id, epoch_of(epoch or signer.label), signer.signing(link))

    def signed(self, signer: Actor, epoch: str = "", link: int = -1) -> dict[str, Any]:
        """The content of a `signature`."""
        _signer, chosen, key, made = self.signature(signer, epoch, link)
        return {"pact": self.digest, "epoch": chosen, "key": key, "signature": made}

    def certificate(self, signatures: Iterable[Signature]) -> dict[str, Any]:
        """The content of a `certificate`."""
        return {"pact": self.body, "signatures": [list(one) for one in sorted(signatures)]}

    # As they stand inside closed records, opened

    def proposes(self, **more: Any) -> Statement:
        """The `pact`."""
        return self.says("pact", self.proposer, self.content, **more)

    def signs(self, signer: Actor, epoch: str = "", link: int = -1) -> Statement:
        """A `signature`."""
        return self.says("signature", signer, self.signed(signer, epoch, link))

    def certifies(self, author: Actor, *signers: Actor) -> Statement:
        """A `certificate`."""
        content = self.certificate(map(self.signature, signers))
        return self.says("certificate", author, content)

    def says(
        self, kind: str, author: Actor, content: dict[str, Any], *, issued: int = ISSUED
    ) -> Statement:
        """One of the three, as `open_sealed` gives it."""
        one = Statement()
        one.author, one.audience, one.kind, one.name = (
            author.id, self.audience(author), kind, self.name
        )  # fmt: skip
        one.seq, one.issued, one.expires, one.epoch = Seq(0, 1, 1), issued, issued + LIFETIME, None
        one.body, one.content = encode(content), content
        return one
