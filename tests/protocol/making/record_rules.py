"""Cases of `records.json`: keys that ended (§5.3), and who decides (§7.16, §7.17, §7.22)."""

from collections.abc import Iterator
from typing import Any

from protocol.audience import Audience
from protocol.kind import Seq
from tests.protocol.making.cast import EXPIRES, ISSUED, NOW, Actor, Cast
from tests.protocol.making.examples import examples
from tests.protocol.making.record_making import ENDPOINT, Case, fine, payload_of, refusal, signed


class Rotated:
    """Two groups with new keys; the second one calls the old ones stolen."""

    def __init__(self) -> None:
        self.plainly, self.robbed = Actor("rotated"), Actor("robbed")
        self.plainly.rotate()
        self.robbed.rotate(compromised=True)

    def records(self) -> list[bytes]:
        """Their chains, as they are shown since `ISSUED`."""
        return [self.plainly.introduction(), self.robbed.introduction()]


def old_keys() -> Iterator[Case]:
    """§5.3: until 30 days after the record that shows a later link, and not if it was stolen."""
    groups, days = Rotated(), 30 * 86_400
    rows: list[tuple[str, Actor, int, int, str]] = [
        ("under the new key", groups.plainly, 1, NOW, "ok"),
        ("under the old key", groups.plainly, 0, NOW, "ok"),
        ("under the old key, for a last second", groups.plainly, 0, ISSUED + days - 1, "ok"),
        ("under the old key, after 30 days", groups.plainly, 0, ISSUED + days, "expired"),
        ("under the new key, after 30 days", groups.plainly, 1, ISSUED + days, "ok"),
        ("under the key in the place of a stolen one", groups.robbed, 1, NOW, "ok"),
        ("under a stolen key", groups.robbed, 0, NOW, "expired"),
    ]
    for name, group, link, now, code in rows:
        seq = Seq(link, group.incarnation, 100)
        raw = group.record("endpoint", ENDPOINT, name="home", seq=seq)
        yield (fine(name, raw) if code == "ok" else refusal(name, raw, code)) | {"now": now}
    group = groups.plainly
    old = payload_of(group, seq=[0, group.incarnation, 100])
    yield refusal(
        "under the number of the old key, by the new one", signed(group, old), "wrong-author"
    )


def decisions(cast: Cast) -> Iterator[Case]:
    """§7.16, §7.17 and §7.22: by whom, for how long, under which key."""
    hub, north, south, west = cast.hub, cast.north, cast.south, cast.west
    itself, made_ = Audience.network(cast.alliance.id), examples(cast)
    nobody = Actor("nobody", (cast.stranger,))
    a_day, end = ISSUED + 86_400, ISSUED + 90 * 86_400
    for kind in ("proposal", "vote", "attestation"):
        one = made_[kind]
        name, content = one.place.name, one.content
        whole = EXPIRES if kind == "attestation" else end

        def said(
            by: Actor,
            to: Audience = itself,
            expires: int = a_day,
            kind: str = kind,
            name: str = name,
            content: Any = content,
            **changes: Any,
        ) -> bytes:
            body = None if content is None else {**content, **changes}
            return by.record(kind, body, to, name, expires=expires)

        keyed = {"key": south.signing().public} if kind == "vote" else {}
        yield fine(f"{kind} by a founder who left", said(south, **keyed))
        yield refusal(f"{kind} by an applicant", said(west), "unknown-tie")
        yield refusal(f"{kind} by somebody who is not known", said(cast.stranger), "unknown-key")
        for whom, code in ((north, "against-the-rules"), (nobody, "unknown-key")):
            what = "a group" if whom is north else "an unknown network"
            raw = said(hub, Audience.network(whom.id), network=whom.id)
            yield refusal(f"{kind} to {what}", raw, code)
        raw = said(hub, network=north.id)
        yield refusal(f"{kind} about another network than it is to", raw, "malformed")
        by = hub if kind == "proposal" else one.author
        yield fine(f"{kind} as long as it may stand", said(by, expires=whole))
        if kind != "attestation":
            yield refusal(
                f"{kind} for a second longer", said(by, expires=whole + 1), "against-the-rules"
            )
        yield fine(
            f"{kind} taken back by a founder who left", said(south, content=None, expires=EXPIRES)
        )
    vote = made_["vote"]
    place, content = vote.place.name, vote.content or {}
    rows: list[tuple[str, dict[str, Any], str]] = [
        ("vote under another's key", {"key": west.signing().public}, "against-the-rules"),
        ("vote of which the signature is looked at later", {"signature": bytes(64)}, "ok"),
        ("vote against", {"key": None, "signature": None}, "ok"),
        ("vote with a key alone", {"signature": None}, "malformed"),
        ("vote with a signature alone", {"key": None}, "malformed"),
        ("vote for another link than its name says", {"link": bytes(32)}, "malformed"),
    ]
    for name, changes, code in rows:
        raw = vote.author.record("vote", content | changes, itself, place, expires=a_day)
        yield fine(name, raw) if code == "ok" else refusal(name, raw, code)
