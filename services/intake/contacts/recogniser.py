"""Recognition of contacts: the letter, the customer and the campaign they are about, and the teams to tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.campaigns.routing import Rule, Rules, default_rules
from services.intake.contacts.contact import Contact, ContactReport
from services.intake.referrals.referral import Referral
from services.intake.register.letter import RegisteredLetter, canonical
from services.intake.register.ports import Register
from shared.contracts.campaigns import VolunteeredProcess
from shared.customers.reference import CustomerReference
from shared.errors import Invalid
from shared.identifiers import derived_id


@dataclass(frozen=True, slots=True)
class IncomingContact:
    """A report as it came in, from `by` of `team`, with the id it is to be kept under and a digest of its body.

    `again`: it may have come before under the same id.
    """

    report: ContactReport
    by: str | None
    team: str
    id: str
    digest: str
    again: bool


@dataclass(frozen=True, slots=True)
class RecognisedContact:
    """A contact to keep, and its campaign's process for what was volunteered in it; None while nobody knows that."""

    contact: Contact
    digest: str
    again: bool
    process: VolunteeredProcess | None = None


class Recogniser:
    """Recognition of the letter, the customer and the campaign of a report. `token` maps a customer's reference to the
    token that stands for them."""

    def __init__(self, register: Register, token: Callable[[CustomerReference], str]) -> None:
        self._register = register
        self._token = token

    async def recognise(self, arrivals: Sequence[IncomingContact], now: datetime) -> list[RecognisedContact]:
        """Returns the contacts to keep. A letter that cannot be made out refuses nobody: the contact has none then."""
        references = [canonical(arrival.report.letter_reference) for arrival in arrivals]
        letters = await self._register.letters([reference for reference in references if reference])
        campaigns = {campaign.reference: campaign for campaign in await self._register.campaigns()}
        return [
            self._taken(arrival, reference, letters.get(reference or ""), campaigns, now)
            for arrival, reference in zip(arrivals, references, strict=True)
        ]

    def _taken(
        self,
        arrival: IncomingContact,
        reference: str | None,
        letter: RegisteredLetter | None,
        campaigns: dict[str, KnownCampaign],
        now: datetime,
    ) -> RecognisedContact:
        report = arrival.report
        campaign = campaigns.get(letter.campaign) if letter else None
        given = self._customer(report.customer_reference, letter)
        rules = campaign.rules if campaign and campaign.rules is not None else default_rules()
        contact = Contact.model_construct(  # every value has been checked where it came from
            id=arrival.id,
            report=report,
            recorded_by=arrival.by,
            team=report.team or arrival.team,
            letter=letter,
            reference=reference,
            customer=(letter.customer if letter else None) or given,
            given=given,
            disclosure=derived_id(arrival.id, "disclosure") if report.volunteered else None,
            referrals=_referrals(arrival.id, report, rules),
            recorded_at=now,
        )
        return RecognisedContact(contact, arrival.digest, arrival.again, campaign.process if campaign else None)

    def _customer(self, given: CustomerReference | None, letter: RegisteredLetter | None) -> str | None:
        try:
            return self._token(given.within(letter.campaign if letter else None)) if given else None
        except Invalid:
            return None


def _referrals(contact_id: str, report: ContactReport, rules: Rules) -> tuple[Referral, ...]:
    """Made again for the same contact by the same rules, they have the same ids."""
    chosen: dict[str, Rule] = {}
    for rule in rules.rules:
        if rule.fits(report.reason, report.channel):
            chosen.setdefault(rule.team, rule)
    return tuple(
        Referral(id=derived_id(contact_id, f"referral|{rule.team}"), team=rule.team, reason=rule.why)
        for rule in chosen.values()
    )
