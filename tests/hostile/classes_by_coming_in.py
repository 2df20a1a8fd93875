"""Attacks on how people come in and come back: part of `tests.hostile.classes`."""

from tests.hostile.failure import Failure

ENTRANCE, NEWCOMERS, ARRIVALS, LINKS, INVITATIONS = (
    f"tests/node/features/joining/test_{name}.py"
    for name in ("entrance", "newcomers", "arrivals", "links", "invitations")
)
CODES, GUESSING, PASSKEYS, WAYS = (
    f"tests/node/features/ways/test_{name}.py"
    for name in ("codes", "guessing", "passkeys", "pages")
)
ROLES = "tests/node/features/roles/test_actions.py"
ACTING = "tests/node/features/acting/test_pages.py"

BY_COMING_IN = (
    Failure(
        "mail scanners that open links",
        "a sign-in link was used up before its reader pressed it",
        "GET and HEAD change nothing; coming in is a form of a page that this browser was given",
        (
            f"{ENTRANCE}::test_looking_uses_nothing_up",
            f"{ENTRANCE}::test_page_of_one_browser_lets_no_other_in",
        ),
    ),
    Failure(
        "scanners that run scripts and press buttons",
        "even a confirmation page was pressed by a machine",
        "the form has a field that only a person can fill in",
        (f"{ENTRANCE}::test_scanner_uses_nothing_up",),
    ),
    Failure(
        "previews of links in chats",
        "names and notes of a private page stood in the chat",
        "the preview has the group's name and nothing else",
        (f"{ENTRANCE}::test_preview_shows_the_name_of_the_group_and_nothing_else",),
    ),
    Failure(
        "invitation links found in leaked databases",
        "whoever had a copy of the table came in",
        "digests only, of secrets that nobody finds by trying",
        (
            f"{LINKS}::test_secret_stands_nowhere_in_the_file",
            f"{CODES}::test_only_digests_are_kept",
        ),
    ),
    Failure(
        "one-time codes tried from many addresses at once",
        "six digits fell in minutes, since only each address was limited",
        "all wrong entries together slow down; 39 bits, ten minutes",
        (f"{GUESSING}::test_all_browsers_together_get_nowhere",),
    ),
    Failure(
        "accounts locked by wrong entries",
        "anybody locked anybody out",
        "waits, never locks",
        (f"{GUESSING}::test_wrong_codes_lock_nobody_out",),
    ),
    Failure(
        "session fixation (CWE-384)",
        "a session that the attacker knew became the victim's",
        "coming in begins a new session, and ends the one before",
        (
            f"{ENTRANCE}::test_session_is_new_whatever_the_browser_brought",
            f"{WAYS}::test_session_before_is_not_taken_over",
            f"{WAYS}::test_who_is_signed_in_as_another_becomes_who_the_code_is_for",
        ),
    ),
    Failure(
        "open redirect (CWE-601)",
        "the way back after signing in led to another site",
        "no address is taken from the request",
        (
            f"{ENTRANCE}::test_address_leads_nowhere_else",
            f"{WAYS}::test_address_leads_nowhere_else",
        ),
    ),
    Failure(
        "observable differences (CWE-203)",
        "the answer told who has an account, or is on a list",
        "the same words, the same look-ups",
        (
            f"{NEWCOMERS}::test_newcomer_learns_nothing_of_the_list",
            f"{WAYS}::test_known_and_unknown_are_told_alike",
        ),
    ),
    Failure(
        "the next person at the same screen",
        "going back in the browser was coming in as the one before",
        "each page that is shown is another visit, good for one name and ten minutes",
        (
            f"{ENTRANCE}::test_next_person_at_this_screen_is_another",
            f"{ARRIVALS}::test_page_that_was_used_lets_nobody_else_in",
        ),
    ),
    Failure(
        "taking over an entry by its name",
        "somebody of the same name got the account that was waiting",
        "names propose nobody; a key person decides, and only who never came in can be claimed",
        (
            f"{NEWCOMERS}::test_who_of_the_list_a_newcomer_may_be",
            f"{NEWCOMERS}::test_who_came_in_before_can_not_be_claimed",
            f"{NEWCOMERS}::test_nobody_is_claimed_who_was_not_proposed",
        ),
    ),
    Failure(
        "administrators who sign in as others",
        "one person read what was closed to them",
        "who was inside is let in again by two, all else ends by it, and it shows",
        (
            f"{ROLES}::test_who_reads_out_a_code_for_whom",
            f"{CODES}::test_being_let_in_again_ends_all_else",
            f"{LINKS}::test_nobody_gets_a_second_key_by_a_personal_link",
        ),
    ),
    Failure(
        "delegates who keep the account",
        "who acted for somebody changed the password",
        "ways in are one's own business; acting gives no rights",
        (f"{ACTING}::test_nobody_makes_ways_in_for_others",),
    ),
    Failure(
        "passkeys: answers for another site, another challenge, a copied key",
        "a relying party forgot one of the checks",
        "origin, name, challenge, type, signature and counter are each tried wrong",
        (
            f"{PASSKEYS}::test_proofs_that_let_nobody_in",
            f"{PASSKEYS}::test_passkeys_that_are_not_kept",
            f"{PASSKEYS}::test_challenge_is_for_who_asked",
            f"{PASSKEYS}::test_passkey_belongs_to_one_person",
        ),
    ),
    Failure(
        "here, before the first release",
        "a pattern with two ways to read each letter: one long address kept the node for hours",
        "each character of a pattern has one place",
        (
            "tests/node/web/test_visit.py::test_long_address_that_does_not_fit_is_found_out_in_one_go",
        ),
    ),
)
