"""A trial's units and outcomes put together from what events told of them, in whatever order and however often."""

from dataclasses import dataclass

import numpy as np

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.data.kept_columns import Allocations, KeptColumns, Outcomes, Settlements, Tokens
from services.planner.evaluation.data.outcome_log import LeftOut, OutcomeLog
from services.planner.evaluation.data.units import NOBODY, Flags, Units, by_appearance
from services.planner.evaluation.estimates.arm_means import Integers
from shared.errors import Invalid, NotFound, Problem

NEVER = -1
"""Day of a unit that was not dealt with yet."""


@dataclass(frozen=True)
class KeptTrial:
    """Units that were dealt with, and their outcomes. `allocated` counts all units, `waiting` those that were not dealt
    with yet: neither written to nor, as controls, left alone beside others who were."""

    units: Units
    log: OutcomeLog
    left_out: LeftOut
    allocated: int
    waiting: int


def kept_trial(kept: KeptColumns, plan: TrialPlan) -> KeptTrial:
    """Raises `NotFound` while no unit is known or none was dealt with, `Invalid` for units that are not this plan's."""
    known, first = np.unique(kept.allocations.unit.joined(), return_index=True)
    if not known.size:
        raise NotFound("no customer of this trial is known yet: they are, once a population is loaded and allocated")
    arm, stratum, cluster = _allocated(kept.allocations, plan, known, first)
    started, sent = _dealt_with(kept.settlements, plan, known)
    returned = _rows(known, kept.returned.joined())
    reached = sent != NOBODY
    reached[returned[returned != NOBODY]] = False
    dealt = started != NEVER
    if not dealt.any():
        raise NotFound("nobody in this trial was dealt with yet: results begin with the first letters")
    units = Units(
        arm=arm[dealt],
        sent=sent[dealt],
        started=started[dealt],
        reached=reached[dealt],
        stratum=stratum[dealt],
        strata=kept.allocations.strata.names,
        cluster=_clusters(cluster[dealt], plan),
    )
    log, left_out = _outcomes(kept.outcomes, known, dealt)
    return KeptTrial(units, log, left_out, int(known.size), int((~dealt).sum()))


def _allocated(kept: Allocations, plan: TrialPlan, known: Tokens, first: Integers) -> tuple[Integers, Integers, Tokens]:
    """Arms as the plan numbers them, strata and clusters. Raises `Invalid` for a unit in two arms or an unknown one."""
    arm = _as_planned(kept.arms.names, plan)[kept.arm.joined()]
    rows = np.searchsorted(known, kept.unit.joined())
    torn = np.unique(rows[arm != arm[first][rows]])
    if torn.size:
        says = "each customer is allocated once: find out which of the events was right"
        raise Invalid(f"{torn.size:,} customers were allocated to two arms", Problem("units", "one-arm", says))
    return arm[first], kept.stratum.joined()[first].astype(np.int64), kept.cluster.joined()[first]


def _as_planned(names: tuple[str, ...], plan: TrialPlan) -> Integers:
    unknown = sorted(set(names) - set(plan.codes))
    if unknown:
        says = f"the plan's arms are {', '.join(plan.codes)}"
        raise Invalid(f"customers are in arms that the plan does not have: {', '.join(unknown)}",
                      *(Problem(f"arms.{code}", "known-arm", says) for code in unknown))  # fmt: skip
    return np.array([plan.codes.index(name) for name in names] or [0], dtype=np.int64)


def _dealt_with(kept: Settlements, plan: TrialPlan, known: Tokens) -> tuple[Integers, Integers]:
    """The day on which each unit's chunk was first dealt with, and the arm whose letter went out."""
    started, sent = np.full(known.size, NEVER, dtype=np.int64), np.full(known.size, NOBODY, dtype=np.int64)
    rows = _rows(known, kept.unit.joined())
    found = rows != NOBODY
    days = np.zeros(max(kept.days, default=0) + 1, dtype=np.int64)
    days[list(kept.days)] = list(kept.days.values())
    started[rows[found]] = days[kept.chunk.joined()[found]]
    out = found & kept.sent.joined()
    sent[rows[out]] = _as_planned(kept.arms.names, plan)[kept.arm.joined()[out]]
    return started, sent


def _clusters(cluster: Tokens, plan: TrialPlan) -> Integers | None:
    """Numbers of clusters; None where nobody was in one and none were planned."""
    numbers = by_appearance(cluster)
    alone = int(numbers.max()) + 1 == numbers.size
    return None if alone and plan.clusters is None else numbers


def _outcomes(kept: Outcomes, known: Tokens, dealt: Flags) -> tuple[OutcomeLog, LeftOut]:
    """Every outcome in its highest version, of the units that were dealt with."""
    ids, version, day = kept.id.joined(), kept.version.joined(), kept.day.joined()
    code, amount, void = kept.code.joined(), kept.amount.joined(), kept.void.joined()
    names = sorted(kept.codes.names)
    code = np.array([names.index(name) for name in kept.codes.names] or [0], dtype=np.int64)[code]
    order = np.lexsort((void, amount, code, day, version, ids))
    newest = np.ones(order.size, dtype=np.bool_)
    newest[:-1] = ids[order][1:] != ids[order][:-1]
    said = np.ones(order.size, dtype=np.bool_)
    said[:-1] = newest[:-1] | (version[order][1:] != version[order][:-1])
    chosen = order[newest]
    rows = _rows(known, kept.unit.joined()[chosen])
    counts = (rows != NOBODY) & dealt[rows]
    log = OutcomeLog(
        unit=(np.cumsum(dealt) - 1)[rows[counts]].astype(np.int64),
        code=code[chosen][counts],
        day=day[chosen][counts],
        amount=amount[chosen][counts],
        void=void[chosen][counts],
        codes=tuple(names) or ("",),
    )
    return log, LeftOut(repeated=int((~said).sum()), unknown=int((~counts).sum()))


def _rows(known: Tokens, wanted: Tokens) -> Integers:
    """The rows of the tokens wanted; -1 for those that are not known."""
    place = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    return np.where(known[place] == wanted, place, NOBODY).astype(np.int64)
