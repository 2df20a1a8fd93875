"""The classes of failures that other federations had, the rule against each, and its tests.

A row: where it was seen, what happened there, the rule that prevents the class here, and the tests
that reproduce the attack. `test_classes.py` fails where a row has no test.
"""

from tests.hostile.classes_by_coming_in import BY_COMING_IN
from tests.hostile.classes_by_dialling import BY_DIALLING
from tests.hostile.classes_by_number import BY_NUMBER
from tests.hostile.failure import Failure

WHO, DOORS, FLOODS, TRUST, SLOW = (
    f"tests/hostile/test_{name}.py" for name in ("who_speaks", "doors", "floods", "trust", "slow")
)
CROWD = "tests/node/door/test_crowd.py"
LOCK = "tests/node/keys/test_folder_lock.py"
NAMES = "tests/hostile/test_names.py"
DECIDED = "tests/hostile/test_decided.py"
FEEDS, BROWSERS = (f"tests/hostile/test_{name}.py" for name in ("feeds", "browsers"))

STRANGERS, LEFTOVERS, FILES = (
    f"tests/hostile/test_{name}.py" for name in ("strangers", "leftovers", "files")
)


CLASSES = (
    Failure(
        "Mastodon CVE-2024-23832",
        "origin unchecked, accounts taken over",
        "the author follows from the verified key only",
        (f"{WHO}::test_author_follows_from_the_key",),
    ),
    Failure(
        "Mastodon CVE-2024-25623",
        "uploads read as protocol objects",
        "exact media type; uploads are never protocol",
        (f"{DOORS}::test_uploads_are_no_protocol",),
    ),
    Failure(
        "Mastodon CVE-2026-46349, cosign CVE-2022-35929",
        "signed data rearranged; payload type unsigned",
        "sign type and exact bytes; verify, then parse",
        (f"{WHO}::test_signed_bytes_are_of_one_type_and_order",),
    ),
    Failure(
        "Misskey CVE-2023-49079",
        "signature not checked",
        "an unverified record can't be constructed",
        (f"{WHO}::test_unverified_bytes_become_no_record",),
    ),
    Failure(
        "Misskey CVE-2024-52591",
        "id and host mismatch",
        "ids contain the key's hash",
        (f"{WHO}::test_an_id_is_its_keys",),
    ),
    Failure(
        "Misskey CVE-2026-28432",
        "bypass even with federation off",
        "off means that the route is absent",
        (f"{DOORS}::test_off_is_absent",),
    ),
    Failure(
        "Fedify CVE-2025-54888",
        "processed before actor and key were matched",
        "verify, authorise, parse",
        (f"{WHO}::test_verified_before_authorised_before_parsed",),
    ),
    Failure(
        "matrix-js-sdk CVE-2022-39250",
        "key id taken for device id",
        "typed keys; what was verified is what is used",
        (f"{WHO}::test_keys_have_one_use",),
    ),
    Failure(
        "Synapse CVE-2019-18835",
        "some endpoints did not verify",
        "one way in",
        (f"{WHO}::test_every_door_verifies",),
    ),
    Failure(
        "Synapse CVE-2022-31152, Matrix CVE-2025-49090",
        "rules diverge between servers",
        "one writer per place; accept or refuse, nothing in between",
        (f"{FLOODS}::test_all_nodes_come_to_one_state",),
    ),
    Failure(
        "Synapse CVE-2024-31208",
        "crafted events burn CPU and disk",
        "budgets per peer in bytes, rows, CPU",
        (
            f"{FLOODS}::test_budgets_of_a_peer",
            f"{FLOODS}::test_what_is_not_for_us_is_counted_only",
            "tests/node/store/test_store_attacks.py::test_what_was_invented_leaves_no_numbers",
        ),
    ),
    Failure(
        "Synapse CVE-2025-30355, CVE-2023-32323",
        "one event stops federation",
        "queue per peer, bad records set aside",
        (f"{FLOODS}::test_one_bad_record_stops_nothing",),
    ),
    Failure(
        "Synapse CVE-2022-39335",
        "served to those not entitled",
        "every read is authorised per peer",
        (f"{TRUST}::test_only_who_may_read_is_served",),
    ),
    Failure(
        "Lemmy CVE-2025-25194, CVE-2026-33693",
        "SSRF; a denylist missed 0.0.0.0",
        "only addresses a person accepted; no redirects; the connected address counts",
        (
            f"{DOORS}::test_only_accepted_addresses_are_dialled",
            "tests/node/links/test_dialling.py::test_redirects_are_not_followed",
            "tests/node/links/test_dialling.py::test_a_name_that_leads_inside",
        ),
    ),
    Failure(
        "Mastodon CVE-2023-36460, Pleroma CVE-2023-5588",
        "remote file names written",
        "no remote names, no remote media",
        (f"{DOORS}::test_remote_names_name_no_files",),
    ),
    Failure(
        "Mastodon CVE-2023-36459",
        "XSS by remote content",
        "remote text is text",
        (
            f"{DOORS}::test_remote_text_is_text",
            f"{DOORS}::test_lies_about_a_meeting_do_not_stop_the_calendar",
        ),
    ),
    Failure(
        "Mastodon CVE-2026-23961, CVE-2025-62175",
        "suspended, still in and out",
        "revocation checked at intake, display, and on open connections",
        (
            f"{TRUST}::test_who_is_out_is_out",
            "tests/node/links/test_debounce.py::test_nothing_new_passes_after_a_revocation",
        ),
    ),
    Failure(
        "Nextcloud CVE-2021-32656",
        "automatic trust leaked users",
        "trust only by a person's act",
        (f"{TRUST}::test_trust_is_given_by_people_only",),
    ),
    Failure(
        "PeerTube CVE-2025-32947",
        "endless crawl",
        "no recursion",
        (f"{DOORS}::test_nothing_is_crawled",),
    ),
    Failure(
        "Pixelfed CVE-2025-30741",
        "leaked other servers' private posts",
        "peers get only what they may pass on",
        (f"{TRUST}::test_only_what_may_be_passed_on",),
    ),
    Failure(
        "aiohttp CVE-2025-69223, -69228, -69229",
        "bombs, multipart, chunks",
        "nothing is unpacked; what is read is capped",
        (f"{DOORS}::test_bombs",),
    ),
    Failure(
        "PyNaCl CVE-2025-69277",
        "point validity check",
        "bad points are refused, with PyNaCl 1.6.2 or newer",
        (f"{WHO}::test_points_that_fit_any_message",),
    ),
    Failure(
        "SSB ssb-server#410, manyverse#111, ssb-ebt#59",
        "restoring a backup forks the feed",
        "incarnations; nothing hash-chains a person's data",
        (
            "tests/node/features/recovery/test_restoring.py::test_old_copy_of_a_folder_notices",
            "tests/node/features/recovery/test_restoring.py::test_state_is_as_if_never_restored",
        ),
    ),
    Failure(
        "strfry#152, #168; PortOS#1069",
        "malformed sync message aborts; deleted things come back",
        "sessions isolated and fuzzed; tombstones are part of the reconciled set",
        (
            f"{FLOODS}::test_a_malformed_message_ends_one_session",
            f"{TRUST}::test_what_was_erased_does_not_come_back",
        ),
    ),
    Failure(
        "iroh#2823",
        "tickets can't be revoked",
        "the secret is never the identity",
        (f"{TRUST}::test_a_link_can_be_taken_back",),
    ),
    Failure(
        "Synapse#1287, #3547",
        "redacted content stayed and was served",
        "erased means gone: database, log, index",
        (f"{TRUST}::test_erased_is_gone",),
    ),
    Failure(
        "Synapse#13559, #14481",
        "half-done room upgrades, people left behind",
        "leaving is staged and resumable",
        (
            "tests/node/features/pacts/test_crashes.py::test_killed_at_each_step",
            "tests/node/features/networks/test_leaving.py::test_leaving_while_alone",
        ),
    ),
    Failure(
        "Mastodon#25526, GoToSocial#3079",
        "defederation destroys relations, tells nobody",
        "relations become inactive, restorable; people are told",
        (f"{TRUST}::test_an_end_is_told_and_can_be_undone",),
    ),
    Failure(
        "Mastodon#22116, Misskey#9877",
        "rotation breaks federation through cached keys",
        "the chain is pushed; an unknown key is asked for once",
        (
            f"{WHO}::test_an_old_chain_does_not_come_back",
            "tests/node/features/recovery/test_rotating.py::test_peers_and_co_members_follow",
        ),
    ),
    Failure(
        "nextcloud/lookup-server#157, social#2040, Gitlawb/node#253",
        "replay for ever; no date means now; no host binding",
        "bind destination, bound time, remember",
        (
            f"{TRUST}::test_nothing_is_heard_twice",
            "tests/node/links/test_handshake_sockets.py::test_newcomer_is_let_in_by_tie_or_code",
        ),
    ),
    Failure(
        "msgpack 1.2",
        "accepts keys twice, long integers, NaN, 1,024 levels, a timestamp past the hook",
        "one encoding of each value",
        (f"{WHO}::test_msgpack_is_strict",),
    ),
    Failure(
        "Ed25519 edge vectors",
        "libraries disagree on them",
        "one library verifies, for ever the same",
        (
            f"{WHO}::test_one_spelling_of_a_signature",
            "tests/crypto/test_signing.py::test_another_library_is_laxer",
        ),
    ),
    Failure(
        "SQLite",
        "`PRAGMA synchronous` is per connection",
        "set and asserted on every connection, before every transaction",
        (
            "tests/node/store/test_database.py::test_every_connection_is_set_up",
            "tests/node/store/test_database.py::test_a_connection_that_is_not_durable_is_refused",
        ),
    ),
    Failure(
        "clocks",
        "wrong, or set by the sender",
        "clocks never order state, and a jump deletes nothing",
        (
            f"{WHO}::test_clocks_order_nothing",
            "tests/node/upkeep/test_clock_histories.py::test_history",
            "tests/node/upkeep/test_clock_twins.py::test_after_any_history_all_is_as_with_a_right_clock",
        ),
    ),
    Failure(
        "full disks",
        "nothing can be taken back any more",
        "reading goes on; erasing and leaving succeed",
        (
            "tests/node/store/test_database.py::test_a_full_disk_refuses_and_goes_on_reading",
            "tests/node/store/test_database.py::test_a_full_disk_lets_one_leave",
        ),
    ),
    Failure(
        "slow loris",
        "half-open connections use up files, memory and places",
        "bounds in time and number before anybody said who they are",
        (
            f"{SLOW}::test_half_a_request_from_many",
            f"{SLOW}::test_a_head_byte_by_byte",
            f"{SLOW}::test_a_form_that_never_comes",
            f"{SLOW}::test_tls_that_never_begins",
            f"{SLOW}::test_strangers_who_say_nothing",
        ),
    ),
    # What is read, left and planted around the protocol: pages, folders, files.
    Failure(
        "public pages",
        "told any visitor who is tied to whom, also what was once",
        "outside stands one's own and what a person released by name; what is hidden is not there",
        (
            f"{STRANGERS}::test_ties_are_not_read_from_the_pages",
            f"{STRANGERS}::test_what_is_hidden_and_what_is_not_there_are_one",
            f"{STRANGERS}::test_what_was_released_is_shown_as_long_as_the_tie_stands",
            f"{STRANGERS}::test_what_is_hidden_leaves_the_calendar_at_once",
            "tests/node/features/networks/test_named_ties.py::test_nothing_is_named_unasked",
            "tests/node/features/networks/test_named_ties.py::test_a_peering_is_named_if_both_say_so",
            "tests/node/features/networks/test_named_ties.py::test_released_is_not_named",
        ),
    ),
    Failure(
        "introductions",
        "a file for everybody named all networks that a group looks after",
        "a bundle proves and names only what concerns who reads it",
        (
            "tests/node/features/bundles/test_names.py"
            "::test_a_bundle_names_what_concerns_its_reader_only",
        ),
    ),
    Failure(
        "killed backups",
        "what was erased lay on in a snapshot in the clear, while its erasure was confirmed",
        "snapshots have no name; leftovers go before anything is confirmed",
        (
            f"{LEFTOVERS}::test_a_killed_backup_leaves_nothing_to_read",
            f"{LEFTOVERS}::test_an_erasure_takes_leftovers_along",
            f"{LEFTOVERS}::test_a_start_takes_leftovers_away",
        ),
    ),
    Failure(
        "restored backups",
        "what was erased since the backup was shown until a peer said so",
        "a copy that may be old shows nothing of others, and outside nothing at all",
        (
            f"{STRANGERS}::test_an_old_copy_shows_nothing_that_may_be_erased",
            f"{STRANGERS}::test_an_old_copy_hides_what_others_wrote",
        ),
    ),
    Failure(
        "planted files",
        "written with the mode of the umask, through links, into a file of somebody else's",
        "a new file of mode 0600 each time; links are refused, what lies in the way is not used",
        (
            f"{FILES}::test_what_is_written_is_for_its_owner",
            f"{FILES}::test_links_are_not_followed",
            f"{FILES}::test_what_was_planted_beside_is_not_used",
            f"{FILES}::test_a_planted_file_does_not_become_the_key_file",
            f"{FILES}::test_the_reserve_is_no_way_to_other_files",
            f"{FILES}::test_what_is_replaced_meanwhile_gets_no_name",
            f"{FILES}::test_files_are_written_in_one_place",
        ),
    ),
    Failure(
        "folders that everybody can write or read",
        "a database, or a log that it would take for its own, is slipped in; a copy shows the keys",
        "nobody works in a folder open to all; private files are closed, and people told",
        (
            f"{LOCK}::test_folder_in_which_everybody_can_write",
            f"{LOCK}::test_folder_that_somebody_holds_ready_for_others",
            f"{LOCK}::test_copy_that_everybody_can_read_is_closed",
        ),
    ),
    Failure(
        "slow strangers at the door",
        "a byte now and then holds a place at a port of this machine for ever; nobody else gets in",
        "all of the first word in five seconds, or out; `stop` needs no place",
        (
            f"{CROWD}::test_who_says_a_byte_now_and_then_makes_room",
            f"{CROWD}::test_more_commands_than_there_is_room_for_wait",
            f"{CROWD}::test_where_all_seats_are_taken",
        ),
    ),
    # What strangers do to the calendar, and pages of others in a browser.
    Failure(
        "calendars",
        "one meeting in the year 9999, or 300 time zones, stop everybody's calendar and the node",
        "years bounded by the record's own time; zones bounded; made once, beside the loop",
        (
            f"{FEEDS}::test_years_that_nobody_means",
            f"{FEEDS}::test_a_zone_for_each_meeting",
            "tests/node/features/meetings/test_calendar.py::test_feed_is_made_once_for_each_change",
            "tests/node/features/meetings/test_calendar.py::test_feed_that_took_long_is_not_made_for_every_change",
        ),
    ),
    Failure(
        "cross-site WebSockets",
        "a foreign page in a browser opens the link of a node on the same machine",
        "an Origin that is not ours is refused, everywhere; the link is for nodes, which say none",
        (
            f"{BROWSERS}::test_pages_of_others_open_no_link",
            f"{BROWSERS}::test_a_real_browser_is_refused",
            "tests/node/web/test_hosts.py::test_every_address_looks_at_the_origin",
        ),
    ),
    Failure(
        "DNS rebinding",
        "a name of the attacker's leads to the node, and its pages can be read",
        "Host is one of the node's own names, at every address",
        (
            f"{BROWSERS}::test_names_of_others_lead_nowhere",
            "tests/node/web/test_hosts.py::test_every_address_looks_at_the_host",
            "tests/node/web/test_hosts.py::test_other_names_are_not",
        ),
    ),
    # What members decided.
    Failure(
        "Matrix MSC4289, room version 12",
        "the creator's key decides again, from the beginning, and outranks everybody",
        "what the deciding roster attests is final; nothing that leaves it out is followed",
        (
            f"{DECIDED}::test_an_ex_host_takes_nothing_back",
            f"{DECIDED}::test_a_peer_hands_in_another_branch_over_a_socket",
            "tests/protocol/test_finality.py::test_who_holds_follows_no_branch_from_before",
        ),
    ),
    Failure(
        "split views of C2SP's tlog-witness",
        "some are shown another history than others",
        "who decides nothing there freezes before two sides; a person's checkpoint decides",
        (
            f"{DECIDED}::test_who_slept_and_who_is_new_wait_for_a_person",
            "tests/protocol/test_finality.py::test_two_decisions_at_once",
        ),
    ),
    Failure(
        "stolen keys that sign later",
        "keys that should count no more still make a threshold",
        "votes and signatures under a key that was called stolen count for nothing",
        (
            f"{DECIDED}::test_a_key_that_was_called_stolen_decides_nothing",
            f"{DECIDED}::test_a_thief_of_ones_own_key_convinces_everybody_but_oneself",
            "tests/node/features/pacts/test_attacks.py"
            "::test_a_signature_under_a_key_that_was_called_stolen",
            "tests/node/features/pacts/test_attacks.py"
            "::test_a_signature_in_ones_own_name_that_one_never_gave",
        ),
    ),
    Failure(
        "Sybil attacks",
        "members that somebody made up decide with the others",
        "nobody decides by being a member; automatic admissions are few for each who brings them",
        (
            f"{DECIDED}::test_puppets_get_no_say_by_a_stolen_network_key",
            f"{DECIDED}::test_one_peer_fills_no_open_network",
        ),
    ),
    # Names and lists that others wrote.
    Failure(
        "homographs, unseen names",
        "a name that is not to be seen, or is somebody else's to the eye",
        "something of a name can be seen; what can be taken for another stands with its id",
        (
            f"{NAMES}::test_names_that_nobody_can_see",
            f"{NAMES}::test_names_like_ours_stand_with_their_ids",
            "tests/node/features/groups/test_names.py::test_look_alikes_stand_with_their_ids",
            "tests/node/base/test_lookalikes.py::test_deceive_by_themselves",
        ),
    ),
    Failure(
        "CSV injection",
        "a name becomes a formula in the spreadsheet of whoever exports the directory",
        "no cell begins one, whatever separates cells and whether quotes count or not",
        (
            f"{NAMES}::test_names_are_no_formulas",
            "tests/node/features/lists/test_writing.py::test_no_cell_is_a_formula_and_all_come_back",
        ),
    ),
    Failure(
        "tables and numbers without end",
        "5,000 digits are a fault without words; 20,000 columns take half a minute",
        "columns, cells, rows and bytes are bounded; reading takes linear time",
        (
            f"{NAMES}::test_lists_without_end_are_refused_in_words",
            f"{NAMES}::test_numbers_without_end_are_refused_in_words",
            "tests/node/features/lists/test_files.py::test_many_columns_take_no_time",
        ),
    ),
    *BY_COMING_IN,
    *BY_DIALLING,
    *BY_NUMBER,
)
