"""Contacts expected by now: by the opening hours of a day, its busy and its quiet quarters, and each team's share."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from services.intake.contacts.expected import part_of_day, rule_of, share_of, watched_days
from services.intake.contacts.watch import Standing, evidence, judge
from shared.contracts import ContactVolumeForecast
from tests.support.samples import sample

MONDAY = date(2026, 11, 9)
WEIGHTS = (1, 3, 2, 2)


def forecast(**changed: object) -> ContactVolumeForecast:
    days = [{"on": (MONDAY + timedelta(days=n)).isoformat(), "hundredths": 8_000} for n in range(400)]
    return sample(ContactVolumeForecast, **({"days": days} | changed))


def test_a_part_of_the_day_is_what_its_quarters_weigh() -> None:
    told = forecast(quarter_weights=WEIGHTS)
    assert [part_of_day(told, minute) for minute in (0, 480, 630, 780, 855, 1_080, 1_439)] == pytest.approx(
        [0, 0, 1 / 8, 4 / 8, 5 / 8, 1, 1]
    )
    assert part_of_day(forecast(), 780) == 0.5


def test_a_busy_morning_is_no_excursion_where_mornings_are_busy() -> None:
    now = datetime(2026, 11, 9, 10, 30, tzinfo=UTC)
    morning = (4, 4, 1, 1)
    counts = {MONDAY: 52}
    busy, even = forecast(quarter_weights=morning), forecast()
    assert judge(watched_days(busy, counts, now), rule_of(busy)).standing is Standing.WITHIN
    assert judge(watched_days(even, counts, now), rule_of(even)).standing is Standing.EXCEEDED


def test_all_watches_of_a_campaign_share_its_false_alarms() -> None:
    teams = [{"team": "one", "percent": 70}, {"team": "two", "percent": 30}]
    told = forecast(teams=teams)
    assert rule_of(told).false_alarm_days == 3 * told.false_alarm_days
    assert [share_of(told, team) for team in (None, "one", "two", "three")] == [1.0, 0.7, 0.3, 0.0]


@pytest.mark.parametrize("runs", [60, pytest.param(1_000, marks=pytest.mark.long)])
def test_false_alarms_of_all_watches_together_are_as_rare_as_was_chosen(runs: int) -> None:
    """Each run is a campaign of at most 200 open days with two teams, whose days vary as was said, looked at 4 times a
    day; the first alarm of any watch ends it."""
    told = forecast(teams=[{"team": "one", "percent": 70}, {"team": "two", "percent": 30}], false_alarm_days=20)
    random = np.random.default_rng(5)
    until = np.array([_days_until_alarm(told, random, 1.0, most=200) for _ in range(runs)])
    error = until.std() / np.sqrt(runs)
    assert until.mean() + 2 * error > 20


@pytest.mark.parametrize("runs", [100, pytest.param(2_000, marks=pytest.mark.long)])
def test_twice_the_forecast_is_told_within_two_days_on_average_with_teams_watched_too(runs: int) -> None:
    told = forecast(teams=[{"team": "one", "percent": 70}, {"team": "two", "percent": 30}])
    random = np.random.default_rng(6)
    assert np.mean([_days_until_alarm(told, random, 2.0, most=30) for _ in range(runs)]) < 2.2


def _days_until_alarm(told: ContactVolumeForecast, random: np.random.Generator, ratio: float, most: int) -> int:
    rule, k = rule_of(told), (told.day_noise_percent / 100) ** -2
    teams = [each.team for each in told.teams]
    sums: dict[str | None, float] = dict.fromkeys([None, *teams], 0.0)
    for number in range(most):
        factor = random.gamma(k, 1 / k)
        parts: dict[str, Any] = {
            team: np.cumsum(random.poisson(ratio * 20 * share_of(told, team) * factor, 4)) for team in teams
        }
        for team, counts in [(None, sum(parts.values())), *parts.items()]:
            means = [20 * share_of(told, team) * part for part in (1, 2, 3, 4)]
            each = [evidence(int(n), m, rule.ratio, rule.day_noise) for n, m in zip(counts, means, strict=True)]
            if sums[team] + max(each) >= np.log(rule.false_alarm_days):
                return number + 1
            sums[team] = max(0.0, sums[team] + each[-1])
    return most
