"""What is remembered of a pact: how far its own signers are, and who was handed it."""

from collections.abc import Mapping
from typing import NamedTuple

from node.store.core import Core
from protocol.ids import to_text


def stage_of(core: Core, pact: bytes, own: bytes) -> str | None:
    """How far an own signer is with a pact: None, `certified`, `late`, `done` or `void`."""
    stage: str | None = core.settings.get(_stage(pact, own))
    return stage


def set_stage(core: Core, pact: bytes, own: bytes, stage: str | None) -> None:
    """Inside `transaction`."""
    core.settings.set(_stage(pact, own), stage)


class Delivery(NamedTuple):
    """What is known of one to whom a pact was to come.

    `how`: `link`, a session; `answer`, a bundle of its own in which the pact was; `file`, a bundle
    for it was written, and nothing came back yet. `signed`: how many signatures there were then.
    """

    how: str
    at: int
    signed: int


def deliveries(core: Core, pact: bytes) -> dict[str, Delivery]:
    """By id."""
    found = core.settings.get(_delivered(pact), {})
    return {one: Delivery(*said) for one, said in found.items()}


def set_deliveries(core: Core, pact: bytes, to: Mapping[str, Delivery]) -> None:
    """Inside `transaction`."""
    core.settings.set(_delivered(pact), {one: list(said) for one, said in to.items()})


def _stage(pact: bytes, own: bytes) -> str:
    return f"pact/{to_text(pact)}/{to_text(own)}"


def _delivered(pact: bytes) -> str:
    return f"delivered/{to_text(pact)}"
