"""Attacks by one who dials, or is dialled: part of `tests.hostile.classes`."""

from tests.hostile.failure import Failure

DIALS = "tests/hostile/test_dials.py"

BY_DIALLING = (
    Failure(
        "probing what lives at one address",
        "one dial showed all that a machine holds",
        "a stranger is proven whom it names, and nobody else",
        (f"{DIALS}::test_one_dial_links_no_group_to_its_networks",),
    ),
    Failure(
        "user enumeration",
        "refusals differed by what the server knew",
        "one refusal, in bytes and in time",
        (f"{DIALS}::test_refusals_are_one",),
    ),
    Failure(
        "contact discovery by hashed lists",
        "a peer tried out whom the others know",
        "only ties that both sides want to be named are listed",
        (
            f"{DIALS}::test_a_session_tells_a_peer_of_no_other",
            f"{DIALS}::test_a_record_of_a_third_side_is_no_question",
        ),
    ),
    Failure(
        "NTP, time shifting by one source",
        "one source moved the clock, and what had run out was gone",
        "two whom people accepted, or a person; and nobody sets a clock",
        (f"{DIALS}::test_a_liar_alone_moves_no_clock",),
    ),
)
