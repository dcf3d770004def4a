"""Events of planner about the campaign of the samples, from its approval on."""

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts import AgreementChanged, CampaignAmended, CampaignLaunched, CampaignRejected

CAMPAIGN = "OTM-26-0042"
OWING = {"liability_expected": True}
"""Part of an approval whose customers may owe more."""
_DECIDED: dict[str, Any] = {
    "version": 40,
    "campaign": CAMPAIGN,
    "reason": "The partner's data came late",
    "decided_by": "designer-2",
    "decided_at": datetime(2026, 8, 25, 10, 0, tzinfo=UTC),
}


def launched(**changes: object) -> CampaignLaunched:
    return CampaignLaunched.model_validate({**_DECIDED, "version": 5, "plan_version": 1, **changes})


def rejected(**changes: object) -> CampaignRejected:
    return CampaignRejected.model_validate({**_DECIDED, "instead": "pilot-first", **changes})


def amended(**changes: object) -> CampaignAmended:
    """The launch goes from 7 to 21 September, and fewer customers are in scope."""
    return CampaignAmended.model_validate(
        {
            **_DECIDED,
            "version": 3,
            "plan_version": 2,
            "title": "Undeclared income from letting property",
            "changed": ["launch", "size"],
            "void": ["customer-services", "letter-issuer"],
            "launch": date(2026, 9, 21),
            "customers": 20_000,
            **changes,
        }
    )


def agreed(*knowing: str, **changes: object) -> AgreementChanged:
    """The agreement of the approved campaign, in which the teams `knowing` have acknowledged it."""
    teams = ("customer-services", "letter-issuer", "debt-management", "press-office")
    return AgreementChanged.model_validate(
        {
            "campaign": CAMPAIGN,
            "version": 4,
            "plan_version": 1,
            "lines_to_take": 1,
            "state": "approved",
            "gates": [{"gate": "communications-tone", "expires_at": datetime(2027, 2, 1, tzinfo=UTC)}],
            "teams": [{"team": team, "needed": True, "knows": team in knowing} for team in teams],
            "changed_at": datetime(2026, 8, 20, 9, 0, tzinfo=UTC),
            **changes,
        }
    )
