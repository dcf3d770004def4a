"""A kind of value that people type: how it is read, and how a kept one is shown.

A kept value is JSON, as a plan is stored.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Kind(ABC):
    """`field` is the part of a form that takes it, `keys` the keyboard that a phone shows."""

    field: ClassVar[str] = "text"
    verb: ClassVar[str] = "Enter"
    classes: ClassVar[str] = ""
    keys: ClassVar[str] = "text"

    @property
    def nothing(self) -> Any:
        """The value that is kept where nothing was typed."""
        return None

    @abstractmethod
    def read(self, text: str, what: str) -> Any:
        """Returns what is kept. Raises `ValueError` for the person who typed it; `what` names the value in messages."""

    def typed(self, value: Any) -> str:
        """Returns a kept value as it would be typed."""
        return str(value)

    def said(self, value: Any) -> str:
        """Returns a kept value in words."""
        return self.typed(value)
