"""Notices as documents."""

from services.notifier.notices.notice import Notice
from services.notifier.rulebook.rules import Urgency
from shared.storage.store import Document

RANKS = {Urgency.URGENT: 0, Urgency.NORMAL: 1, Urgency.LOW: 2}
SHARED_LANES = ("email", "notify")
"""Channels with one far end for all addresses; of others every endpoint is one by itself."""

_only_here = ("_id", "sender", "claimed_until", "unsaid", "ask_at", "lane", "rank")


def as_document(notice: Notice) -> Document:
    fields = notice.model_dump()
    content = notice.content.model_dump(mode="json")  # its dates are days, which the store does not have
    return {
        "_id": fields.pop("id"),
        **fields,
        "content": content,
        "state": str(notice.state),
        "lane": notice.channel if notice.channel in SHARED_LANES else f"{notice.channel}:{notice.address}",
        "rank": RANKS[notice.urgency],
    }


def as_notice(document: Document) -> Notice:
    fields = {name: value for name, value in document.items() if name not in _only_here}
    return Notice.model_validate({"id": document["_id"], **fields})
