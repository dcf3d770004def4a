"""Events of planner and intake about the number of contacts: how many are expected, and when there are
more or fewer.
"""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.base import CampaignContract, Part
from shared.values import Code, Count, Identifier, Instant, Number

MOST_DAYS = 1_000
MinuteOfDay = Annotated[int, Field(ge=0, le=1_440)]
Hundredths = Annotated[int, Field(ge=0, le=10_000_000_000)]


class ExpectedVolume(Part):
    """Contacts that are expected on one day: the mean of the forecast, in hundredths of a contact."""

    on: date
    hundredths: Hundredths


class TeamShare(Part):
    """A team that takes contacts, and how many of a hundred come to it."""

    team: Code
    percent: Annotated[int, Field(ge=1, le=100)]


class ContactVolumeForecast(CampaignContract):
    """Contacts that are expected after the communications of waves that have started, `communications` of them.

    A forecast with a higher `plan_version`, with more `waves` by the same, with a higher `revision` of the same waves
    (slowed, paused, resumed), or with more `communications` of the same revision replaces the one before it. Contacts
    come between two minutes of each day of London time: evenly, or by `quarter_weights`, one for each part of that
    time, all as long. Each of `teams` is watched by itself too. More than `ratio_percent` of the forecast are to be
    told, with false alarms at least `false_alarm_days` open days apart; so are fewer than the inverse of it. Days vary
    about the forecast by `day_noise_percent`, their coefficient of variation. An excursion is over when the odds for
    the forecast, against what was told, are `recovery_odds` to one.
    """

    event_type: ClassVar[str] = "contact-volume.forecast.v1"
    plan_version: Number
    waves: Number
    revision: Count = 0
    communications: Count
    days: tuple[ExpectedVolume, ...] = Field(max_length=MOST_DAYS)
    opens_minute: MinuteOfDay = 480
    closes_minute: MinuteOfDay = 1_080
    ratio_percent: Annotated[int, Field(gt=100, le=2_000)] = 150
    false_alarm_days: Number = 1_000
    recovery_odds: Number = 20
    day_noise_percent: Annotated[int, Field(ge=0, le=200)] = 15
    quarter_weights: tuple[Count, ...] = Field((), max_length=96)
    teams: tuple[TeamShare, ...] = Field((), max_length=20)
    forecast_at: Instant


class VolumeVerdict(CampaignContract):
    """How contacts stand to their forecast since the day `since`. `excursion` names what began then and is over with
    `contact-volume.recovered`; `still_expected` are the contacts to come after letters that are out, by the forecast.
    With `team` all figures are that team's, else all teams' together.
    """

    excursion: Identifier
    team: Code | None = None
    since: date
    contacts: Count
    expected: Count
    still_expected: Count


class ContactVolumeExceeded(VolumeVerdict):
    """More customers get in touch than was forecast."""

    event_type: ClassVar[str] = "contact-volume.exceeded.v1"
    urgent: ClassVar[bool] = True
    exceeded_at: Instant


class ContactVolumeBelow(VolumeVerdict):
    """Fewer customers get in touch than was forecast, also after late reports: perhaps nobody got the letter."""

    event_type: ClassVar[str] = "contact-volume.below.v1"
    below_at: Instant


class ContactVolumeRecovered(VolumeVerdict):
    """Contacts are as forecast again; the figures are those of the excursion that is over."""

    event_type: ClassVar[str] = "contact-volume.recovered.v1"
    recovered_at: Instant
