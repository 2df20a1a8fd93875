"""How much of a node's time one peer may take by asking (`node.links.cpu_quota`)."""

import pytest

from node.links.cpu_quota import BURST, LONGEST_PAUSE, REMEMBERED, SHARE, CpuQuota

ANNA, BERT = b"a" * 32, b"b" * 32


def test_a_burst_is_free_and_then_a_share() -> None:
    shares = CpuQuota()
    assert [shares.pause(ANNA, 1.0, 0.0) for _ in range(int(BURST))] == [0.0] * int(BURST)
    assert shares.pause(ANNA, 0.2, 0.0) == pytest.approx(0.2 / SHARE)
    assert shares.pause(BERT, 1.0, 0.0) == 0.0, "others have accounts of their own"


def test_in_the_long_run() -> None:
    """Whoever asks again as soon as it is heard takes its share and no more."""
    shares, now, spent = CpuQuota(), 0.0, 0.0
    for _ in range(1_000):
        now += 0.3 + shares.pause(ANNA, 0.3, now)
        spent += 0.3
    assert spent <= BURST + SHARE * now + 1


def test_time_pays() -> None:
    shares = CpuQuota()
    assert shares.pause(ANNA, 100.0, 0.0) == LONGEST_PAUSE
    assert shares.pause(ANNA, 0.0, 94.0 / SHARE) == pytest.approx(1.0 / SHARE)
    assert shares.pause(ANNA, 0.0, 200.0 / SHARE) == 0.0
    assert shares.pause(ANNA, BURST, 200.0 / SHARE) == 0.0
    assert shares.pause(ANNA, BURST, 100.0 / SHARE) == LONGEST_PAUSE, "a clock that went back"


def test_accounts_are_bounded() -> None:
    shares = CpuQuota()
    for number in range(2 * REMEMBERED):
        shares.pause(number.to_bytes(32, "big"), 1.0, 0.0)
    assert len(shares.accounts) == REMEMBERED
