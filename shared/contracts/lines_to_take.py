"""The agreed answers that call handlers use."""

from typing import ClassVar

from shared.contracts.base import CampaignContract, Part
from shared.contracts.campaigns import Language
from shared.values import Code, Instant, Number, OfficialText


class Line(Part):
    """One question and its agreed answer (markdown). No `arms` means that it holds for every arm."""

    question: OfficialText
    answer: OfficialText
    language: Language = "en"
    arms: tuple[Code, ...] = ()


class Script(Part):
    """The text for call handlers, step by step (markdown), where a particular response is sought. `audience` says whose
    call handlers: `helplines` or `letter-issuer`.
    """

    title: OfficialText
    body: OfficialText
    language: Language = "en"
    arms: tuple[Code, ...] = ()
    audience: Code = "helplines"


class MediaLine(Part):
    """The text for the press office (markdown), not before `embargo`."""

    body: OfficialText
    language: Language = "en"
    embargo: Instant | None = None


class LinesToTakePublished(CampaignContract):
    """A version of the lines to take. Customers are answered from the version their letter was issued under."""

    event_type: ClassVar[str] = "lines-to-take.published.v1"
    version: Number
    lines: tuple[Line, ...]
    scripts: tuple[Script, ...] = ()
    media: tuple[MediaLine, ...] = ()
    published_at: Instant
