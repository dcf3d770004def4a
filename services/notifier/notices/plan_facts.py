"""Facts of a plan that notices tell: what goes out, to whom, what is still to come, and the forecast by week."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from services.notifier.calendars.diary import diary
from services.notifier.campaigns.campaign import Known
from services.notifier.rulebook.template_facts import ArmReach, Week
from shared.contracts import CampaignApproved, LinesToTakePublished
from shared.contracts.schedules import Wave

PRINT = "print"


def plan_facts(known: Known, plan: CampaignApproved, lines: LinesToTakePublished) -> dict[str, Any]:
    """Returns the facts that every template about an approved campaign may use."""
    return {
        "campaign": plan,
        "lines": lines,
        "dates": diary(known),
        "launched": known.launched,
        "reach": reach(plan),
        "written_to": sum(arm.customers for arm in reach(plan)),
        "to_come": tuple(wave for wave in plan.waves if wave.number not in known.started),
        "weeks": weeks(plan),
        "prints": prints(plan),
        "conditions": known.conditions_to_meet,
        "expiring": known.expiring,
        "reviews": known.reviews,
        "course": known.course or "approved",
        "slowed_to": known.slowed.daily_limit if known.slowed else None,
    }


def reach(plan: CampaignApproved) -> tuple[ArmReach, ...]:
    """Returns the arms that are written to, each with its channel and about how many customers; controls are not."""
    shares = sum(arm.share for arm in plan.arms)
    return tuple(
        ArmReach(arm=arm.code, channel=arm.channel or "letter", customers=round(plan.customers * arm.share / shares))
        for arm in plan.arms
        if not arm.control
    )


def prints(plan: CampaignApproved) -> tuple[Wave, ...]:
    """Returns the letters at most of each wave, which has the arms in their shares; none where nothing is printed."""
    written_to = sum(arm.share for arm in plan.arms if not arm.control)
    printed = sum(arm.share for arm in plan.arms if not arm.control and (arm.channel or PRINT) == PRINT)
    if not printed:
        return ()
    return tuple(wave.model_copy(update={"size": -(-wave.size * printed // written_to)}) for wave in plan.waves)


def weeks(plan: CampaignApproved) -> tuple[Week, ...]:
    """Returns the contacts expected in each week that has any, by its Monday."""
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in plan.expected_contacts:
        week = sums[each.on - timedelta(days=each.on.weekday())]
        for place, count in enumerate((each.low, each.central, each.high)):
            week[place] += count
    found = (Week(begins=begins, low=low, central=central, high=high) for begins, (low, central, high) in sums.items())
    return tuple(sorted((week for week in found if week.high), key=lambda week: week.begins))
