"""Passkeys: where they can work, what is accepted, what is not."""

import json
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.ways import tables
from node.features.ways.passkeys import (
    CHALLENGE_SECONDS,
    LONGEST_ANSWER,
    MOST,
    Ask,
    Challenges,
    add_passkey,
    creation_options,
    ending_passkeys,
    obstacle,
    remove_passkey,
    request_options,
    use_passkey,
)
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from tests.node.features.ways.device import Device, b64
from tests.node.web.conftest import person

HERE = Ask("chor.example", "https://chor.example")


@pytest.fixture
def anna(core: Core) -> Person:
    return person(core, "Anna")


class Steady:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def challenges(core: Core, steady: Steady) -> Challenges:
    return Challenges(core.entropy, steady)


@pytest.fixture
def device() -> Device:
    return Device(HERE.origin, HERE.host)


def adds(core: Core, challenges: Challenges, who: Person, device: Device, **changed: Any) -> str:
    options = creation_options(core, challenges, HERE, who)
    try:
        add_passkey(core, challenges, HERE, who, device.create(options, **changed), "Phone")
    except Problem as problem:
        return problem.code
    return "added"


def enters(core: Core, challenges: Challenges, device: Device, **changed: Any) -> str:
    try:
        options = request_options(challenges, HERE)
        return use_passkey(core, challenges, HERE, device.get(options, **changed))
    except Problem as problem:
        return problem.code


@pytest.mark.parametrize(
    ("host", "origin", "why"),
    [
        ("chor.example", "https://chor.example", ""),
        ("chor.example", "https://chor.example:8480", ""),
        ("localhost", "http://localhost:8480", ""),
        ("chor.example", "http://chor.example", "plain"),
        ("machine.local", "http://machine.local:8480", "plain"),
        ("192.168.1.7", "http://192.168.1.7:8480", "address"),
        ("192.168.1.7", "https://192.168.1.7:8480", "address"),
        ("127.0.0.1", "http://127.0.0.1:8480", "address"),
        ("::1", "http://[::1]:8480", "address"),
    ],
)
def test_where_a_passkey_can_work(host: str, origin: str, why: str) -> None:
    assert obstacle(Ask(host, origin)) == why


@pytest.mark.parametrize(
    ("host", "origin"),
    [("machine.local", "http://machine.local:8480"), ("192.168.1.7", "https://192.168.1.7:8480")],
)
def test_where_none_can_work_none_is_asked_for(
    host: str, origin: str, core: Core, challenges: Challenges, anna: Person, device: Device
) -> None:
    here = Ask(host, origin)
    made = device.create(creation_options(core, challenges, HERE, anna))
    for act in (
        lambda: creation_options(core, challenges, here, anna),
        lambda: add_passkey(core, challenges, here, anna, made, "Phone"),
        lambda: request_options(challenges, here),
        lambda: use_passkey(core, challenges, here, made),
    ):
        with pytest.raises(Problem) as caught:
            act()
        assert caught.value.code == "no-passkeys-here"
    assert tables.passkeys_of(core, anna.id) == []


def test_options_say_what_is_promised(core: Core, challenges: Challenges, anna: Person) -> None:
    options = json.loads(creation_options(core, challenges, HERE, anna))
    selection = options["authenticatorSelection"]
    assert (selection["residentKey"], selection["userVerification"]) == ("preferred", "preferred")
    assert (options["rp"]["id"], options["user"]["name"]) == ("chor.example", "Anna")
    assert options["attestation"] == "none"
    asked = json.loads(request_options(challenges, HERE))
    assert asked["allowCredentials"] == []  # nothing tells who has one


@pytest.mark.parametrize("counts", [True, False])
def test_passkey_lets_in_again_and_again(
    counts: bool, core: Core, challenges: Challenges, anna: Person
) -> None:
    """Devices that say 0 each time are accepted as they are."""
    device = Device(HERE.origin, HERE.host, counts=counts)
    assert adds(core, challenges, anna, device) == "added"
    assert [enters(core, challenges, device) for _time in range(3)] == [anna.id] * 3
    (held,) = tables.passkeys_of(core, anna.id)
    assert (held.uses, held.used) == (3 if counts else 0, core.clock())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"challenge": b64(bytes(32))}, "passkey-late"),
        ({"challenge": "?"}, "passkey-late"),
        ({"type": "webauthn.get"}, "passkey-wrong"),
        ({"origin": "https://evil.example"}, "passkey-wrong"),
        ({"origin": "http://chor.example"}, "passkey-wrong"),
        ({"host": "evil.example"}, "passkey-wrong"),
        ({"id": bytes(32)}, "passkey-wrong"),
    ],
)
def test_passkeys_that_are_not_kept(
    changed: dict[str, Any],
    code: str,
    core: Core,
    challenges: Challenges,
    anna: Person,
    device: Device,
) -> None:
    assert adds(core, challenges, anna, device, **changed) == code
    assert tables.passkeys_of(core, anna.id) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"challenge": b64(bytes(32))}, "passkey-late"),
        ({"type": "webauthn.create"}, "passkey-wrong"),
        ({"origin": "https://evil.example"}, "passkey-wrong"),
        ({"host": "evil.example"}, "passkey-wrong"),
        ({"signature": bytes(70)}, "passkey-wrong"),
        ({"id": bytes(32)}, "passkey-unknown"),
        ({"uses": 1}, "passkey-wrong"),  # it was used once: somebody copied the key
        ({"uses": 0}, "passkey-wrong"),
    ],
)
def test_proofs_that_let_nobody_in(
    changed: dict[str, Any],
    code: str,
    core: Core,
    challenges: Challenges,
    anna: Person,
    device: Device,
) -> None:
    adds(core, challenges, anna, device)
    assert enters(core, challenges, device) == anna.id
    assert enters(core, challenges, device, **changed) == code


def test_every_byte_of_an_answer_counts(
    core: Core, challenges: Challenges, anna: Person, device: Device
) -> None:
    adds(core, challenges, anna, device)
    options = request_options(challenges, HERE)
    answer = json.loads(device.get(options))
    signed = answer["response"]["signature"]
    for at in range(0, len(signed), 7):
        other = "A" if signed[at] != "A" else "B"
        answer["response"]["signature"] = signed[:at] + other + signed[at + 1 :]
        with pytest.raises(Problem):
            use_passkey(core, challenges, HERE, json.dumps(answer))


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"response": 1}',
        '{"response": {"clientDataJSON": 1}}',
        '{"response": {"clientDataJSON": "e30"}}',
        '{"response": {"clientDataJSON": "ä"}}',
        "[" * 10_000,
        "x" * (LONGEST_ANSWER + 1),
        "\udc80",
    ],
)
def test_what_is_no_answer(answer: str, core: Core, challenges: Challenges, anna: Person) -> None:
    for take in (
        lambda: use_passkey(core, challenges, HERE, answer),
        lambda: add_passkey(core, challenges, HERE, anna, answer, ""),
    ):
        with pytest.raises(Problem, match=r"passkey-(wrong|late)"):
            take()


def test_challenge_works_once_and_for_five_minutes(challenges: Challenges, steady: Steady) -> None:
    first, second = challenges.new(), challenges.new()
    assert [challenges.take(first), challenges.take(first)] == [True, False]
    steady.now += CHALLENGE_SECONDS
    assert not challenges.take(second)


def test_challenge_is_for_who_asked(
    core: Core, challenges: Challenges, anna: Person, device: Device
) -> None:
    """Nobody puts a passkey of theirs on somebody else's account with a challenge of their own."""
    bernd = person(core, "Bernd")
    answer = device.create(creation_options(core, challenges, HERE, bernd))
    with pytest.raises(Problem, match="passkey-late"):
        add_passkey(core, challenges, HERE, anna, answer, "")
    coming_in = device.create(request_options(challenges, HERE))
    with pytest.raises(Problem, match="passkey-late"):
        add_passkey(core, challenges, HERE, anna, coming_in, "")


def test_passkey_belongs_to_one_person(
    core: Core, challenges: Challenges, anna: Person, device: Device
) -> None:
    adds(core, challenges, anna, device)
    bernd, (mine,) = person(core, "Bernd"), tables.passkeys_of(core, anna.id)
    assert adds(core, challenges, bernd, device, made=mine.id) == "passkey-wrong"
    assert not remove_passkey(core, bernd.id, mine.id)
    assert remove_passkey(core, anna.id, mine.id)
    assert enters(core, challenges, device) == "passkey-unknown"


def test_passkey_of_another_name_lets_nobody_in(
    core: Core, challenges: Challenges, anna: Person, device: Device
) -> None:
    adds(core, challenges, anna, device)
    other = Ask("neu.example", "https://neu.example")
    answer = device.get(request_options(challenges, other), host=other.host, origin=other.origin)
    with pytest.raises(Problem, match="passkey-unknown"):
        use_passkey(core, challenges, other, answer)
    assert (ending_passkeys(core, "neu.example"), ending_passkeys(core, "chor.example")) == (
        (1, 1),
        (0, 0),
    )


def test_who_is_gone_has_no_passkey_any_more(
    core: Core, challenges: Challenges, anna: Person, device: Device
) -> None:
    adds(core, challenges, anna, device)
    with core.transaction():
        persons(core).change(anna.id, standing=Standing.FORMER)
    assert enters(core, challenges, device) == anna.id  # to what is theirs
    with core.transaction():
        persons(core).remove(anna.id)
    assert enters(core, challenges, device) == "passkey-unknown"


def test_nobody_has_passkeys_without_end(
    core: Core, challenges: Challenges, anna: Person, device: Device
) -> None:
    for _one in range(MOST):
        assert adds(core, challenges, anna, device) == "added"
    with pytest.raises(Problem, match="too-many-passkeys"):
        creation_options(core, challenges, HERE, anna)
