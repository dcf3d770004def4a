"""Words for the kinds, states and reasons of what is on a work list."""

from services.intake.disclosures.disclosure import State as DisclosureState
from services.intake.referrals.referral import State as ReferralState

REFERRAL_STATES: dict[ReferralState, str] = {
    "raised": "New",
    "accepted": "Taken on",
    "returned": "Given back",
    "closed": "Finished",
}
DISCLOSURE_STATES: dict[DisclosureState, str] = {
    "received": "New",
    "acknowledged": "Customer told that we have it",
    "routed": "Passed to another team",
    "resolved": "Finished",
}
REFERRAL_STEPS: dict[ReferralState, str] = {
    "accepted": "Take it on",
    "closed": "Finish it",
    "returned": "Give it back: it is not for this team",
}
DISCLOSURE_STEPS: dict[DisclosureState, str] = {
    "acknowledged": "The customer has been told that we have it",
    "routed": "Pass it to another team",
    "resolved": "Finish it: nothing is left to do",
}
WHYS = {
    "dealt-with": "It is dealt with",
    "not-reached": "The customer could not be reached",
    "nothing-to-do": "There was nothing to do",
    "not-for-this-team": "It is for another team",
    "too-little-known": "Too little is known",
}
"""Reasons why a referral is closed or given back."""
KINDS = {
    "unprompted-correction": "A correction",
    "extra-facts": "Further facts",
    "disclosure": "A disclosure",
}


def pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02}"
