"""Figures of a plan as they turn out: by the population that was loaded, and by the days after a pause."""

from typing import Any

from shared.contracts import CampaignApproved, CampaignResumed, FiguresChanged


def figures_of(plan: CampaignApproved, said: FiguresChanged | CampaignResumed) -> dict[str, Any]:
    """Returns what is otherwise than in the plan. A resumption has the waves to come alone, none from before it was
    said with them.
    """
    changes: dict[str, Any] = {}
    if said.expected_contacts:
        changes["expected_contacts"] = said.expected_contacts
    if isinstance(said, FiguresChanged):
        return changes | {"waves": said.waves, "customers": said.customers}
    if not said.waves:
        return changes
    first = min(wave.number for wave in said.waves)
    return changes | {"waves": (*(wave for wave in plan.waves if wave.number < first), *said.waves)}
