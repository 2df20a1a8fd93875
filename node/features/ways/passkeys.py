"""Passkeys: what a device keeps for one person and one name, and proves by a signature (WebAuthn).

Rules:

1. A browser offers a passkey only at a name, over https that it trusts, or at `localhost`; so it is
   offered there only, and elsewhere the page says why not (`obstacle`).
2. It is bound to that name: under another name of the machine it is of no use.
3. A challenge is drawn here, works once, and for five minutes; that for a new passkey is bound to
   the person who asked for it.
4. A device that counts must count up. One that always says 0 (Apple's, and most that copy a key to
   all of a person's devices) is accepted.
5. "Preferred", never "required": a stick without a memory or a fingerprint works.
6. The library is loaded when the first passkey is made or used.
"""

import ipaddress
import json
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from node.base.errors import Problem
from node.features.ways import tables
from node.features.ways.types import Passkey
from node.people.persons import Person, persons
from node.store.core import Core

CHALLENGE_BYTES = 32
CHALLENGE_SECONDS = 300
"""Somebody looks for their stick."""

CHALLENGES = 500
"""That wait at the same time; of more the oldest are forgotten."""

MOST = 20
"""Passkeys of one person."""

LONGEST_ANSWER = 16_384
"""Characters of what a browser sends; a usual answer has one to three thousand."""

Obstacle = Literal["", "address", "plain"]


class Ask(NamedTuple):
    """By which name a browser asked, and what it calls that: `https://group.example:8480`."""

    host: str
    origin: str


def obstacle(ask: Ask) -> Obstacle:
    """Why no passkey can work at this address; empty if one can.

    >>> obstacle(Ask("group.example", "https://group.example"))
    ''
    >>> obstacle(Ask("localhost", "http://localhost:8480"))
    ''
    >>> obstacle(Ask("192.168.1.7", "https://192.168.1.7:8480"))
    'address'
    >>> obstacle(Ask("machine.local", "http://machine.local:8480"))
    'plain'
    """
    try:
        ipaddress.ip_address(ask.host)
    except ValueError:
        pass
    else:
        return "address"
    if ask.host == "localhost":
        return ""
    return "" if ask.origin.startswith("https://") else "plain"


class Challenges:
    """Those of one running node that wait for their answer."""

    def __init__(self, entropy: Callable[[int], bytes], steady: Callable[[], float]) -> None:
        self._entropy = entropy
        self._steady = steady
        self._waiting: dict[bytes, tuple[str, float]] = {}

    def new(self, person: str = "") -> bytes:
        """For a new passkey of a person; or, without one, for whoever wants to come in."""
        made = self._entropy(CHALLENGE_BYTES)
        self._waiting[made] = (person, self._steady() + CHALLENGE_SECONDS)
        while len(self._waiting) > CHALLENGES:
            del self._waiting[next(iter(self._waiting))]
        return made

    def take(self, challenge: bytes, person: str = "") -> bool:
        """Whether it waits for an answer of this person; it is used up."""
        of, until = self._waiting.pop(challenge, ("", 0.0))
        return until > self._steady() and of == person


def creation_options(core: Core, challenges: Challenges, ask: Ask, person: Person) -> str:
    """What the browser is to make, as JSON. `Problem` where none can work, or for too many."""
    _require_possible(ask)
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    held = tables.passkeys_of(core, person.id)
    if len(held) >= MOST:
        raise Problem("too-many-passkeys", n=MOST)
    options = generate_registration_options(
        rp_id=ask.host,
        rp_name=ask.host,
        user_id=person.id.encode(),
        user_name=person.name,
        user_display_name=person.name,
        challenge=challenges.new(person.id),
        exclude_credentials=[PublicKeyCredentialDescriptor(one.id) for one in held],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return str(options_to_json(options))


def add_passkey(
    core: Core, challenges: Challenges, ask: Ask, person: Person, answer: str, name: str
) -> None:
    """Keep what a browser made; `Problem` if it is not what was asked for."""
    _require_possible(ask)
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = _challenge(answer)
    if not challenges.take(challenge, person.id):
        raise Problem("passkey-late")
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=ask.host,
            expected_origin=ask.origin,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise Problem("passkey-wrong") from error
    with core.transaction():
        known = tables.passkey(core, made.credential_id) is not None
        if known or made.credential_id != _id(answer):
            raise Problem("passkey-wrong")
        key = made.credential_public_key
        ids = (made.credential_id, person.id, ask.host)
        now = core.clock()
        tables.add_passkey(core, Passkey(*ids, key, made.sign_count, name, now, None))
        tables.log(core, person.id, "passkey-made", person.id, name)


def request_options(challenges: Challenges, ask: Ask) -> str:
    """What the browser is to prove, as JSON: any passkey that a device has for this name."""
    _require_possible(ask)
    from webauthn import generate_authentication_options, options_to_json

    options = generate_authentication_options(rp_id=ask.host, challenge=challenges.new())
    return str(options_to_json(options))


def use_passkey(core: Core, challenges: Challenges, ask: Ask, answer: str) -> str:
    """The person whose passkey this is; `Problem` if it is nobody's, or not proven."""
    _require_possible(ask)
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = _challenge(answer)
    if not challenges.take(challenge):
        raise Problem("passkey-late")
    held = tables.passkey(core, _id(answer))
    who = persons(core).get(held.person) if held else None
    if held is None or held.host != ask.host or who is None:
        raise Problem("passkey-unknown")
    try:
        shown = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=ask.host,
            expected_origin=ask.origin,
            credential_public_key=held.key,
            credential_current_sign_count=held.uses,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise Problem("passkey-wrong") from error
    with core.transaction():
        tables.use_passkey(core, held.id, shown.new_sign_count, core.clock())
    return who.id


def remove_passkey(core: Core, person: str, id: bytes) -> bool:
    """Whether the person had it."""
    with core.transaction():
        held = tables.passkey(core, id)
        if held is None or not tables.remove_passkey(core, person, id):
            return False
        tables.log(core, person, "passkey-removed", person, held.name)
    return True


def ending_passkeys(core: Core, host: str) -> tuple[int, int]:
    """How many passkeys are of no use once the machine is called so, and of how many persons."""
    return tables.count_passkeys(core, host)


def _require_possible(ask: Ask) -> None:
    if obstacle(ask):
        raise Problem("no-passkeys-here")


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Problem("passkey-wrong")
    return found


def _bytes(text: object) -> bytes:
    from webauthn import base64url_to_bytes

    try:
        return bytes(base64url_to_bytes(str(text)))
    except ValueError as error:
        raise Problem("passkey-wrong") from error


def _challenge(answer: str) -> bytes:
    """The challenge that an answer says that it answers: whether it does, its signature tells."""
    response = _read(answer).get("response")
    data = response.get("clientDataJSON") if isinstance(response, dict) else None
    said = _read(_bytes(data).decode("utf-8", "replace"))
    return _bytes(said.get("challenge"))


def _id(answer: str) -> bytes:
    return _bytes(_read(answer).get("id"))
