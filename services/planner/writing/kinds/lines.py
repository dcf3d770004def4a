"""Several values of a kind, one on each line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from services.planner.writing.kinds.kind import Kind


@dataclass(frozen=True, slots=True)
class Lines(Kind):
    """Several of a kind, each on a line of its own, as `example` shows. Where it `may_be_none`, no line is None."""

    of_line: Callable[[str], Any]
    as_line: Callable[[Any], str]
    example: str
    most: int
    may_be_none: bool = False
    field: ClassVar[str] = "long"
    rows: ClassVar[int] = 4

    @property
    def nothing(self) -> list[Any] | None:
        return None if self.may_be_none else []

    def read(self, text: str, what: str) -> list[Any]:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > self.most:
            raise ValueError(f"Enter at most {self.most} lines for {what}")
        return [self._read(number, line) for number, line in enumerate(lines, start=1)]

    def _read(self, number: int, line: str) -> Any:
        try:
            return self.of_line(line)
        except ValueError:
            raise ValueError(f"Line {number}: write it as {self.example}") from None

    def typed(self, value: Sequence[Any]) -> str:
        return "\n".join(self.as_line(each) for each in value)

    def said(self, value: Sequence[Any]) -> str:
        return "; ".join(self.as_line(each) for each in value)
