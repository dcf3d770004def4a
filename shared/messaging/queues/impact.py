"""Words for the harm that waiting messages do, with the campaigns that are known to wait."""

from collections.abc import Sequence

from shared.messaging.queues.queue import QueueNow

LETTERS = ("dispatcher.chunk.due", "dispatcher.allocation.due", "dispatcher.campaign.launched", "dispatcher.retry.")
"""Queues in which letters wait for their issue."""
WORDS = {
    "dispatcher.chunk.due": "letters wait for their issue",
    "dispatcher.allocation.due": "letters wait for their issue",
    "dispatcher.campaign.paused": "a pause is not heard yet: letters still go out",
    "dispatcher.campaign.stopped": "a stop is not heard yet: letters still go out",
    "dispatcher.campaign.slowed": "a slower pace is not heard yet: letters go out as before",
    "dispatcher.delivery.reported": "delivery reports are not in the ledger yet",
    "dispatcher.outcomes.": "outcomes are not attributed to arms yet",
    "dispatcher.": "dispatcher acts late on decisions about campaigns",
    "intake.communications.issued": "helplines cannot look up letters that are out",
    "intake.lines-to-take": "call handlers see earlier lines to take",
    "intake.contact-volume.forecast": "contacts are watched against an earlier forecast",
    "intake.": "intake acts late on decisions about campaigns",
    "notifier.contact-volume.": "teams are told late that more customers get in touch than was forecast",
    "notifier.referral.raised": "teams are told late of referrals",
    "notifier.information.": "teams are told late of volunteered information",
    "notifier.": "stakeholder teams are told late",
    "planner.contact-volume.exceeded": "the campaign is not slowed yet",
    "planner.communications.": "progress of campaigns is behind",
    "planner.contact": "forecast and progress are behind",
    "planner.notice.": "acknowledgements of teams are not counted yet",
    "planner.": "planner's view of campaigns is behind",
}
"""Words by the beginning of a queue's name; the longest that fits is taken."""


def impact_of(queue: QueueNow, letters: Sequence[str] = ()) -> str | None:
    """Returns what waits for `queue`; `letters` are the campaigns whose letters wait, in words, if they are known."""
    if queue.kind == "dead-letters":
        return "not dealt with: otm dead-letters list" if queue.depth else None
    if queue.kind == "unrouted":
        return "events that nobody heard: otm dead-letters show otm.unrouted" if queue.depth else None
    if not (queue.depth or queue.alone or queue.missing):
        return None
    if queue.name.startswith(LETTERS) and letters:
        return "; ".join(letters)
    fits = [start for start in WORDS if queue.name.startswith(start)]
    return WORDS[max(fits, key=len)] if fits else None
