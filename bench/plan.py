"""The campaign that the measurements issue: two letters, no control, everybody on one day."""

from datetime import UTC, datetime
from typing import Any

from shared.contracts import CampaignApproved, CampaignLaunched

CAMPAIGN = "OTM-26-0001"
MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
AT = MONDAY.isoformat()


def approved(size: int) -> CampaignApproved:
    arms = [{"code": code, "share": 1, "channel": "print", "letters": _letters(opening)} for code, opening in OPENINGS]
    return CampaignApproved.model_validate(
        {
            "campaign": CAMPAIGN, "title": "Undeclared income from letting property", "regime": "self-assessment",
            "risk": "Landlords", "reference_kind": "utr", "customers": size, "launch": "2026-09-07",
            "respond_by": "2026-10-30", "arms": arms, "allocation_seed": 20260907,
            "waves": [{"number": 1, "on": "2026-09-07", "size": size}], "lines_to_take": 1,
            "approved_by": "approver", "approved_at": AT, "version": 4, "plan_version": 1,
        }
    )  # fmt: skip


def launched() -> CampaignLaunched:
    return CampaignLaunched.model_validate(
        {
            "campaign": CAMPAIGN,
            "reason": "Agreed",
            "decided_by": "approver",
            "decided_at": AT,
            "version": 5,
            "plan_version": 1,
        }
    )


OPENINGS = (
    ("plain", "We think that income from letting property may be missing from your return."),
    ("norm", "Nine out of ten people who let property tell us about all of their income on time."),
)


def _letters(opening: str) -> list[dict[str, Any]]:
    body = (
        f"Dear {{{{ name }}}}\n\n{opening}\n\nPlease check it by **{{{{ respond_by }}}}**.\n\n"
        "Your letter reference is {{ letter_reference }}."
    )
    return [
        {"language": language, "subject": "Income from letting property", "body": body} for language in ("en", "cy")
    ]
