"""Published trials come out as printed."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from services.planner.evaluation.analysis import evaluate
from services.planner.evaluation.estimates.published import PrintedArm, printed_effects
from shared.errors import Invalid
from tests.planner.evaluation.given.trials import counted, plan, trial, units

CLUSTERS = {"mean_size": 20, "icc": 0.1}
PHILADELPHIA = Path(__file__).parent / "given" / "philadelphia_2015.csv"
"""Chirico, Inman, Loeffler, MacDonald and Sieg, NBER working paper 23243."""
TABLES: dict[str, list[dict[str, str]]] = defaultdict(list)
for _row in csv.DictReader(line for line in PHILADELPHIA.read_text().splitlines() if not line.startswith("#")):
    TABLES[_row["horizon"]].append(_row)


def did(row: dict[str, str], table: list[dict[str, str]]) -> int:
    """How many paid, from the printed level of the holdout and the printed effect."""
    level = float(table[0]["level_pct"]) + float(row["effect_pp"] or 0)
    return round(int(row["n"]) * level / 100)


@pytest.mark.parametrize("horizon", ["1m", "3m"])
def test_effects_errors_and_stars_of_the_philadelphia_letters_are_as_printed(horizon: str) -> None:
    table = TABLES[horizon]
    found = printed_effects([PrintedArm(arm=r["arm"], customers=int(r["n"]), did=did(r, table)) for r in table])
    assert len(found) == 7
    for row, effect in zip(table[1:], found, strict=True):
        assert effect.arm == row["arm"]
        assert 100 * effect.estimate == pytest.approx(float(row["effect_pp"]), abs=0.05)
        assert round(100 * effect.standard_error, 1) == float(row["se_pp"])
        assert effect.stars == row["stars"]


def test_a_printed_share_counts_as_the_number_that_comes_nearest_to_it() -> None:
    shares = [
        PrintedArm(arm="holdout", customers=2088, percent=30.5),
        PrintedArm(arm="lien", customers=2432, percent=39.5),
    ]
    counts = [PrintedArm(arm="holdout", customers=2088, did=637), PrintedArm(arm="lien", customers=2432, did=961)]
    assert printed_effects(shares) == printed_effects(counts)
    both = PrintedArm(arm="lien", customers=2432, did=961, percent=39.5)
    with pytest.raises(Invalid):
        printed_effects([counts[0], both])


def test_a_whole_analysis_of_the_philadelphia_letters_says_the_same_as_the_printed_table() -> None:
    table = TABLES["1m"]
    arms = tuple(row["arm"] for row in table[1:])
    shares = [
        {"code": "control", "control": True, "share": 2088},
        *({"code": r["arm"], "share": int(r["n"])} for r in table[1:]),
    ]
    units = counted(*((int(row["n"]), did(row, table)) for row in table))
    result = evaluate(trial(plan(*arms, arms=shares), units))
    assert [check.code for check in result.checks if check.verdict == "fails"] == []
    by_arm = {effect.arm: effect for effect in result.effects}
    for row in table[1:]:
        assert 100 * by_arm[row["arm"]].estimate == pytest.approx(float(row["effect_pp"]), abs=0.05)
        assert round(100 * by_arm[row["arm"]].standard_error, 1) == float(row["se_pp"])
    assert by_arm["lien"].shown
    assert not by_arm["neighborhood"].shown
    assert not by_arm["duty"].shown  # one star alone, and seven comparisons


def test_a_table_of_one_arm_or_of_impossible_numbers_is_refused() -> None:
    with pytest.raises(Invalid, match="not that of a trial"):
        printed_effects([PrintedArm(arm="control", customers=100, did=10)])
    with pytest.raises(Invalid) as refused:
        printed_effects(
            [PrintedArm(arm="control", customers=100, did=10), PrintedArm(arm="letter", customers=10, did=11)]
        )
    assert [problem.field for problem in refused.value.problems] == ["arms.1.did"]
    with pytest.raises(Invalid):
        printed_effects([PrintedArm(arm="control", customers=0, did=0), PrintedArm(arm="letter", customers=10, did=1)])


def test_a_printed_table_of_clusters_gives_the_errors_of_the_customers_in_them() -> None:
    rng = np.random.default_rng(5)
    sizes, share = rng.integers(3, 40, 24), rng.beta(3, 7, 24)
    did = [round(size * each) for size, each in zip(sizes, share, strict=True)]
    rows = [
        PrintedArm(arm=("control", "letter")[n % 2], cluster=f"c{n}", customers=int(size), did=did[n])
        for n, size in enumerate(sizes)
    ]
    cluster = np.repeat(np.arange(24), sizes)
    paid = np.concatenate([np.arange(size) < k for size, k in zip(sizes, did, strict=True)])
    [printed] = printed_effects(rows)
    [whole] = evaluate(trial(plan(clusters=CLUSTERS), units(cluster % 2, paid, cluster=cluster))).effects
    for name in ("estimate", "standard_error", "low", "high", "p"):
        assert getattr(printed, name) == pytest.approx(getattr(whole, name), rel=1e-9)
