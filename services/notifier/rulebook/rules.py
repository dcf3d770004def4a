"""Rules: on what, who is told, with which words, how urgently, and who is asked next when nobody answers."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from services.notifier.rulebook.working_hours import WallTime
from shared.values import Code, Value

REMINDER, ESCALATION, TEAM_DIGEST = "reminder", "escalation", "team-digest"
"""The templates that no rule names."""
FROM_EVENT = "event."
"""Prefix of a receiver that the event itself names in a field, such as `event.team`."""


TOLD, SIGN_OFF = "campaign.told", "campaign.sign-off"
"""Receivers: the teams that were told of the campaign before and that no other rule on the event tells; and those
without whose word planner launches nothing."""
GATE = "campaign.gate"
"""Receiver: the team that passes the next gate of the campaign, by the directory."""
NOT_PASSED = "not-passed"
"""Planner's reason for which a gate is open that nobody has passed, or that was sent back."""
SPEAKER = "campaign.speaker"
"""Receiver: each team for which a person has spoken who had a hand in the plan since."""
EXCURSION = "excursion.told"
"""Receivers: the teams that were told of an excursion of contact volumes, or of what was done because of it."""
AUTHOR = "event.author"
"""Receiver: the author of the campaign, through the directory's `authors` where they have no entry of their own."""
OF_CAMPAIGN = (TOLD, SIGN_OFF, GATE, SPEAKER, EXCURSION)


class Urgency(StrEnum):
    """Urgency of a notice: `low` waits for the team's digest, `normal` for the end of its quiet hours, `urgent` for
    nothing.
    """

    LOW = "low"
    NORMAL = "normal"
    URGENT = "urgent"


class Anchor(StrEnum):
    """A date in a campaign's plan."""

    LAUNCH = "launch"
    RESPOND_BY = "respond-by"
    LAST_WAVE = "last-wave"
    GATE_EXPIRY = "gate-expiry"
    """The first day on which an approval expires, while the campaign is not launched."""
    REVIEW = "review"
    """The first day by which an answer of the assessment is to be reviewed, while the campaign is not launched."""


class Missing(StrEnum):
    """Events that may fail to happen in time: a wave on its day, or the word that a disclosure was taken up."""

    WAVE = "wave"
    DISCLOSURE = "disclosure"


WorkingDays = Annotated[int, Field(ge=0, le=250)]


class OnEvent(Value):
    """At once on an event. `event` is the type with its version."""

    event: str


class Before(Value):
    """So many working days before a date in the plan."""

    before: Anchor
    working_days: WorkingDays
    at: WallTime


class After(Value):
    """So many working days after a date in the plan."""

    after: Anchor
    working_days: WorkingDays
    at: WallTime


class Daily(Value):
    """Every day at that time, from the day after launch for as long as contacts are expected."""

    daily: WallTime


class NotInTime(Value):
    """Time at which it has not happened: a wave by `at` on its day, a disclosure by `at` on the day of its deadline."""

    missing: Missing
    at: WallTime


_KINDS = {"event": OnEvent, "before": Before, "after": After, "daily": Daily, "missing": NotInTime}


def _kind(value: Any) -> str | None:
    named = value if isinstance(value, dict) else getattr(value, "model_fields_set", ())
    return next((kind for kind in _KINDS if kind in named), None)


When = Annotated[
    Annotated[OnEvent, Tag("event")]
    | Annotated[Before, Tag("before")]
    | Annotated[After, Tag("after")]
    | Annotated[Daily, Tag("daily")]
    | Annotated[NotInTime, Tag("missing")],
    Discriminator(
        _kind,
        custom_error_type="unknown-moment",
        custom_error_message=f"say when with one of {', '.join(_KINDS)}",
    ),
]


class Asked(StrEnum):
    """Receiver of a reminder: the team itself, its stand-in that day (else the team on call), or the team on call."""

    TEAM = "team"
    STAND_IN = "stand-in"
    ON_CALL = "on-call"


class Chase(Value):
    """Reminder after so many working hours of the team without an answer, since it was told or last reminded."""

    after_hours: Annotated[float, Field(gt=0, le=200)]
    remind: Asked


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


_RECEIVER = {"type": "string", "minLength": 1}
Receivers = Annotated[
    tuple[str, ...],
    Field(min_length=1),
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [_RECEIVER, {"type": "array", "items": _RECEIVER, "minItems": 1}]}),
]


class Rule(Value):
    """A rule. `to` names teams, or a field of the event that does (`event.team`).

    `only_with: conditions` tells nobody unless conditions of approvals are still to be met; `only_told` nobody who was
    told nothing of the campaign before; `only_changed` nobody unless one of these aspects of the plan has changed.

    With `acknowledge` somebody must say that the team knows, or the `gate` must be passed; the steps are taken one
    after another until then, and the last again and again. `gather_minutes` tells together what comes within them;
    `once_in_minutes` tells a team of a campaign once in that time and leaves out the repeats.
    """

    code: Code
    when: When
    to: Receivers
    template: Code
    urgency: Urgency = Urgency.NORMAL
    acknowledge: tuple[Chase, ...] = ()
    ask_needed_only: bool = False
    only_with: Literal["conditions"] | None = None
    only_told: bool = False
    only_changed: tuple[Code, ...] = ()
    gate: Code | None = None
    gather_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    once_in_minutes: Annotated[int, Field(ge=1, le=10_080)] | None = None

    @property
    def event(self) -> str | None:
        return self.when.event if isinstance(self.when, OnEvent) else None

    def chase(self, step: int) -> Chase:
        """Returns the `step`-th reminder, counted from 1."""
        return self.acknowledge[min(step, len(self.acknowledge)) - 1]


class Rules(Value):
    rules: tuple[Rule, ...]
