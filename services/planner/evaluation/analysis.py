"""A trial analysed as it was planned: checks, then effects, then the conclusion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.metadata import version

import numpy as np

from services.planner.evaluation.analysis_plan import Measured, TrialPlan
from services.planner.evaluation.checks.allocation import balance, sample_ratio
from services.planner.evaluation.checks.conduct import (
    EPOCH,
    attrition,
    contamination,
    look_information,
    outcomes_left_out,
    outcomes_stopped,
)
from services.planner.evaluation.data.outcome_log import LeftOut, OutcomeLog
from services.planner.evaluation.data.units import NOBODY, Flags, Units, expect_sound
from services.planner.evaluation.estimates.effects import effects_of, heterogeneity_of, looks_of
from services.planner.evaluation.estimates.estimation import Sample
from services.planner.evaluation.provenance import Provenance, preface, provenance_checks, record_lines
from services.planner.evaluation.report.conclusion import conclusion
from services.planner.evaluation.result import ArmSummary, Check, Effect, Evaluation
from services.planner.evaluation.seal import seal
from shared.errors import Invalid, Problem

LIBRARIES = ("one-to-many", "numpy", "scipy", "statsmodels")


@dataclass(frozen=True)
class Trial:
    """A trial's data as of one day. `excluded` days of randomisation, with the reason, count in no arm. `contacts` are
    by arm. `sealed` is the hash published before the first letter, None where nobody said it."""

    plan: TrialPlan
    units: Units
    as_of: date
    log: OutcomeLog | None = None
    left_out: LeftOut = field(default_factory=LeftOut)
    excluded: Mapping[date, str] = field(default_factory=dict)
    contacts: Mapping[str, int] = field(default_factory=dict)
    sealed: str | None = None
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def first_letter(self) -> date:
        """The first day on which anybody was randomised or, where planner knows it, dealt with."""
        return EPOCH + timedelta(days=int(self.units.started.min()))


def evaluate(trial: Trial, look: int | None = None) -> Evaluation:
    """Analyses the trial, at the planned `look` (from 1) or else at its end.

    Raises `Invalid` where the data cannot be those of this trial.
    """
    plan, units = trial.plan, trial.units
    expect_analysable(trial, look)
    kept = _kept(trial)
    effects = [e for m in plan.measured for e in effects_of(plan, units, m, kept & _complete(trial, m), look)]
    counted = kept & _complete(trial, plan.primary)
    peek = is_peek(trial)
    checks = [*_checks(trial, kept), *_effect_checks(trial, effects, counted, peek)]
    checks += look_information(plan, look, int(counted.sum()) / (len(units) + trial.provenance.waiting))
    return Evaluation(
        campaign=plan.campaign,
        title=plan.title,
        seal=seal(plan),
        sealed_before=None if trial.sealed is None else trial.sealed == seal(plan),
        as_of=trial.as_of,
        peek=peek,
        checks=tuple(checks),
        arms=_arms(trial),
        effects=tuple(effects),
        heterogeneity=tuple(heterogeneity_of(effects)),
        looks=looks_of(plan),
        look=look,
        conclusion=_concluded(trial, checks, effects, peek),
        record=tuple(record_lines(trial.provenance)),
        versions={name: version(name) for name in LIBRARIES},
    )


def _concluded(trial: Trial, checks: list[Check], effects: list[Effect], peek: bool) -> tuple[str, ...]:
    before = preface(trial.provenance, seal(trial.plan), trial.first_letter)
    return (*before, *conclusion(trial.plan, checks, effects, peek))


def expect_analysable(trial: Trial, look: int | None = None) -> None:
    """Raises `Invalid` where the data cannot be those of this trial, or the look is none that was planned."""
    expect_sound(trial.plan, trial.units)
    _expect_look(trial.plan, look)


def is_peek(trial: Trial) -> bool:
    """Returns whether customers are still to be dealt with, or have not reached the primary horizon."""
    incomplete = _kept(trial) & ~_complete(trial, trial.plan.primary)
    return bool(incomplete.any()) or trial.provenance.waiting > 0


def _expect_look(plan: TrialPlan, look: int | None) -> None:
    looks = len(plan.stopping.looks) if plan.stopping else 0
    if look is not None and not 1 <= look <= looks:
        has = f"the plan has {looks}, counted from 1" if looks else "the plan has none"
        raise Invalid(f"there is no look {look}: {has}", Problem("look", "planned", has))


def _kept(trial: Trial) -> Flags:
    """Returns the customers whose day of randomisation was not excluded."""
    days = [(day - EPOCH).days for day in trial.excluded]
    return ~np.isin(trial.units.started, days)


def _complete(trial: Trial, measured: Measured) -> Flags:
    """Returns the customers who had reached the horizon."""
    return np.asarray(trial.units.started + measured.horizon <= (trial.as_of - EPOCH).days)


def _checks(trial: Trial, kept: Flags) -> list[Check]:
    plan, units = trial.plan, trial.units
    layout = units.layout(len(plan.arms), bool(plan.shares_by_stratum))
    checks = [*_seal_check(trial), *provenance_checks(trial.provenance, seal(plan), len(units), trial.first_letter)]
    checks += [sample_ratio(plan, layout, units.strata), *balance(plan, units, layout)]
    checks += [*contamination(plan, units), attrition(plan, units), *outcomes_left_out(trial.left_out)]
    if trial.log is not None:
        checks += outcomes_stopped(plan, units, trial.log, trial.as_of)
    if units.cluster is not None and not units.clustered:
        says = "Every cluster has one customer: they are analysed as customers randomised one by one."
        checks.append(Check(code="clusters", verdict="warns", says=says))
    elif units.clustered and plan.clusters is None:
        says = "Customers were randomised in clusters that the plan does not name: errors allow for the clusters."
        checks.append(Check(code="clusters", verdict="warns", says=says))
    left = int((~kept).sum())
    checks += [_exclusion(day, why, left) for day, why in trial.excluded.items()]
    return checks


def _exclusion(day: date, why: str, left: int) -> Check:
    says = f"Customers randomised on {day} are left out of every arm: {why} ({left:,} customers in all)."
    return Check(code="excluded-day", verdict="warns", says=says)


def _seal_check(trial: Trial) -> list[Check]:
    if trial.sealed is None:
        says = "No seal of this plan was published: nobody can show that it was made before the letters."
        return [Check(code="seal", verdict="warns", says=says)]
    if trial.sealed != seal(trial.plan):
        says = "The analysis plan is not the one that was sealed before the first letter."
        return [Check(code="seal", verdict="fails", says=says)]
    return [Check(code="seal", verdict="passes", says="The analysis plan is the one that was sealed.")]


def _effect_checks(trial: Trial, effects: list[Effect], counted: Flags, peek: bool) -> list[Check]:
    primary = [effect for effect in effects if effect.role == "primary"]
    checks = []
    if peek:
        days = trial.plan.primary.horizon
        says = f"Some customers have not reached {days} days by {trial.as_of}: only those who have are counted."
        checks.append(Check(code="peek", verdict="warns", says=says))
    elif not primary:
        says = "The primary effect cannot be estimated: some arm has fewer than two customers or clusters to count."
        checks.append(Check(code="estimable", verdict="fails", says=says))
    sample = Sample(trial.plan, trial.units, trial.plan.primary, counted, trial.plan.stratified)
    thin = int(counted.sum()) - int(sample.chosen.sum())
    if primary and thin:
        says = f"{thin:,} customers are in strata where some arm has fewer than two: their strata are left out."
        checks.append(Check(code="thin-strata", verdict="warns", says=says))
    reached = any(effect.kind == "complier" for effect in effects)
    if primary and trial.plan.complier_average and not reached:
        says = "Effects on those reached cannot be worked out: letters reached as many in control, or nobody."
        checks.append(Check(code="complier", verdict="warns", says=says))
    return checks


def _arms(trial: Trial) -> tuple[ArmSummary, ...]:
    plan, units = trial.plan, trial.units
    randomised = units.layout(len(plan.arms), stratified=False).randomised()[:, 0]
    sent = units.sent != NOBODY
    return tuple(
        ArmSummary(
            arm=arm.code,
            control=arm.control,
            customers=int((units.arm == number).sum()),
            randomised=int(randomised[number]),
            sent=int((sent & (units.arm == number)).sum()),
            reached=int((units.reached & sent & (units.arm == number)).sum()),
            contacts=trial.contacts.get(arm.code),
        )
        for number, arm in enumerate(plan.arms)
    )
