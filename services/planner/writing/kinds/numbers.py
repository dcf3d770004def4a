"""Numbers, shares and amounts as people type them."""

from dataclasses import dataclass
from typing import Any, ClassVar

from services.planner.writing.kinds.kind import Kind
from shared.reading.numbers import percent, read_percent, read_pounds, read_whole

PENCE = 100


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    least: int = 0
    most: int = 100_000_000
    classes: ClassVar[str] = "govuk-input--width-10"
    keys: ClassVar[str] = "numeric"

    def read(self, text: str, what: str) -> int:
        try:
            number = read_whole(text)
        except ValueError:
            raise ValueError(f"Enter {what} in digits, such as 25,000") from None
        if not self.least <= number <= self.most:
            raise ValueError(f"Enter {what} from {self.least:,} to {self.most:,}")
        return number

    def typed(self, value: Any) -> str:
        return f"{value:,}"


@dataclass(frozen=True, slots=True)
class Percent(Kind):
    """A share from 0 to 1, typed in percent."""

    below: float = 1.000001
    classes: ClassVar[str] = "govuk-input--width-5"
    keys: ClassVar[str] = "decimal"

    def read(self, text: str, what: str) -> float:
        try:
            share = read_percent(text)
        except ValueError:
            raise ValueError(f"Enter {what} in percent, such as 2.5") from None
        if share >= self.below:
            raise ValueError(f"Enter {what} in percent, {'below' if self.below <= 1 else 'at most'} {self.below:.0%}")
        return share

    def typed(self, value: Any) -> str:
        return percent(value)

    def said(self, value: Any) -> str:
        return f"{percent(value)}%"


@dataclass(frozen=True, slots=True)
class Pounds(Kind):
    """An amount that is kept in pence."""

    classes: ClassVar[str] = "govuk-input--width-10"
    keys: ClassVar[str] = "decimal"

    def read(self, text: str, what: str) -> float:
        try:
            return round(read_pounds(text) * PENCE, 4)
        except ValueError:
            raise ValueError(f"Enter {what} in digits, such as 1.40") from None

    def typed(self, value: Any) -> str:
        return f"{value / PENCE:,.4f}".rstrip("0").rstrip(".")
