"""What is remembered of a pact: how far its own signers are, and who was handed it."""

from collections.abc import Mapping

from node.store.core import Core
from protocol.ids import to_text


def stage_of(core: Core, pact: bytes, own: bytes) -> str | None:
    """How far an own signer is with a pact: None, `certified`, `late`, `done` or `void`."""
    stage: str | None = core.settings.get(_stage(pact, own))
    return stage


def set_stage(core: Core, pact: bytes, own: bytes, stage: str | None) -> None:
    """Inside `transaction`."""
    core.settings.set(_stage(pact, own), stage)


def delivered(core: Core, pact: bytes) -> dict[str, int]:
    """How many signatures each of those had, by id, that were handed the pact."""
    found: dict[str, int] = core.settings.get(_delivered(pact), {})
    return found


def set_delivered(core: Core, pact: bytes, to: Mapping[str, int]) -> None:
    """Inside `transaction`."""
    core.settings.set(_delivered(pact), dict(to))


def _stage(pact: bytes, own: bytes) -> str:
    return f"pact/{to_text(pact)}/{to_text(own)}"


def _delivered(pact: bytes) -> str:
    return f"delivered/{to_text(pact)}"
