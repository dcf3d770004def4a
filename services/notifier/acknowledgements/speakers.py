"""Speakers: a team is asked again where the person who spoke for it has had a hand in the plan since."""

from services.notifier.acknowledgements.ports import AskRepository
from services.notifier.campaigns.ports import CampaignRepository
from services.notifier.notices.ask import Ask
from services.notifier.notices.order import About
from services.notifier.notices.writer import NoticeWriter
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import SPEAKER
from shared.contracts import AgreementChanged
from shared.identifiers import derived_id

ASKED_IN = ("submitted", "approved", "live", "paused")
"""The states of a campaign in which its teams must know it."""
HAND_IN_PLAN = "different-people"
"""Planner's reason for which the word of such a person counts no more."""


class SpeakerNotices:
    """Asks a team once for each such word, however many events say that it counts no more."""

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
        if agreement is None or agreement.state not in ASKED_IN:
            return
        teams = [each.team for each in agreement.teams if each.needed and each.why == HAND_IN_PLAN]
        asks = await self._asks.of_campaign(campaign) if teams else ()
        for team in teams:
            before = [ask for ask in asks if ask.team == team and ask.plan_version is not None]
            if any(ask.open or _has_spoken(ask, agreement) for ask in before):
                continue
            cause = derived_id(campaign, f"speaker|{team}", len(before))
            about = About(campaign, agreement.plan_version, agreement.lines_to_take, needed=frozenset({team}))
            for rule in (rule for rule in self._book.rules if SPEAKER in rule.to):
                await self._writer.tell(cause, rule, [team], {"event": agreement, "kind": "changed"}, about)


def _has_spoken(ask: Ask, agreement: AgreementChanged) -> bool:
    """Returns whether somebody else has answered whom planner has not heard yet when it said this."""
    if ask.answer is None or ask.void_at is not None or ask.answer.by in agreement.contributors:
        return False
    present = agreement.plan_version, agreement.lines_to_take or 0
    return (ask.plan_version or 0, ask.lines_to_take or 0) >= present
