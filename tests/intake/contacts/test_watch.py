"""The watch: how often it is wrong and how soon it is right, by simulation, and what late and odd counts do to it."""

from datetime import date, timedelta

import numpy as np
import pytest

from services.intake.contacts.watch import Standing, WatchedDay, WatchRule, evidence, judge

MONDAY = date(2026, 12, 7)
EXPECTED = 80.0
PROFILE = np.repeat([0.5, 1.5, 1.2, 0.8], 10) / 40


def day(number: int, contacts: int, expected: float = EXPECTED, whole: bool = True, settled: bool = True) -> WatchedDay:
    on = MONDAY + timedelta(days=number)
    return WatchedDay(on=on, contacts=contacts, expected=expected, whole=whole, settled=settled)


def days_until_alarm(rule: WatchRule, ratio: float, random: np.random.Generator, most: int) -> int | None:
    """Open days until the watch says that there are too many, looked at every quarter of an hour; None if it is not
    within `most` days."""
    k = rule.day_noise**-2
    total = 0.0
    for number in range(most):
        counts = np.cumsum(random.poisson(ratio * EXPECTED * random.gamma(k, 1 / k) * PROFILE))
        so_far = [
            evidence(int(n), m, rule.ratio, rule.day_noise)
            for n, m in zip(counts, EXPECTED * np.cumsum(PROFILE), strict=True)
        ]
        if total + max(so_far) >= np.log(rule.false_alarm_days):
            return number + 1
        total = max(0.0, total + so_far[-1])
    return None


def test_false_alarms_are_as_rare_as_was_chosen() -> None:
    random = np.random.default_rng(1)
    rule = WatchRule(false_alarm_days=50, ratio=1.5)
    runs = [days_until_alarm(rule, 1.0, random, most=400) or 400 for _ in range(80)]
    assert np.mean(runs) > 50  # the bound of Lorden, from below; cut off at 400 it can only look worse


def test_twice_the_forecast_is_told_within_a_day_or_two() -> None:
    random = np.random.default_rng(2)
    delays = [days_until_alarm(WatchRule(), 2.0, random, most=50) or 50 for _ in range(300)]
    assert np.mean(delays) < 2.0
    assert np.quantile(delays, 0.95) <= 3


def test_half_as_many_again_is_told_within_a_week_and_a_tenth_more_is_not() -> None:
    random = np.random.default_rng(3)
    delays = [days_until_alarm(WatchRule(), 1.5, random, most=80) or 80 for _ in range(200)]
    assert np.mean(delays) < 7
    quiet = [days_until_alarm(WatchRule(), 1.1, random, most=20) is None for _ in range(60)]
    assert np.mean(quiet) > 0.8


def test_the_quarters_of_a_day_add_up_to_the_evidence_of_the_day() -> None:
    """The additions of all quarters, by what the earlier quarters of the day have taught, are the day's by its sums."""
    rule = WatchRule()
    k, ratio = rule.day_noise**-2, rule.ratio
    counts, means = [3, 9, 7, 12], [2.0, 8.0, 9.0, 5.0]
    total, n, m = 0.0, 0, 0.0
    for count, mean in zip(counts, means, strict=True):
        usual, more = (k + n) / (k + m), ratio * (k + n) / (k + ratio * m)
        size = k + n
        total += count * np.log(more / usual)
        total += (size + count) * np.log((size + mean * usual) / (size + mean * more))
        n, m = n + count, m + mean
    assert evidence(n, m, ratio, rule.day_noise) == pytest.approx(total)


def test_too_many_are_told_in_the_middle_of_a_day_with_since_when_and_by_how_much() -> None:
    days = [day(0, 85), day(1, 150), day(2, 130, expected=50, whole=False, settled=False)]
    verdict = judge(days, WatchRule())
    assert verdict.standing is Standing.EXCEEDED
    assert verdict.since == MONDAY + timedelta(days=1)
    assert (verdict.contacts, verdict.expected) == (280, 130.0)


def test_counts_that_came_late_or_in_another_order_give_the_same_verdict() -> None:
    told_at_once = [day(0, 160), day(1, 170)]
    corrected = [each.model_copy(update={"contacts": each.contacts + 5}) for each in told_at_once]
    corrected = [each.model_copy(update={"contacts": each.contacts - 5}) for each in corrected]
    assert judge(told_at_once, WatchRule()) == judge(corrected, WatchRule())


def test_a_helpline_that_was_silent_for_a_day_is_not_taken_for_few_contacts_before_late_reports_are_in() -> None:
    silent = [day(0, 80), day(1, 0, settled=False)]
    assert judge(silent, WatchRule()).standing is Standing.WITHIN
    sent_at_last = [day(0, 80), day(1, 82)]
    assert judge(sent_at_last, WatchRule()).standing is Standing.WITHIN
    never_sent = [day(0, 80), day(1, 0)]
    assert judge(never_sent, WatchRule()).standing is Standing.BELOW


def test_an_excursion_is_over_only_when_whole_days_speak_for_the_forecast_again() -> None:
    exceeded = [day(0, 170), day(1, 160)]
    assert judge(exceeded, WatchRule()).standing is Standing.EXCEEDED
    one_quiet_hour = [*exceeded, day(2, 10, expected=20, whole=False, settled=False)]
    assert judge(one_quiet_hour, WatchRule()).standing is Standing.EXCEEDED
    one_day_that_says_little = [*exceeded, day(2, 92)]
    assert judge(one_day_that_says_little, WatchRule()).standing is Standing.EXCEEDED
    just_below_the_ratio = [*exceeded, *(day(number, 105) for number in range(2, 6))]
    assert judge(just_below_the_ratio, WatchRule()).standing is Standing.EXCEEDED
    back = [*exceeded, *(day(number, 80) for number in range(2, 6))]
    assert judge(back, WatchRule()).standing is Standing.WITHIN


def test_a_second_excursion_is_told_after_a_recovery() -> None:
    days = [day(0, 200), *(day(n, 78) for n in range(1, 6)), day(6, 190)]
    assert judge(days, WatchRule()).standing is Standing.EXCEEDED
    assert judge(days, WatchRule()).since == MONDAY + timedelta(days=6)


def test_days_on_which_nothing_is_expected_say_nothing() -> None:
    assert judge([day(n, 0, expected=0.0) for n in range(30)], WatchRule()).standing is Standing.WITHIN
