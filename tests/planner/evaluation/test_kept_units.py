"""Planner keeps units and outcomes as events tell of them, and comes to the same in whatever order they are heard."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from services.planner.evaluation.data.kept_columns import KeptColumns
from services.planner.evaluation.data.kept_trial import KeptTrial, kept_trial
from services.planner.evaluation.data.outcome_log import measure
from services.planner.evaluation.ports import UnitRepository
from services.planner.progress.ports import ProgressRepository
from shared.contracts import (
    Contract,
    OutcomeCorrected,
    OutcomesRecorded,
    UnitOutcomes,
    UnitReturned,
    UnitsAllocated,
    UnitsSettled,
)
from shared.errors import Invalid, NotFound
from shared.events import Event
from shared.identifiers import derived_id
from tests.planner.evaluation.given.trials import STARTED, plan
from tests.planner.given.hearing import CAMPAIGN, handlers, heard
from tests.support.inside import Inside
from tests.support.samples import sample

PLAN = plan("plain", "norm")
ARMS = ("control", "plain", "norm")
LOAD = "0b8ff5c2-3b6d-5f0a-9a53-2f6a7c1d9e10"
AT = "2026-10-06T09:00:00Z"


def token(number: int) -> str:
    return f"{number * 7919 % 100_000:08x}{number:024x}"


def allocated(part: int, *numbers: int, arms: Sequence[str] = ARMS, **further: Any) -> UnitsAllocated:
    units = [
        {"unit": token(n), "arm": arms[n % len(arms)], "stratum": "north" if n % 2 else "south",
         "cluster": token(n // 2)} | further
        for n in numbers
    ]  # fmt: skip
    return UnitsAllocated.model_validate({"campaign": CAMPAIGN, "load": LOAD, "part": part, "units": units})


def settled(chunk: int, on: date, *numbers: int, **states: str) -> UnitsSettled:
    units = [
        {"unit": token(n), "arm": ARMS[n % 3], "state": "control" if n % 3 == 0 else states.get(f"n{n}", "sent")}
        for n in numbers
    ]
    return UnitsSettled.model_validate({"campaign": CAMPAIGN, "chunk": chunk, "on": on, "units": units})


def outcome(number: int, unit: int, days: int, version: int = 1, **further: Any) -> dict[str, Any]:
    fields = {"outcome": "paid", "amount_pence": 100 * number, "void": False} | further
    on = STARTED + timedelta(days=days)
    return {"id": derived_id("o", str(number)), "version": version, "unit": token(unit), "on": on, **fields}


def outcomes(*said: dict[str, Any]) -> UnitOutcomes:
    return UnitOutcomes.model_validate({"campaign": CAMPAIGN, "outcomes": said, "recorded_at": AT})


TUESDAY = STARTED + timedelta(days=1)
STORY: tuple[Contract, ...] = (
    allocated(1, *range(12)),
    allocated(2, *range(12, 18)),
    settled(1, STARTED, *range(4)),
    settled(1, TUESDAY, *range(6), n4="suppressed", n5="failed"),
    settled(2, TUESDAY, *range(6, 12)),
    UnitReturned.model_validate({"campaign": CAMPAIGN, "unit": token(7), "at": AT}),
    outcomes(outcome(1, 0, 3), outcome(2, 1, 3), outcome(3, 4, 30), outcome(4, 5, 31)),
    outcomes(outcome(2, 1, 5, version=3)),
    outcomes(outcome(2, 1, 4, version=2, void=True)),
    outcomes(outcome(1, 0, 3, version=2, void=True)),
    outcomes(outcome(5, 99, 3), outcome(6, 13, 3), outcome(3, 4, 30)),
)
"""Units 0 to 11 are dealt with, 12 to 17 are not. Unit 4 paid on the last day that counts, 5 a day after."""


async def listened(planner: Inside, told: Sequence[Event[Any]]) -> KeptTrial:
    hear = handlers(planner)
    by_kind: dict[type[Contract], Any] = {
        UnitsAllocated: hear.keep_units, UnitsSettled: hear.settle_units, UnitReturned: hear.return_unit,
        UnitOutcomes: hear.keep_unit_outcomes,
    }  # fmt: skip
    for event in told:
        await by_kind[type(event.data)](event)
    return kept_trial(await planner.part(UnitRepository).kept(CAMPAIGN), PLAN)


async def test_what_is_heard_once_in_order_and_what_is_heard_twice_in_any_order_come_to_the_same(
    planner: Inside,
) -> None:
    told = [heard(data) for data in STORY]
    twice = told * 2
    Random(3).shuffle(twice)
    found = await listened(planner, twice)
    units, left = measure(found.log, found.units, PLAN)
    order = [next(n for n in range(18) if token(n) == name) for name in sorted(token(n) for n in range(12))]
    by_number = np.argsort(order)
    assert [ARMS[arm] for arm in units.arm[by_number]] == [ARMS[n % 3] for n in range(12)]
    sent = [-1 if n % 3 == 0 or n in (4, 5) else n % 3 for n in range(12)]
    assert units.sent[by_number].tolist() == sent
    assert units.reached[by_number].tolist() == [s != -1 and n != 7 for n, s in enumerate(sent)]
    days = [(date(1970, 1, 1) + timedelta(days=int(day))) for day in units.started[by_number]]
    assert days == [STARTED] * 6 + [TUESDAY] * 6
    assert units.cluster is not None
    assert units.cluster[by_number][0] == units.cluster[by_number][1] != units.cluster[by_number][2]
    assert [units.strata[s] for s in units.stratum[by_number]] == ["south", "north"] * 6
    assert np.flatnonzero(units.outcomes["paid_30"][by_number]).tolist() == [1, 4]
    assert (left.void, left.late, found.left_out.repeated, found.left_out.unknown) == (1, 1, 1, 2)
    assert (found.allocated, found.waiting) == (18, 6)


def columns(*told: UnitsAllocated) -> KeptColumns:
    kept = KeptColumns()
    for event in told:
        names = [[getattr(unit, name) for unit in event.units] for name in ("unit", "cluster", "arm", "stratum")]
        kept.allocations.add(bytes.fromhex("".join(names[0])), bytes.fromhex("".join(names[1])), names[2], names[3])
    return kept


def test_a_trial_of_which_nothing_was_heard_or_nobody_was_dealt_with_says_what_it_waits_for() -> None:
    with pytest.raises(NotFound, match="once a population is loaded"):
        kept_trial(KeptColumns(), PLAN)
    with pytest.raises(NotFound, match="begin with the first letters"):
        kept_trial(columns(allocated(1, *range(6))), PLAN)


def test_a_customer_in_two_arms_and_an_arm_that_the_plan_does_not_have_are_named() -> None:
    with pytest.raises(Invalid, match="3 customers were allocated to two arms"):
        kept_trial(columns(allocated(1, 1, 2, 3), allocated(2, 1, 2, 3, arms=("plain", "norm", "control"))), PLAN)
    with pytest.raises(Invalid, match="the plan does not have: leaflet"):
        kept_trial(columns(allocated(1, 1, 2, arm="leaflet")), PLAN)


@pytest.mark.parametrize("corrected_first", [False, True])
async def test_progress_counts_a_corrected_outcome_as_it_is_now_and_a_void_one_not_at_all(
    planner: Inside, corrected_first: bool
) -> None:
    hear, progress = handlers(planner), planner.part(ProgressRepository)
    recorded = heard(sample(OutcomesRecorded, campaign=CAMPAIGN))
    fact = recorded.data.facts[0].model_copy(update={"outcome": "filed"})
    changed = heard(sample(OutcomeCorrected, campaign=CAMPAIGN, fact=fact.model_dump(), version=2))
    void = heard(sample(OutcomeCorrected, campaign=CAMPAIGN, fact=fact.model_dump(), version=3, void=True))
    if not corrected_first:
        await hear.note_outcomes(recorded)
    await hear.recount_outcome(changed)
    await hear.note_outcomes(recorded)
    counts = {(each.arm, each.outcome): each.count for each in await progress.outcomes(CAMPAIGN)}
    assert counts == {("plain", "filed"): 1, (None, "filed"): 1}
    for event in (void, changed):
        await hear.recount_outcome(event)
    assert [(each.arm, each.outcome) for each in await progress.outcomes(CAMPAIGN)] == [(None, "filed")]
