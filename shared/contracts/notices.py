"""Events of notifier about notices to the stakeholder teams."""

from typing import ClassVar

from shared.contracts.base import Contract
from shared.values import CampaignReference, Code, Count, Identifier, Instant, Number


class NoticeContract(Contract):
    """An event about one notice to one team. `rule` is the rule of the rulebook that asked for it."""

    notice: Identifier
    campaign: CampaignReference | None = None
    team: Code
    rule: Code
    channel: Code
    attempts: Count

    @property
    def subject(self) -> str:
        return self.notice


class NoticeSent(NoticeContract):
    """The team's channel took the notice."""

    event_type: ClassVar[str] = "notice.sent.v1"
    sent_at: Instant
    plan_version: Number | None = None
    lines_to_take: Number | None = None


class NoticeFailed(NoticeContract):
    """The notice could not be delivered and will not be tried again by itself."""

    event_type: ClassVar[str] = "notice.failed.v1"
    reason: Code
    failed_at: Instant


class NoticeAcknowledged(NoticeContract):
    """Somebody of the team says that it knows. `plan_version` and `lines_to_take` are what the notice told it."""

    event_type: ClassVar[str] = "notice.acknowledged.v1"
    acknowledged_by: Code
    acknowledged_at: Instant
    plan_version: Number | None = None
    lines_to_take: Number | None = None
