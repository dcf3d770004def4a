"""The list of what waits: who owes an answer, what is asked, since when, and until when."""

from datetime import date

from services.notifier.campaigns.campaign import Known
from services.notifier.notices.ask import Ask
from services.notifier.rulebook.rulebook import Rulebook
from shared.values import CampaignReference, Code, Count, Identifier, Instant, Value


class Waiting(Value):
    """One answer that a team owes. `until`: the day by which what it was told of must be taken up, or the launch that
    waits for it; None where nothing does. `reminders` were sent so far; the next is due at `next_reminder`.
    """

    campaign: CampaignReference | None
    team: Code
    name: str
    asked: str
    rule: Code
    gate: Code | None = None
    thread: Identifier
    since: Instant
    until: date | None = None
    reminders: Count = 0
    next_reminder: Instant | None = None


def waiting(ask: Ask, known: Known | None, book: Rulebook) -> Waiting:
    return Waiting(
        campaign=ask.campaign,
        team=ask.team,
        name=book.name_of(ask.team),
        asked=ask.subject,
        rule=ask.rule,
        gate=ask.gate,
        thread=ask.thread,
        since=ask.told_at,
        until=ask.deadline or _launch(ask, known),
        reminders=ask.step,
        next_reminder=ask.next_at,
    )


def _launch(ask: Ask, known: Known | None) -> date | None:
    """Returns the launch that an ask about a plan holds up; None once the campaign is launched."""
    about_plan = ask.gate is not None or ask.plan_version is not None
    if not about_plan or known is None or known.plan is None or known.launched:
        return None
    return known.plan.launch
