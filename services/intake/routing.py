"""Which team a contact is passed to. What was volunteered goes its own way, as a disclosure."""

from services.intake.contact import ContactReport, Referral
from shared.identifiers import derived_id

BY_REASON = {
    "cannot-pay": ("debt-management", "time-to-pay"),
    "extra-support": ("extra-support", "extra-support"),
    "complaint": ("complaints", "complaint"),
    "change-to-return": ("compliance", "change-to-return"),
}
"""From the reason of a contact to the team it goes to, and why."""


def referrals(contact_id: str, report: ContactReport) -> tuple[Referral, ...]:
    """Made again for the same contact, they have the same ids."""
    if report.reason not in BY_REASON:
        return ()
    team, reason = BY_REASON[report.reason]
    return (Referral(id=derived_id(contact_id, "referral"), team=team, reason=reason),)
