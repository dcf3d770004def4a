"""Summary of a suppression list: counts, and who sent it when."""

from shared.values import CampaignReference, Code, Count, Identifier, Instant, Value


class ListSummary(Value):
    """Summary of a list: the number of customers, by reason, and who sent it when, in a file of which digest.
    `campaign`: the one that gave the references, for references of kind own."""

    name: Code
    load: Identifier
    entries: Count
    reasons: dict[Code, Count]
    sent_by: Code
    sent_at: Instant
    campaign: CampaignReference | None = None
    sha256: str | None = None
