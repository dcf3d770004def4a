"""Validity of an event for a rule: whether what it tells still holds, and is news to anybody."""

from services.notifier.campaigns.campaign import Known
from services.notifier.rulebook.rules import NOT_PASSED, Rule
from shared.contracts import (
    CampaignAmended,
    CampaignApproved,
    CampaignRefused,
    CampaignSlowed,
    CampaignSubmitted,
    Contract,
    LinesToTakePublished,
    RefitProposed,
)


def holds(rule: Rule, data: Contract, known: Known) -> bool:
    """Returns whether what a rule waits for besides its event is so. A plan that is approved again and tells teams
    nothing new is told to nobody once more; the conditions of its approval may be new. A plan that comes back asks for
    no gate that was passed before; one that is open because of a change is asked for by planner's word.
    """
    if rule.only_with and not known.conditions_to_meet:
        return False
    if rule.only_changed and isinstance(data, CampaignAmended) and not {*rule.only_changed} & {*data.changed}:
        return False
    if isinstance(data, CampaignSubmitted) and rule.gate and known.agreement:
        open_because = [each.why_open for each in known.agreement.gates if each.gate == rule.gate]
        return open_because in ([], [NOT_PASSED])
    if isinstance(data, CampaignApproved) and not rule.only_with:
        return known.briefed_by.get(str(data.briefing), data.plan_version) == data.plan_version
    return True


def is_overtaken(data: Contract, known: Known) -> bool:
    """Returns whether an event no longer holds: its plan or its limit was changed since; or whether lines to take come
    with a plan that tells them."""
    if isinstance(data, LinesToTakePublished):
        return known.approved is None or known.in_change or data.version <= (known.approved.lines_to_take or 0)
    if isinstance(data, CampaignSlowed):
        return known.over or (known.slowed is not None and data.version < known.slowed.version)
    if isinstance(data, CampaignApproved | CampaignAmended | CampaignRefused | RefitProposed):
        return data.plan_version < known.plan_version
    return False
