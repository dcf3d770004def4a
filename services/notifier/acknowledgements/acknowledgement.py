"""Acknowledgements: a team's answer to what it was asked, taken once and said as an event."""

from services.notifier.acknowledgements.closing import overtaken, why_closed
from services.notifier.acknowledgements.ports import AskRepository, Copies
from services.notifier.acknowledgements.waiting import Waiting, waiting
from services.notifier.campaigns.campaign import Known
from services.notifier.campaigns.ports import CampaignRepository
from services.notifier.notices.ask import Answer, Ask, Closed
from services.notifier.notices.notice import Notice
from services.notifier.rulebook.rulebook import Rulebook
from shared.clock import Clock
from shared.contracts import CampaignAmended, NoticeAcknowledged
from shared.errors import Conflict, Forbidden, NotFound
from shared.events import Announcer

ASKS_PER_STEP = 50


OVERTAKEN = "this was changed since: acknowledge the notice that came after it"
NOT_ASKED = {
    Closed.GATE_PASSED: "this gate has been passed: nothing is left to do",
    Closed.NOT_WANTED: "the plan is with its designers again: you will be asked when it comes back",
    Closed.ENDED: "this campaign has ended: nothing is left to acknowledge",
}


class NotAsked(Conflict):
    """The ask needs no answer any more."""

    code = "not-asked-any-more"


class Overtaken(Conflict):
    """The notice was overtaken: it does not hold any more."""

    code = "overtaken"


class Acknowledgements:
    def __init__(
        self,
        asks: AskRepository,
        copies: Copies,
        campaigns: CampaignRepository,
        book: Rulebook,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._asks = asks
        self._copies = copies
        self._campaigns = campaigns
        self._book = book
        self._announcer = announcer
        self._clock = clock

    async def asked(self, notice_id: str) -> tuple[Notice, Ask]:
        """Returns a notice and what it asks. Raises `NotFound` when there is none, or it asks nothing."""
        notice = await self._copies.get(notice_id)
        ask = await self._asks.get(notice.thread) if notice else None
        if notice is None or ask is None:
            raise NotFound("there is no such notice, or it needs no acknowledgement")
        return notice, ask

    async def asked_now(self, before: Ask) -> Notice | None:
        """Returns the notice that asks the team now of what it was asked before, once that has gone out; None while
        nothing is asked of it.
        """
        asks = await self._asks.of_campaign(before.campaign) if before.campaign else ()
        open_ = [each for each in asks if each.open and (each.team, each.gate) == (before.team, before.gate)]
        for ask in sorted(open_, key=lambda each: (each.plan_version or 0, each.lines_to_take or 0), reverse=True):
            if (notice := await self._copies.last_sent(ask.thread)) is not None:
                return notice
        return None

    async def waiting(self, campaign: str | None, team: str | None) -> list[Waiting]:
        """Returns what waits for an answer, the longest first."""
        asks = await self._asks.waiting(campaign, team)
        known = {of: await self._campaigns.known(of) for of in {ask.campaign for ask in asks} if of}
        return [waiting(ask, known.get(ask.campaign or ""), self._book) for ask in asks]

    async def acknowledge(self, notice_id: str, by: str) -> Ask:
        """Keeps the first answer. Raises `NotFound`, `Overtaken` when the notice does not hold any more, and, as
        planner does, `Forbidden` for people who had a hand in the plan.
        """
        notice, ask = await self.asked(notice_id)
        if ask.open:
            await self._expect_somebody_else(ask, by)
        if ask.void_at is not None:
            raise Overtaken(OVERTAKEN)
        if ask.closed is Closed.KNOWN:
            return ask
        if ask.closed is not None:
            raise NotAsked(NOT_ASKED[ask.closed])
        if ask.answer is None:
            now = self._clock.now()
            answer = Answer(by=by, at=now, notice=notice.id, channel=notice.channel, attempts=notice.attempts)
            await self._asks.answer(ask.thread, answer)
            _, ask = await self.asked(notice_id)
        if ask.void_at is not None or ask.answer is None:  # it was overtaken just now
            raise Overtaken(OVERTAKEN)
        await self._copies.acknowledged(ask.thread, ask.answer.by, ask.answer.at)
        return ask

    async def _expect_somebody_else(self, ask: Ask, by: str) -> None:
        known = await self._campaigns.known(ask.campaign) if ask.campaign else None
        if known and known.agreement and by in known.agreement.contributors:
            raise Forbidden(f"{by} had a hand in the plan and cannot speak for {ask.team}: ask somebody of the team")

    async def void(self, amended: CampaignAmended) -> None:
        """Withdraws what the `void` teams of an amendment were asked of earlier plans, and what they answered; and from
        any other team what it was to be asked of them and has not been sent.
        """
        now = self._clock.now()
        for ask in await self._asks.open_of(amended.campaign):
            if ask.plan_version and ask.plan_version < amended.plan_version and not await self._copies.sent(ask.thread):
                await self._copies.void([ask.thread], now)
                await self._asks.overtake(ask.thread, now)
        threads = await self._asks.void(amended.campaign, amended.void, amended.plan_version, now)
        await self._copies.void(threads, now)

    async def close(self, known: Known) -> None:
        """Ends the asks about a campaign that need no answer any more. What waits to go out asks no more where the team
        knows, and is withdrawn where it asked for nothing but a gate; once the campaign has ended, all is withdrawn,
        except what was answered just before.
        """
        now = self._clock.now()
        for ask in await self._asks.open_of(known.campaign):
            why = why_closed(ask, known)
            if why is Closed.KNOWN:
                await self._copies.ask_no_more(ask.thread, now)
            elif why is not None and why is not Closed.ENDED:
                await self._copies.withdraw_waiting(ask.thread, now)
            if why is not None:
                await self._asks.close(ask.thread, why)
        if known.over or known.completed:
            asks = await self._asks.of_campaign(known.campaign)
            await self._copies.void([ask.thread for ask in asks if ask.closed is Closed.ENDED], now)

    async def supersede(self, campaign: str) -> None:
        """Withdraws what a team was asked of an earlier plan or earlier lines, as soon as it is asked of later ones."""
        asks = [ask for ask in await self._asks.of_campaign(campaign) if ask.plan_version is not None]
        for ask in overtaken(asks):
            await self._asks.overtake(ask.thread, self._clock.now())
            await self._copies.withdraw_reminders(ask.thread, self._clock.now())

    async def say(self) -> bool:
        """Announces what was acknowledged. Returns whether there was anything to say."""
        unsaid = await self._asks.unsaid(ASKS_PER_STEP)
        for ask in unsaid:
            if ask.answer is not None:
                async with self._asks.following(ask, "answer said"):
                    await self._copies.acknowledged(ask.thread, ask.answer.by, ask.answer.at)
                    await self._announcer.announce(ask.thread, ask.answer.at, _said(ask, ask.answer))
            await self._asks.said(ask)
        return bool(unsaid)


def _said(ask: Ask, answer: Answer) -> NoticeAcknowledged:
    return NoticeAcknowledged(
        notice=answer.notice,
        campaign=ask.campaign,
        team=ask.team,
        rule=ask.rule,
        channel=answer.channel,
        attempts=answer.attempts,
        acknowledged_by=answer.by,
        acknowledged_at=answer.at,
        plan_version=ask.plan_version,
        lines_to_take=ask.lines_to_take,
    )
