"""Attacks by one who may speak, and by others whom it invents: part of `tests.hostile.classes`."""

from tests.hostile.failure import Failure

BUDGETS = "tests/hostile/test_budgets.py"

BY_NUMBER = (
    # One who may speak, and others whom it invents.
    Failure(
        "invented networks",
        "2,400 of them, 81 MiB in half a minute, took a node from 59 to 476 MiB for good",
        "chains that nothing refers to lie apart, in nobody's memory; bytes for each introducer",
        (
            f"{BUDGETS}::test_invented_networks_fill_no_memory",
            "tests/node/records/test_newcomers.py::test_whom_nothing_names_lies_apart",
        ),
    ),
    Failure(
        "invented identities",
        "100,000 of them kept out every newcomer of a node's own networks, also after a restart",
        "so many for each introducer; whom a network's admission names is always let in",
        (
            f"{BUDGETS}::test_invented_identities_blind_nobody",
            "tests/node/records/test_newcomers.py::test_one_introducer_brings_so_many",
            "tests/node/records/test_newcomers.py"
            "::test_of_too_many_together_go_those_of_who_brought_most",
        ),
    ),
    Failure(
        "invented co-members",
        "256 of them held all seats, and an accepted peer without an address stayed out",
        "seats for whom a person accepted; of the others who sat long gives way",
        (
            f"{BUDGETS}::test_invented_members_do_not_hold_every_seat",
            f"{BUDGETS}::test_who_sat_long_gives_way",
        ),
    ),
    Failure(
        "handshakes of strangers",
        "210 kB of chains cost up to 95 ms, and nobody was asked who shows them",
        "large chains are looked at only if somebody is expected; what was checked is not again",
        (
            f"{BUDGETS}::test_chains_of_strangers_cost_nothing",
            "tests/node/records/test_newcomers.py"
            "::test_no_chain_is_looked_at_where_there_is_no_room",
        ),
    ),
    Failure(
        "records that bring nothing",
        "the same again and again, or what nobody may have, at full speed",
        "processor time for them is the sender's: it waits, and comes in small parts",
        (f"{BUDGETS}::test_what_brings_nothing_is_taken_in_slowly",),
    ),
    Failure(
        "what was read is exchanged before the answer",
        "a proposal was open on a page, its author put another there, and the yes was for that",
        "an answer names the digest of what was read; for anything else it is asked again",
        (
            "tests/node/features/decisions/test_voting_pages.py"
            "::test_proposal_that_its_author_exchanged",
        ),
    ),
    Failure(
        "any port in `Host`",
        "each made the feed of news anew, for whoever asked",
        "what is made once differs by nothing that a stranger chooses",
        ("tests/node/features/publicly/test_feed.py::test_other_ports_are_no_work",),
    ),
    Failure(
        "answers given and taken back",
        "none stood, so none was counted; each left a row and an erasure",
        "what was taken back counts as long as what stands",
        (
            "tests/node/features/answers/test_answering.py"
            "::test_flood_of_answers_that_are_taken_back_ends_too",
        ),
    ),
)
