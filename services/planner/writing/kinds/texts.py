"""Texts, single lines and codes as people type them."""

from dataclasses import dataclass
from typing import Any, ClassVar

from services.planner.writing.kinds.kind import Kind
from shared.reading.codes import read_code
from shared.values import LONGEST_TEXT
from shared.wording import title_of

CONTROL_SIGNS = range(0x20)


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """A text of several lines."""

    rows: int = 4
    field: ClassVar[str] = "long"

    @property
    def nothing(self) -> str:
        return ""

    def read(self, text: str, what: str) -> str:
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"Shorten {what} to {LONGEST_TEXT:,} characters")
        return text


@dataclass(frozen=True, slots=True)
class Line(Kind):
    """A text on one line."""

    least: int = 3
    most: int = 200

    def read(self, text: str, what: str) -> str:
        if not self.least <= len(text) <= self.most:
            raise ValueError(f"Write {what} in {self.least} to {self.most} characters")
        if any(ord(sign) in CONTROL_SIGNS for sign in text):
            raise ValueError(f"Write {what} on one line")
        return text


@dataclass(frozen=True, slots=True)
class Coded(Kind):
    """Something that is known by a code, and typed and shown in words."""

    classes: ClassVar[str] = "govuk-input--width-20"

    def read(self, text: str, what: str) -> str:
        try:
            return read_code(text)
        except ValueError:
            raise ValueError(f"Write {what} in letters without accents and digits, at most 60") from None

    def typed(self, value: Any) -> str:
        return title_of(value)
