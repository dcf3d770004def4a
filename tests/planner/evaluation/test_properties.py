"""Properties that hold for every trial."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.planner.evaluation.analysis import evaluate
from services.planner.evaluation.analysis_plan import Correction
from services.planner.evaluation.estimates.arm_means import Layout, arm_means
from services.planner.evaluation.estimates.corrections import corrected
from tests.planner.evaluation.given.trials import amount_plan, clustered, counted, letter_minus_control, plan, trial

FEW = settings(max_examples=25, deadline=None)
GROUPS = st.integers(2, 400).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size)))
METHODS: tuple[Correction, ...] = ("holm", "benjamini-hochberg")
SEEDS = st.integers(0, 10_000)


@FEW
@given(control=GROUPS, letter=GROUPS)
@example(control=(2, 0), letter=(170, 170))  # Newcombe's limit came to 1.0000000000000002
def test_every_interval_holds_its_estimate_and_every_p_is_a_probability(
    control: tuple[int, int], letter: tuple[int, int]
) -> None:
    result = evaluate(trial(plan(), counted(control, letter)))
    [effect] = result.effects
    assert -1 <= effect.low <= effect.estimate <= effect.high <= 1
    assert effect.p is None or 0 <= effect.p <= 1
    assert result.conclusion


@FEW
@given(seed=SEEDS, shift=st.floats(-1e6, 1e6), scale=st.floats(1e-3, 1e3))
def test_shifting_all_outcomes_changes_no_effect_and_scaling_them_scales_it(
    seed: int, shift: float, scale: float
) -> None:
    data = clustered(seed, clusters=20, arms=2)
    layout = data.layout(2, stratified=False)
    y = data.outcomes["paid_30"]
    one = letter_minus_control(arm_means(y, layout))
    other = letter_minus_control(arm_means(y * scale + shift, layout))
    tolerance = 1e-9 * (abs(shift) + scale)
    assert other.estimate == pytest.approx(one.estimate * scale, abs=tolerance, rel=1e-6)
    assert other.standard_error == pytest.approx(one.standard_error * scale, abs=tolerance, rel=1e-6)
    assert other.df == pytest.approx(one.df)


@FEW
@given(seed=SEEDS)
def test_the_order_of_customers_and_the_names_of_clusters_change_nothing(seed: int) -> None:
    data = clustered(seed, clusters=24, arms=2)
    assert data.cluster is not None
    rng = np.random.default_rng(seed)
    order, names = rng.permutation(len(data)), rng.permutation(int(data.cluster.max()) + 1)
    moved = replace(
        data,
        **{name: getattr(data, name)[order] for name in ("arm", "sent", "started", "reached", "stratum")},
        cluster=names[data.cluster][order],
        outcomes={"paid_30": data.outcomes["paid_30"][order]},
    )
    one, other = (evaluate(trial(amount_plan(), each)).effects[0] for each in (data, moved))
    assert other.estimate == pytest.approx(one.estimate, abs=1e-12)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-9)
    assert other.df == pytest.approx(one.df, rel=1e-9)


@FEW
@given(seed=SEEDS)
def test_strata_with_equal_shares_leave_the_estimate_a_weighted_mean_of_theirs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    arm, stratum = np.tile([0, 1], 60), np.repeat([0, 1, 2], 40)
    y = rng.normal(size=120)
    whole = arm_means(y, Layout(arm, stratum, None, 2, 3))
    none = np.zeros(40, dtype=np.int64)
    chosen = [stratum == number for number in range(3)]
    parts = [letter_minus_control(arm_means(y[each], Layout(arm[each], none, None, 2, 1))) for each in chosen]
    found = letter_minus_control(whole)
    assert found.estimate == pytest.approx(sum(part.estimate for part in parts) / 3)
    assert found.standard_error**2 == pytest.approx(sum(part.standard_error**2 for part in parts) / 9)


@FEW
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=10), method=st.sampled_from(METHODS))
def test_corrections_never_make_a_p_value_smaller_and_keep_their_order(p: list[float], method: Correction) -> None:
    found = [value for value in corrected(sorted(p), method) if value is not None]
    assert all(value >= raw - 1e-12 for value, raw in zip(found, sorted(p), strict=True))
    assert found == sorted(found)
