"""Choices from what there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from services.planner.writing.kinds.kind import Kind


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of several; `kept` says what is kept for those that are not kept as they are."""

    options: Mapping[str, str]
    kept: Mapping[str, Any]
    field: ClassVar[str] = "choice"
    verb: ClassVar[str] = "Choose"

    def read(self, text: str, what: str) -> Any:
        if text not in self.options:
            raise ValueError(f"Choose {what}")
        return self.kept.get(text, text)

    def typed(self, value: Any) -> str:
        return next((name for name, kept in self.kept.items() if kept == value), str(value))

    def said(self, value: Any) -> str:
        return self.options.get(self.typed(value), str(value))


@dataclass(frozen=True, slots=True)
class Ticks(Kind):
    """Any of several; what was typed is one on each line."""

    options: Mapping[str, str]
    field: ClassVar[str] = "ticks"
    verb: ClassVar[str] = "Choose"

    @property
    def nothing(self) -> list[str]:
        return []

    def read(self, text: str, what: str) -> list[str]:
        chosen = text.splitlines()
        if not set(chosen) <= set(self.options):
            raise ValueError(f"Choose {what}")
        return chosen

    def typed(self, value: Any) -> str:
        return "\n".join(value)

    def said(self, value: Any) -> str:
        return ", ".join(self.options.get(each, each) for each in value)


def one_of(**options: str) -> Choice:
    """Returns the choice of codes by their words; `_` stands for a hyphen."""
    return Choice({code.replace("_", "-"): words for code, words in options.items()}, {})


YES_OR_NO = Choice({"yes": "Yes", "no": "No"}, {"yes": True, "no": False})
