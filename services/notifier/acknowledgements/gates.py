"""Gates: the team that passes the next gate of a campaign is asked to look, and reminded until the gate is passed."""

from services.notifier.acknowledgements.ports import AskRepository
from services.notifier.campaigns.ports import CampaignRepository
from services.notifier.notices.order import About
from services.notifier.notices.writer import NoticeWriter
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import GATE, NOT_PASSED, Rule
from shared.contracts import AgreementChanged
from shared.contracts.agreements import GateState
from shared.identifiers import derived_id

PASSED_IN = ("submitted", "approved")
"""The states of a campaign in which its gates are passed."""


class GateNotices:
    """Asks for each gate once, however many events say that it is open; again when it has been passed or sent back."""

    def __init__(
        self, asks: AskRepository, campaigns: CampaignRepository, writer: NoticeWriter, book: Rulebook
    ) -> None:
        self._asks = asks
        self._campaigns = campaigns
        self._writer = writer
        self._book = book

    async def ask(self, campaign: str) -> None:
        """Goes by the latest word of planner, whichever event brought it."""
        agreement = (await self._campaigns.known(campaign)).agreement
        state = next_gate(agreement) if agreement else None
        if agreement is None or state is None:
            return
        before = [ask for ask in await self._asks.of_campaign(campaign) if ask.gate == state.gate]
        if any(ask.open for ask in before):
            return
        for rule in self._rules(state):
            teams = [code for code, team in self._book.teams.items() if state.gate in team.gates]
            facts = {"event": agreement, "kind": "changed", "gate": state, "again": bool(before)}
            cause = derived_id(campaign, f"gate|{state.gate}", len(before))
            await self._writer.tell(cause, rule, teams, facts, About(campaign, gate=state.gate))

    def _rules(self, state: GateState) -> list[Rule]:
        """Returns the rules for open gates, unless another rule asks for this one when the plan is submitted."""
        asked_at_submission = state.why_open == NOT_PASSED and state.gate in {rule.gate for rule in self._book.rules}
        return [] if asked_at_submission else [rule for rule in self._book.rules if GATE in rule.to]


def next_gate(agreement: AgreementChanged) -> GateState | None:
    """Returns the first gate that is open: gates are passed in their order."""
    if agreement.state not in PASSED_IN:
        return None
    return next((each for each in agreement.gates if each.why_open is not None), None)
