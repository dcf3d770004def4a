"""Following the population: what was planned gives way to who can really be written to."""

from services.planner.actual_figures import apart
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.draft import amended_to
from services.planner.decisions.run import halt
from services.planner.forecast.schedule.going_out import letters
from services.planner.lifecycle import ENDED, State, Step
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize
from services.planner.readiness import Circumstances
from shared.contracts import PopulationLoaded

TOLD = "told"
"""Mark of a note about the population that those who were told of the campaign hear of."""


def follow_population(campaign: Campaign, loaded: PopulationLoaded, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign with the number of customers who may be written to. Within `inform_tolerance` of the plan
    nobody hears of it; within `size_tolerance` those who were told do; beyond it that number becomes the plan's, which
    re-opens gates and sign-offs, and a live campaign is paused until they are given again. Where nobody may be written
    to, or fewer than there are arms, the plan stays and nothing is launched by it. Heard again, unchanged.
    """
    planned, directorate = campaign.plan.customers, circumstances.rules.get(campaign.plan.directorate)
    if campaign.state in ENDED or campaign.eligible == loaded.eligible:
        return campaign
    told = Act(act.by, act.at, _words(loaded, planned))
    known = campaign.model_copy(update={"eligible": loaded.eligible})
    differs = apart(planned, loaded.eligible)
    if directorate is None or differs <= directorate.size_tolerance:
        informs = directorate is not None and differs > directorate.inform_tolerance
        return known.with_changes(told.change(Step.NOTE_POPULATION, TOLD if informs else None))
    halted = halt(known, Step.PAUSE, told) if campaign.state is State.LIVE else known
    before = halted.changes if halted is not known else ()
    noted = (told.change(Step.NOTE_POPULATION), *before)
    if loaded.eligible < max(1, len(campaign.plan.arms)):  # no plan is for so few: `population_problems` says so
        return halted.model_copy(update={"version": campaign.version + 1, "changes": noted})
    amended = amended_to(halted, _plan(campaign.plan, loaded.eligible), told, circumstances)
    changes = (*noted, *amended.changes)
    contributors = campaign.contributors  # dispatcher counts: it has no hand in the plan
    return amended.model_copy(
        update={"version": campaign.version + 1, "changes": changes, "contributors": contributors}
    )


def _words(loaded: PopulationLoaded, planned: int | None) -> str:
    of = f"; {planned:,} were planned" if planned is not None else ""
    return f"{loaded.eligible:,} customers may be written to, of {loaded.rows:,} in the population{of}"


def _plan(plan: Plan, eligible: int) -> Plan:
    """Returns the plan for so many customers. Waves that were given by hand end where nobody is left, or go on by the
    size of the last one.
    """
    return plan.model_copy(update={"customers": eligible, "schedule": _fitted(plan.schedule, letters(plan, eligible))})


def _fitted(schedule: tuple[WaveSize, ...], left: int) -> tuple[WaveSize, ...]:
    fitted: list[WaveSize] = []
    for wave in schedule:
        if left > 0:
            fitted.append(wave.model_copy(update={"size": min(wave.size, left)}))
            left -= fitted[-1].size
    return tuple(fitted) if left <= 0 else ()
