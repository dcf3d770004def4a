"""A display of the demo's steps, as the journey sees it."""

from typing import Protocol


class Display(Protocol):
    def step(self, title: str) -> None:
        """A new step begins."""
        ...

    def say(self, fact: str) -> None:
        """Something that came of the step."""
        ...

    def progress(self, done: int, total: int) -> None: ...
