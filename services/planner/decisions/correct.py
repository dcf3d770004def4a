"""Correcting: a draft of a mailing to exactly the customers who got a wrong letter."""

from typing import Annotated

from pydantic import Field

from services.planner.assessment.answer import Answer
from services.planner.campaign import Campaign
from services.planner.corrections import LAUNCHED, wrong_arms
from services.planner.decisions.act import Act
from services.planner.decisions.draft import create
from services.planner.forecast.schedule.issued import IssuedCount
from services.planner.plan.correction import Correction
from services.planner.plan.dates import Day
from services.planner.plan.plan import Group, Plan
from services.planner.plan.trial import Language, OneLine
from shared.errors import Conflict, Invalid, Problem
from shared.values import Code, Number, Value

ARM = "correction"


class CorrectionWanted(Value):
    """The wrong letters, of these arms (without any: of all), that went out on the days from `since` to `until`, by
    plans up to `plan_version`: without one, up to the plan that was last announced.
    """

    title: OneLine
    arms: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=2)] = ()
    since: Day
    until: Day
    plan_version: Number | None = None


def correct(reference: str, wrong: Campaign, wanted: CorrectionWanted, issued: list[IssuedCount], act: Act) -> Campaign:
    """Returns a draft with the plan and the answers of the wrong campaign, one arm, and the number of wrong letters as
    its customers. Dates, briefings and the right words are left for its designer.
    """
    if wrong.state not in LAUNCHED:
        raise Conflict(f"{wrong.reference} was never launched: nobody has a letter of it")
    corrects = Correction(
        campaign=wrong.reference,
        arms=wanted.arms or tuple(arm.code for arm in wrong.plan.arms if not arm.control),
        languages=wanted.languages,
        since=wanted.since,
        until=wanted.until,
        plan_version=wanted.plan_version or wrong.announced or wrong.plan_version,
    )
    customers = _written_to(corrects, issued)
    if not customers:
        told = f"{wrong.reference} has issued nothing of these arms on these days: `progress` shows what it has"
        raise Invalid("nobody got such a letter", Problem("since", "issued", told))
    plan = Plan.model_validate(_plan(wrong, corrects, wanted.title, customers).model_dump())
    return create(reference, plan, act).model_copy(update={"answers": _answers(wrong, customers, act)})


def _written_to(corrects: Correction, issued: list[IssuedCount]) -> int:
    """Returns the letters of these arms and days, in any language and by any plan: at most so many are corrected."""
    return sum(
        each.count for each in issued if each.arm in corrects.arms and corrects.since <= each.on <= corrects.until
    )


def _plan(wrong: Campaign, corrects: Correction, title: str, customers: int) -> Plan:
    before = wrong.plan
    arms = wrong_arms(corrects, wrong)
    of_a_trial = {"approach": "established", "hypothesis": "", "analysis": None, "contact_assumptions": None}
    undated = {"launch": None, "respond_by": None, "schedule": (), "milestones": ()}
    to_brief = {"press_office_briefed": None, "communications_briefed": None}
    days = f"from {corrects.since:%d %B %Y} to {corrects.until:%d %B %Y}"
    return before.model_copy(
        update={
            "title": title,
            "corrects": corrects,
            "customers": customers,
            "groups": tuple(_at_most(group, customers) for group in before.groups),
            "arms": tuple(arm.model_copy(update={"code": ARM, "share": 1}) for arm in arms[:1]),
            "short_notice": f"Customers hold wrong letters of {wrong.reference}, {days}",
            **of_a_trial,
            **undated,
            **to_brief,
        }
    )


def _at_most(group: Group, customers: int) -> Group:
    return group.model_copy(update={"customers": min(group.customers, customers), "could_grow_to": None})


def _answers(wrong: Campaign, customers: int, act: Act) -> dict[Code, Answer]:
    """Returns the answers as they stand, with the number of customers by whoever declares the correction."""
    answers = dict(wrong.answers)
    if "customers" in answers:
        given = answers["customers"].given.model_copy(
            update={"customers": customers, "text": f"Those who hold a wrong letter of {wrong.reference}"}
        )
        answers["customers"] = Answer(given=given, by=act.by, at=act.at)
    return answers
