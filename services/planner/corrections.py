"""Corrections held against the campaign that they correct: who got the wrong letter, and which gates look at it."""

from collections.abc import Iterator
from datetime import date

from services.planner.campaign import Campaign
from services.planner.lifecycle import State
from services.planner.plan.aspects import Aspect, changed
from services.planner.plan.correction import Correction
from services.planner.plan.plan import Plan
from services.planner.plan.trial import Arm
from shared.errors import Problem

LAUNCHED = frozenset({State.LIVE, State.PAUSED, State.STOPPED, State.COMPLETED})
NEW = frozenset({Aspect.MESSAGE, Aspect.LAUNCH, Aspect.CONTACTS, Aspect.RESPONSES})
"""The aspects that every correction has of its own: other words, on other days, which bring contacts of their own."""
KEPT = frozenset({Aspect.PURPOSE, Aspect.METHOD, Aspect.RESOURCE})
"""The aspects in which a correction is as the campaign that it corrects, unless somebody changes them."""


def touched(plan: Plan, wrong: Campaign | None) -> frozenset[Aspect] | None:
    """Returns the aspects that are new in a correction: only the gates that look at one of them are passed. None for
    any other plan: every gate is passed.
    """
    if plan.corrects is None or wrong is None or wrong.reference != plan.corrects.campaign:
        return None
    before = wrong.seen
    now = wrong.model_copy(update={"plan": plan}).seen
    channels = {arm.channel for arm in wrong_arms(plan.corrects, wrong)}
    other_channel = any(arm.channel not in channels for arm in plan.arms)
    return NEW | (changed(before, now, 0) & KEPT) | ({Aspect.CHANNEL} if other_channel else set())


def correction_problems(plan: Plan, wrong: Campaign | None, today: date) -> list[Problem]:
    """Returns what stands against a correction: no such campaign, letters that never went out or still go out, and the
    wrong words once more.
    """
    if plan.corrects is None:
        return []
    if wrong is None or wrong.state not in LAUNCHED:
        told = "it was never launched: nobody has a letter of it"
        return [Problem("corrects.campaign", "launched", told)]
    if wrong.reference != plan.corrects.campaign:
        told = f"this is a correction of {wrong.reference}: begin another for another campaign"
        return [Problem("corrects.campaign", "as-before", told)]
    return list(_problems(plan, plan.corrects, wrong, today))


def wrong_arms(corrects: Correction, wrong: Campaign) -> list[Arm]:
    return [arm for arm in wrong.plan.arms if arm.code in corrects.arms and not arm.control]


def _problems(plan: Plan, corrects: Correction, wrong: Campaign, today: date) -> Iterator[Problem]:
    arms = wrong_arms(corrects, wrong)
    if len(plan.arms) != 1 or any(arm.control for arm in plan.arms):
        told = "everybody who got the wrong letter gets the correction: give one arm, and no control"
        yield Problem("arms", "one-arm", told)
    if wrong.plan.corrects:
        first = wrong.plan.corrects.campaign
        told = f"it is a correction itself: correct {first}, whose customers both write to, for the same days"
        yield Problem("corrects.campaign", "no-correction", told)
    if len(arms) < len(corrects.arms):
        written = ", ".join(arm.code for arm in wrong.plan.arms if not arm.control)
        yield Problem("corrects.arms", "written-to", f"the arms of {wrong.reference} that are written to are {written}")
    if plan.reference_kind != wrong.plan.reference_kind:
        yield Problem("reference_kind", "as-corrected", f"the customers are known by {wrong.plan.reference_kind}")
    if corrects.until > today:
        yield Problem("corrects.until", "not-future", "nothing has gone out on that day yet")
    if wrong.state is State.LIVE and corrects.until >= today and corrects.plan_version >= wrong.plan_version:
        told = f"{wrong.reference} still sends these letters today: pause it first, or name days that are over"
        yield Problem("corrects.until", "still-going-out", told)
    yield from _word_problems(plan, arms, wrong.reference)


def _word_problems(plan: Plan, arms: list[Arm], wrong: str) -> Iterator[Problem]:
    letters = {(letter.subject, letter.body) for arm in arms for letter in arm.letters}
    for index, arm in enumerate(plan.arms):
        for place, letter in enumerate(arm.letters):
            if (letter.subject, letter.body) in letters:
                told = f"this is a letter of {wrong} itself: say what was wrong, and what is right"
                yield Problem(f"arms.{index}.letters.{place}", "still-wrong", told)
