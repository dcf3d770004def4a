"""Summary of a suppression list: counts, and who sent it when."""

from shared.values import CampaignReference, Code, Count, Identifier, Instant, Value


class ListSummary(Value):
    """What is told of a list: how many customers it has, by reason, and who sent it when, in a file of what digest.
    `campaign`: the one whose own references it has."""

    name: Code
    load: Identifier
    entries: Count
    reasons: dict[Code, Count]
    sent_by: Code
    sent_at: Instant
    campaign: CampaignReference | None = None
    sha256: str | None = None
