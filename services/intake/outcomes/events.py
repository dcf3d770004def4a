"""Events about outcomes: their facts and counts, by campaign."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from services.intake.outcomes.outcome import Matched
from shared.contracts.outcomes import OutcomeCode, OutcomeCount, OutcomeFact, OutcomesRecorded


def announcements(matched: Sequence[Matched], at: datetime) -> list[OutcomesRecorded]:
    """One event for each campaign: its facts, and their counts."""
    facts: dict[str, list[OutcomeFact]] = defaultdict(list)
    for each in matched:
        if each.campaign:
            facts[each.campaign].append(each.fact())
    return [
        OutcomesRecorded(campaign=campaign, counts=_counts(found), facts=tuple(found), recorded_at=at)
        for campaign, found in sorted(facts.items())
    ]


def _counts(facts: Sequence[OutcomeFact]) -> tuple[OutcomeCount, ...]:
    together: dict[tuple[str | None, OutcomeCode], list[int]] = defaultdict(list)
    for fact in facts:
        together[fact.arm, fact.outcome].append(fact.amount_pence or 0)
    return tuple(
        OutcomeCount(arm=arm, outcome=outcome, count=len(amounts), amount_pence=sum(amounts))
        for (arm, outcome), amounts in sorted(together.items(), key=lambda pair: (pair[0][0] or "", pair[0][1]))
    )
