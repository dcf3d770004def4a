"""Content of a notice: written once, kept as it was sent."""

from datetime import date

from pydantic import Field

from shared.values import CampaignReference, Code, Count, Instant, Number, Title, Value


class Day(Value):
    """Contacts expected on a day, and those that came, where that is known."""

    on: date
    low: Count
    central: Count
    high: Count
    actual: Count | None = None


class DiaryDate(Value):
    """A date of a campaign for the diary. The same `key` again, with a higher `sequence`, replaces what it said."""

    key: Code
    campaign: CampaignReference
    summary: Title
    on: date
    sequence: Count = 0
    stamped: Instant
    cancelled: bool = False
    tentative: bool = False
    wave: Number | None = None


class Content(Value):
    """Words of a notice. `markdown` is the source; `text` and `html` were made of it. `chart` and `dates` go along as
    files.

    The link by which a notice is acknowledged is a key, so it is put in on the way out and not kept here.
    """

    subject: str
    markdown: str = Field("", repr=False)
    text: str = Field(repr=False)
    html: str = Field(repr=False)
    language: str = "en"
    """The languages of the text, as `Content-Language` names them."""
    chart: tuple[Day, ...] = Field((), repr=False)
    dates: tuple[DiaryDate, ...] = ()
