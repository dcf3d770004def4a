"""History of notices: the questions it answers, a page at a time."""

from collections.abc import Mapping, Sequence

from pydantic import Field

from services.notifier.notices.notice import Notice, State
from shared.paging import Place, cursor, place
from shared.values import CampaignReference, Code, Identifier, Instant, Value


class Filter(Value):
    """A question. `since` is included, `until` is not; `after` is what `next` of the page before said."""

    campaign: CampaignReference | None = None
    team: Code | None = None
    rule: Code | None = None
    channel: Code | None = None
    state: State | None = None
    thread: Identifier | None = None
    since: Instant | None = None
    until: Instant | None = None
    after: str | None = Field(None, max_length=200)
    limit: int = Field(50, ge=1, le=200)

    @property
    def position(self) -> Place | None:
        """Returns the place after which the page begins. Raises `Malformed` for an `after` that no page said."""
        return place(self.after) if self.after else None

    @property
    def equal(self) -> Mapping[str, object]:
        """Returns the values that a notice's fields must have; None where any will do."""
        names = ("campaign", "team", "rule", "channel", "state", "thread")
        return {name: getattr(self, name) for name in names}


class Page(Value):
    """Notices, the newest first. `next` asks for the page after this one; none if this is the last."""

    notices: tuple[Notice, ...]
    next: str | None = None

    @classmethod
    def of(cls, notices: Sequence[Notice], limit: int) -> "Page":
        """Returns the first `limit` of `notices`; any that are left over are on the page after it."""
        shown = tuple(notices[:limit])
        last = shown[-1] if len(notices) > limit else None
        return cls(notices=shown, next=cursor((last.created_at, last.id)) if last else None)
