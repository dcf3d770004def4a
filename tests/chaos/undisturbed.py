"""The small campaign that nothing happens to, and what comes of it."""

from collections import Counter

from tests.chaos.campaign import SmallCampaign
from tests.chaos.system import System
from tests.chaos.tally import Tally
from tests.chaos.trial import Steps

TOLD = {
    "advance-notice": "customer-services",
    "approval-wanted": "design-community",
    "completed-others": "analysts communications customer-services debt-management letter-issuer press-office",
    "daily-actuals": "customer-services",
    "debt-warning": "debt-management",
    "disclosures": "disclosure-team",
    "dispatch-completed": "analysts",
    "final-notice": "customer-services",
    "gate-open": "analysts approvers approvers approvers approvers",
    "issuer-briefing": "letter-issuer letter-issuer on-call",
    "launch-date": "press-office",
    "launched": "customer-services letter-issuer press-office",
    "launched-others": "analysts communications debt-management design-community",
    "referrals": "complaints compliance debt-management extra-support",
    "tone-review": "communications",
    "wave-started": "customer-services press-office",
}
"""Teams by the rules of the notices that they get, each as often as it gets one."""
NOTICES = Counter(f"notice {rule} to {team}" for rule, teams in TOLD.items() for team in teams.split())
REFERRED = {"compliance": 2, "complaints": 1, "debt-management": 1, "extra-support": 1}
LETTERS, CONTACTS = 32, 10
"""Letters to four of five customers; the fifth are the control."""
EXPECTED = Tally(
    NOTICES
    + Counter({f"referrals to {team}": count for team, count in REFERRED.items()})
    + Counter({
        "mails": NOTICES.total(), "campaign completed": 1,
        "letters": LETTERS, "letters recognised": LETTERS, "control in arm control": 8,
        "issued in arm plain": LETTERS // 2, "issued in arm social-norm": LETTERS // 2,
        "contacts answered for": CONTACTS, "contacts kept": CONTACTS, "contacts counted": CONTACTS,
        "volunteered": 1, "gathered for disclosures": 1, "gathered for referrals": sum(REFERRED.values()),
    })
)  # fmt: skip
"""The end of every such campaign, for the short form of the trials. The long one compares it with one that it plays."""


async def undisturbed(system: System, number: int) -> Tally:
    """Plays a campaign that nothing happens to."""
    campaign = SmallCampaign(system, number, Steps())
    try:
        await campaign.play_to_the_end()
        await system.settled()
        return await campaign.tally()
    finally:
        await campaign.end()
