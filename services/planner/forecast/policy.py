"""The policy of the closed loop: what it may do by itself about more contacts than were forecast, and what it did."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.values import Identifier, Instant, Number, Value

Action = Literal["tell", "slow", "pause"]
LOOP = "closed-loop"
"""The author of what the loop decides, in the history and in events."""


class LoopPolicy(Value):
    """`slow_to` is the share of the plan's daily limit that a slowed campaign keeps. `resume` says whether the loop
    ends by itself what it began. It acts for at most `longest_days` days; then it only tells, until a person has
    decided.
    """

    action: Action = "tell"
    slow_to: Annotated[float, Field(gt=0, lt=1)] = 0.5
    resume: Literal["by-person", "when-recovered"] = "by-person"
    longest_days: Annotated[int, Field(ge=1, le=365)] = 10


class Handled(Value):
    """An excursion that was dealt with, once, and how."""

    excursion: Identifier
    did: Action
    at: Instant


class Steering(Value):
    """`in_force` is the excursion whose action holds; None where a person has decided since, or nothing was done.
    `daily_limit` holds while the campaign is slowed. With `hands_off` the loop only tells. `since` is when the loop
    first acted after a person's last decision.
    """

    policy: LoopPolicy = LoopPolicy()
    hands_off: bool = False
    handled: tuple[Handled, ...] = ()
    in_force: Identifier | None = None
    daily_limit: Number | None = None
    since: Instant | None = None

    def knows(self, excursion: str) -> bool:
        return any(each.excursion == excursion for each in self.handled)

    def action(self, live: bool, at: datetime) -> Action:
        """What may be done now about one more excursion."""
        if self.hands_off or not live:
            return "tell"
        if self.since is not None and at - self.since > timedelta(days=self.policy.longest_days):
            return "tell"
        if self.policy.action == "slow" and self.daily_limit is not None:
            return "tell"  # it is slow already
        return self.policy.action

    def did(self, excursion: str, action: Action, at: datetime, daily_limit: int | None = None) -> "Steering":
        handled = (*self.handled, Handled(excursion=excursion, did=action, at=at))
        if action == "tell":
            return self.model_copy(update={"handled": handled})
        changed = {"handled": handled, "in_force": excursion, "since": self.since or at}
        return self.model_copy(update=changed | ({"daily_limit": daily_limit} if daily_limit else {}))

    def decided_by(self, person: str) -> "Steering":
        """After a decision about issuing: a person's stands above the loop's."""
        return self if person == LOOP else self.model_copy(update={"in_force": None, "since": None})
