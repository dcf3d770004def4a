"""Screening of a population: each customer is suppressed, for a reason, or given a place to be randomised in."""

from collections.abc import Iterable, Mapping
from datetime import date

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.customers.customer import WELSH, Customer, Recipient, Rejection
from services.dispatcher.customers.reference import KnownBy
from services.dispatcher.customers.schema import PopulationSchema
from services.dispatcher.population.report import Candidate
from services.dispatcher.population.row_memory import RowMemory
from services.dispatcher.suppression.reach import FIELDS
from services.dispatcher.suppression.rules import (
    DUPLICATE,
    NO_TRANSLATION,
    SuppressionRules,
    needs_of,
    reason_to_suppress,
)
from services.dispatcher.suppression.window import contact_window, window_days
from shared.protection import Keyring, blind_index

IN_WELSH = "in-welsh"
"""Told of a row whose customer a later row marks Welsh: no reason to suppress where every arm has a Welsh letter."""


class Screening:
    """Screening of one load: it has to see the rows once, in the order of the file."""

    def __init__(
        self,
        campaign: DispatchedCampaign,
        schema: PopulationSchema,
        channels: Mapping[str, ChannelCapabilities],
        rules: SuppressionRules,
        keyring: Keyring,
        desk: RowMemory,
        now: date,
    ) -> None:
        self._needs = needs_of(campaign, channels)
        self.needed = frozenset(FIELDS[means] for means in self._needs.reached_by)
        self._known_by = KnownBy(schema.reference, campaign.given_by)
        self._rules, self._keyring, self._desk = rules, keyring, desk
        days = window_days(schema, rules)
        # nobody is written to before the launch: what is over by then does not matter
        self.leaving_alone = contact_window(campaign.reference, max(now, campaign.plan.launch), days)

    def index(self, customer: Customer) -> bytes:
        return self._known_by.index(self._keyring, customer.reference)

    def candidate(self, recipient: Recipient, index: bytes, known: Iterable[str]) -> Candidate:
        customer = recipient.customer
        earlier = self._desk.earlier(index, recipient.row, customer.language)
        again = () if earlier is None else (DUPLICATE,)
        if earlier is not None:
            for flagged in self._rules.flagged(customer.flags):
                self._desk.tell(earlier.row, flagged)
            if customer.language == WELSH and earlier.language != WELSH:  # nobody marked Welsh gets English
                self._desk.tell(earlier.row, IN_WELSH if WELSH in self._needs.languages else NO_TRANSLATION)
        reason = reason_to_suppress(customer, self._needs, self._rules, (*again, *known, *self._desk.noted(index)))
        if reason:
            return Candidate(recipient, index, suppressed=reason)
        return Candidate(recipient, index, place=self._desk.place(customer.stratum, self._cluster(customer)))

    def hear(self, rejection: Rejection) -> None:
        """Notes the reasons to suppress in a row that is rejected, for rows of the same customer before and after."""
        told = rejection.told
        if told is None:
            return
        index = self._known_by.index(self._keyring, told.reference)
        for reason in self._rules.flagged(told.flags):
            self._desk.note(index, reason)

    def _cluster(self, customer: Customer) -> bytes | None:
        return bytes.fromhex(blind_index(self._keyring, "cluster", customer.cluster)) if customer.cluster else None
