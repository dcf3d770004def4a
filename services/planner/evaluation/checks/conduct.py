"""Checks of how the trial was carried out: who was written to, who was lost, and whether outcomes kept coming."""

from datetime import date, timedelta
from math import exp

import numpy as np
import scipy  # its parts load when they are first used: they take a second, and only trials need them

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.checks.allocation import FAILS_BELOW
from services.planner.evaluation.data.outcome_log import LeftOut, OutcomeLog
from services.planner.evaluation.data.units import NOBODY, Units
from services.planner.evaluation.report import wording
from services.planner.evaluation.result import Check
from shared.wording import words_of

WRONG_LETTERS = 0.01
"""The share of wrong letters beyond which a trial does not compare what it was to compare."""
LOST = 0.05
"""The difference between arms in the share that was not reached beyond which it is warned of."""
EPOCH = date(1970, 1, 1)
RECENT_DAYS = 28
OTHER_INFORMATION = 0.1
"""The share of the customers by which a look may be larger or smaller than planned without a word."""
EXPECTED_SOME = 20.0
"""Customers expected to have an outcome in an arm, so that nobody having one is no chance."""


def contamination(plan: TrialPlan, units: Units) -> list[Check]:
    """Whether a control customer was contacted, or a customer got another arm's letter."""
    control = np.array([arm.control for arm in plan.arms])[units.arm]
    contacted = int((control & (units.sent != NOBODY)).sum())
    wrong = int((~control & (units.sent != NOBODY) & (units.sent != units.arm)).sum())
    letters = int((~control & (units.sent != NOBODY)).sum())
    checks = []
    if contacted:
        says = f"{contacted:,} customers in control were written to: control was not untouched."
        checks.append(Check(code="control-untouched", verdict="fails", says=says))
    elif control.any():
        checks.append(Check(code="control-untouched", verdict="passes", says="Nobody in control was written to."))
    share = wrong / letters if letters else 0.0
    if wrong:
        verdict = "fails" if share > WRONG_LETTERS else "warns"
        says = f"{wrong:,} of {letters:,} letters were another arm's ({share:.1%})."
        checks.append(Check(code="right-letter", verdict=verdict, says=says))
    else:
        checks.append(Check(code="right-letter", verdict="passes", says="Every letter was that of its customer's arm."))
    return checks


def attrition(plan: TrialPlan, units: Units) -> Check:
    """Whether letters reached their customers, alike in every arm that is written to."""
    written = [number for number, arm in enumerate(plan.arms) if not arm.control]
    customers = np.bincount(units.arm, minlength=len(plan.arms))[written]
    reached = np.bincount(units.arm[units.reached], minlength=len(plan.arms))[written]
    shares = reached / np.maximum(customers, 1)
    said = wording.listed(
        [f"{share:.1%} in {words_of(plan.codes[arm])}" for arm, share in zip(written, shares, strict=True)]
    )
    if not reached.any():
        says = "No letter has reached anybody: effects by assignment are those of no letter."
        return Check(code="reached", verdict="fails", says=says)
    table = np.array([reached, customers - reached])
    unlike = len(written) > 1 and table.sum(axis=1).all() and scipy.stats.chi2_contingency(table).pvalue < FAILS_BELOW
    if unlike and shares.max() - shares.min() > LOST:
        says = f"Letters reached customers unevenly: {said}. Effects are by assignment, and compare unlike deliveries."
        return Check(code="reached", verdict="warns", says=says)
    return Check(code="reached", verdict="passes", says=f"Letters reached {said}.")


def outcomes_left_out(left: LeftOut) -> list[Check]:
    """Says how many outcomes were not counted."""
    words = {
        "late": "dated after every horizon",
        "early": "dated before their customer was randomised",
        "void": "void",
        "repeated": "said twice, and counted once",
        "unknown": "of customers who were not randomised",
    }
    parts = [f"{getattr(left, name):,} {words[name]}" for name in words if getattr(left, name)]
    if not parts:
        return []
    return [Check(code="outcomes-left-out", verdict="warns", says=f"Outcomes left out: {wording.listed(parts)}.")]


def outcomes_stopped(plan: TrialPlan, units: Units, log: OutcomeLog, as_of: date) -> list[Check]:
    """Whether outcomes stopped coming in before the horizon was over, from everybody or from one arm."""
    primary = plan.outcome(plan.primary)
    counted = log.counted(primary.counts)
    if not counted.any():
        return [
            Check(code="outcomes-coming", verdict="fails", says="No outcome of the primary kind has come in at all.")
        ]
    return [_still_coming(plan, units, log, as_of), *_silent_arms(plan, units)]


def _still_coming(plan: TrialPlan, units: Units, log: OutcomeLog, as_of: date) -> Check:
    counted = log.counted(plan.outcome(plan.primary).counts)
    end = min((as_of - EPOCH).days, int(units.started.max()) + plan.primary.horizon)
    days = log.day[counted & (log.day <= end)]
    last = int(days.max()) if days.size else int(units.started.min())
    rate = float((days > last - RECENT_DAYS).sum()) / RECENT_DAYS
    expected = rate * (end - last)
    shown = EPOCH + timedelta(days=last)
    if days.size and exp(-expected) < FAILS_BELOW and end > last + 1:
        says = f"Outcomes stopped coming: none is dated after {shown}, where about {expected:,.0f} were to be expected."
        return Check(code="outcomes-coming", verdict="fails", says=says)
    return Check(code="outcomes-coming", verdict="passes", says=f"Outcomes kept coming, the last dated {shown}.")


def _silent_arms(plan: TrialPlan, units: Units) -> list[Check]:
    did = units.outcomes[plan.primary.column] != 0
    customers = np.bincount(units.arm, minlength=len(plan.arms))
    having = np.bincount(units.arm[did], minlength=len(plan.arms))
    expected = customers * having.sum() / max(len(units), 1)
    silent = [words_of(plan.codes[n]) for n in np.flatnonzero((having == 0) & (expected > EXPECTED_SOME))]
    if not silent:
        return []
    says = f"Nobody in {wording.listed(silent)} has any outcome, while others do: their outcomes are not being matched."
    return [Check(code="outcomes-of-each-arm", verdict="fails", says=says)]


def look_information(plan: TrialPlan, look: int | None, counted: float) -> list[Check]:
    """Whether a planned look counts the share of all customers that its boundary was worked out for."""
    if look is None or plan.stopping is None or abs(counted - plan.stopping.looks[look - 1]) <= OTHER_INFORMATION:
        return []
    planned = plan.stopping.looks[look - 1]
    says = f"Look {look} was planned for {planned:.0%} of the customers, and {counted:.0%} are counted: its boundary "
    return [Check(code="look-information", verdict="warns", says=says + "is the planned one, and holds only nearly.")]
