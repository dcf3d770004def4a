"""The task list of a campaign: stages in their order, and in each what is done and what it waits for."""

from datetime import datetime
from enum import StrEnum

from services.planner.agreement.gates import Standing
from services.planner.assessment.answer import assessment_problems
from services.planner.assessment.questions import QUESTIONS
from services.planner.campaign import Campaign
from services.planner.lifecycle import State
from services.planner.readiness import Circumstances, gate_standings, launch_problems, team_sign_offs
from services.planner.writing.parts import STAGES
from services.planner.writing.standing import PartStanding, open_points, owner_of, standings
from shared.clock import LONDON
from shared.errors import Problem
from shared.values import Value
from shared.wording import title_of, within_sentence, words_of

PLAN, PREPARE = STAGES


class Status(StrEnum):
    DONE = "Done"
    TO_DO = "To do"
    WAITS = "Waits"
    LATER = "Not yet"
    OPTIONAL = "If needed"


class Task(Value):
    """One thing to do. `waits_for` says whom it waits for; `open` are the problems that stand against it; `page` is
    where it is done, beside the page of the campaign; only designers see a page that `writes`.
    """

    name: str
    status: Status
    page: str = ""
    writes: bool = False
    waits_for: str = ""
    open: tuple[Problem, ...] = ()


class Stage(Value):
    name: str
    tasks: tuple[Task, ...]

    @property
    def done(self) -> bool:
        return all(task.status in (Status.DONE, Status.OPTIONAL) for task in self.tasks)


def stages(campaign: Campaign, circumstances: Circumstances, at: datetime) -> tuple[Stage, ...]:
    """Returns the stages of a campaign up to its launch."""
    open_ = open_points(campaign, circumstances, at)
    return (
        Stage(name="Decide whether it is right", tasks=(_assessment(campaign, at),)),
        *_written(campaign, open_),
        Stage(name="Agree it", tasks=(_submission(campaign, open_), *_gates(campaign, circumstances, at))),
        Stage(name="Tell everybody", tasks=tuple(_teams(campaign, circumstances))),
        Stage(name="Launch it", tasks=(_population(campaign), _launch(campaign, circumstances, at))),
    )


def _assessment(campaign: Campaign, at: datetime) -> Task:
    open_ = assessment_problems(campaign.answers, at.astimezone(LONDON).date())
    name = f"Answer the {len(QUESTIONS)} questions of the assessment"
    return _own(name, campaign, open_, "check")


def _written(campaign: Campaign, open_: list[Problem]) -> list[Stage]:
    """Returns the stages in which the plan and the lines to take are written, each part a task."""
    found = standings(campaign, open_)
    tasks = {name: [_part(found[part.code], campaign) for part in parts] for name, parts in STAGES.items()}
    further = {PLAN: _tried(campaign), PREPARE: [_lines(campaign)]}
    return [Stage(name=name, tasks=(*each, *further[name])) for name, each in tasks.items()]


def _part(standing: PartStanding, campaign: Campaign) -> Task:
    part = standing.part
    task = Task(name=part.name, status=Status.DONE, page=f"write/{part.code}", writes=True, open=standing.open)
    if standing.done:
        return task
    if standing.to_do:
        return task.model_copy(update={"status": Status.TO_DO, "waits_for": campaign.author})
    if standing.waits_for is None:
        return task.model_copy(update={"status": Status.OPTIONAL})
    return task.model_copy(update={"status": Status.LATER, "waits_for": within_sentence(standing.waits_for.name)})


def _tried(campaign: Campaign) -> list[Task]:
    """Returns what stands on pages of its own, where numbers are tried."""
    plan = campaign.plan
    waves = Status.DONE if plan.schedule else Status.OPTIONAL
    design = Status.DONE if plan.analysis else Status.OPTIONAL
    return [
        Task(name="Waves, beside what helplines can take", status=waves, page="waves"),
        Task(name="Design of the trial", status=design, page="trial/design", writes=True),
    ]


def _own(name: str, campaign: Campaign, open_: list[Problem], page: str = "") -> Task:
    if not open_:
        return Task(name=name, status=Status.DONE, page=page)
    return Task(name=name, status=Status.TO_DO, page=page, waits_for=campaign.author, open=tuple(open_))


def _lines(campaign: Campaign) -> Task:
    name = "Agree the lines to take"
    if campaign.proposed is not None:
        return Task(name=name, status=Status.WAITS, page="lines", waits_for="somebody who approves lines to take")
    if campaign.published is None:
        return Task(name=name, status=Status.TO_DO, page="lines", waits_for=campaign.author)
    return Task(name=name, status=Status.DONE, page="lines")


def _submission(campaign: Campaign, open_: list[Problem]) -> Task:
    """Returns the step to approval, with what no other task names."""
    name = "Ask for approval"
    if campaign.state is not State.DRAFT:
        return Task(name=name, status=Status.DONE, page="check")
    rest = [problem for problem in open_ if not problem.field.startswith("assessment.") and owner_of(problem) is None]
    return Task(name=name, status=Status.TO_DO, page="check", waits_for=campaign.author, open=tuple(rest))


def _gates(campaign: Campaign, circumstances: Circumstances, at: datetime) -> list[Task]:
    first, tasks = campaign.state is not State.DRAFT, []
    for standing in gate_standings(campaign, circumstances, at):
        status = Status.DONE if standing.why_open is None else Status.WAITS if first else Status.LATER
        first = first and status is Status.DONE
        waits_for = words_of(standing.gate.code) if status is Status.WAITS else ""
        tasks.append(Task(name=title_of(standing.gate.code), status=status, waits_for=waits_for))
    return tasks


def _teams(campaign: Campaign, circumstances: Circumstances) -> list[Task]:
    found = [team for team in team_sign_offs(campaign, circumstances) if team.needed]
    told = campaign.announced is not None
    return [
        Task(
            name=f"{title_of(team.team)} knows",
            status=Status.DONE if team.signed_off else Status.WAITS if told else Status.LATER,
            waits_for=words_of(team.team) if told and not team.signed_off else "",
        )
        for team in found
    ]


def _population(campaign: Campaign) -> Task:
    name = "Load the population"
    if campaign.eligible is None:
        return Task(name=name, status=Status.WAITS, waits_for="analysts")
    return Task(name=name, status=Status.DONE)


def _launch(campaign: Campaign, circumstances: Circumstances, at: datetime) -> Task:
    name = "Launch"
    if campaign.state not in (State.DRAFT, State.SUBMITTED, State.APPROVED):
        return Task(name=name, status=Status.DONE)
    if campaign.state is not State.APPROVED:
        return Task(name=name, status=Status.LATER)
    open_ = tuple(launch_problems(campaign, circumstances, at))
    author = campaign.author
    return Task(name=name, status=Status.TO_DO, page="steps", writes=True, waits_for=author, open=open_)


def next_open(found: tuple[Standing, ...]) -> Standing | None:
    """Returns the first gate that is open: the only one that can be passed now."""
    return next((standing for standing in found if standing.why_open is not None), None)
