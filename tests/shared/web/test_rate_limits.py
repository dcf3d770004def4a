"""Everybody at their own rate, and nobody can fill the memory."""

import pytest

from shared.errors import TooMany
from shared.web.callers import rate_limits
from shared.web.callers.rate_limits import Buckets, Rate, RateLimits


class Seconds:
    def __init__(self) -> None:
        self.passed = 1_000.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def time() -> Seconds:
    return Seconds()


def test_a_burst_is_taken_then_as_many_as_the_rate_allows(time: Seconds) -> None:
    buckets, rate = Buckets(10, time), Rate(2, 5)
    assert [buckets.take("a", rate) for _ in range(6)] == [0, 0, 0, 0, 0, pytest.approx(0.5)]
    assert buckets.take("b", rate) == 0
    time.passed += 1
    assert [buckets.take("a", rate) > 0 for _ in range(3)] == [False, False, True]
    time.passed += 1_000
    assert sum(buckets.take("a", rate) == 0 for _ in range(50)) == 5


def test_who_asks_too_often_is_told_when_to_come_back(time: Seconds) -> None:
    limits = RateLimits(Rate(0.1, 1), time)
    limits.caller("k1", None)
    with pytest.raises(TooMany) as refused:
        limits.caller("k1", None)
    assert refused.value.retry_after == 10
    limits.caller("k2", None)
    time.passed += 10
    limits.caller("k1", None)


def test_a_key_may_have_a_rate_of_its_own(time: Seconds) -> None:
    limits = RateLimits(Rate(1, 1), time)
    for _ in range(100):
        limits.caller("fast", 100)
    with pytest.raises(TooMany):
        limits.caller("fast", 100)


def test_made_up_keys_from_any_number_of_addresses_fill_nothing_and_keep_nobody_known_out(time: Seconds) -> None:
    limits = RateLimits(Rate(10, 10), time)
    refused = 0
    for number in range(200_000):
        try:
            limits.stranger(f"{number}")
        except TooMany:
            refused += 1
    assert refused == 200_000 - rate_limits.STRANGERS.burst
    assert limits.remembered <= rate_limits.MOST_ADDRESSES
    limits.caller("k1", None)


def test_one_address_cannot_use_up_what_all_strangers_have(time: Seconds) -> None:
    limits = RateLimits(Rate(10, 10), time)
    for _ in range(rate_limits.STRANGER.burst):
        limits.stranger("one")
    for _ in range(10_000):
        with pytest.raises(TooMany):
            limits.stranger("one")
    limits.stranger("another")
    with pytest.raises(TooMany):
        limits.patience("one")
    limits.patience("another")
