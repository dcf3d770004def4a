"""The policy of the closed loop: what it may do by itself about more contacts than were forecast, and what it did."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.values import Code, Identifier, Instant, Number, Value

Action = Literal["tell", "slow", "pause"]
LOOP = "closed-loop"
"""The author of what the loop decides, in the history and in events."""


class LoopPolicy(Value):
    """`slow_to` is the share of the plan's daily limit that a slowed campaign keeps. `resume` says whether the loop
    ends by itself what it began. It acts for at most `longest_days` days; then it only tells, until a person has
    decided. `also_tell` are teams, such as the approvers, that hear beside the designer when something waits for a
    person.
    """

    action: Action = "tell"
    slow_to: Annotated[float, Field(gt=0, lt=1)] = 0.5
    resume: Literal["by-person", "when-recovered"] = "by-person"
    longest_days: Annotated[int, Field(ge=1, le=365)] = 10
    also_tell: Annotated[tuple[Code, ...], Field(max_length=5)] = ()


class Handled(Value):
    """An excursion that was dealt with, once, and how. `over` is when it was heard to be over; `fewer` that it was one
    of too few contacts."""

    excursion: Identifier
    did: Action
    at: Instant
    fewer: bool = False
    over: Instant | None = None


class Steering(Value):
    """`in_force` is the excursion whose action holds; None where a person has decided since, or nothing was done.
    `daily_limit` holds while the campaign is slowed. With `hands_off` the loop only tells. `since` is when the loop
    first acted after a person's last decision; `end_told` is the one whose end was told.
    """

    policy: LoopPolicy = LoopPolicy()
    hands_off: bool = False
    handled: tuple[Handled, ...] = ()
    in_force: Identifier | None = None
    daily_limit: Number | None = None
    since: Instant | None = None
    end_told: Instant | None = None

    @property
    def acts_until(self) -> datetime | None:
        """When the loop has acted by itself for as long as it may; None while it does not act."""
        return None if self.since is None else self.since + timedelta(days=self.policy.longest_days)

    def knows(self, excursion: str) -> bool:
        return any(each.excursion == excursion for each in self.handled)

    def is_over(self, excursion: str) -> bool:
        return any(each.excursion == excursion and each.over is not None for each in self.handled)

    def may_act(self, at: datetime) -> bool:
        return not self.hands_off and (self.acts_until is None or at <= self.acts_until)

    def action(self, live: bool, at: datetime) -> Action:
        """The steps that may be taken now about one more excursion."""
        if not live or not self.may_act(at):
            return "tell"
        if self.policy.action == "slow" and self.daily_limit is not None:
            return "tell"  # it is slow already
        return self.policy.action

    def did(self, one: Handled, daily_limit: int | None = None) -> "Steering":
        handled = (*self.handled, one)
        if one.did == "tell":
            return self.model_copy(update={"handled": handled})
        changed = {"handled": handled, "in_force": one.excursion, "since": self.since or one.at}
        return self.model_copy(update=changed | ({"daily_limit": daily_limit} if daily_limit else {}))

    def ended(self, excursion: str, at: datetime) -> "Steering":
        """After the end of an excursion; what the loop did still holds."""
        handled = [e.model_copy(update={"over": at}) if e.excursion == excursion else e for e in self.handled]
        return self.model_copy(update={"handled": tuple(handled)})

    @property
    def may_end(self) -> bool:
        """Whether what the loop did may be undone by the loop: no excursion with too many contacts goes on."""
        going_on = any(each.over is None and not each.fewer for each in self.handled)
        return self.in_force is not None and self.policy.resume == "when-recovered" and not going_on

    def decided_by(self, person: str) -> "Steering":
        """After a decision about issuing: a person's stands above the loop's."""
        return self if person == LOOP else self.model_copy(update={"in_force": None, "since": None})
