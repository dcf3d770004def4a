"""A fault, and how it is brought about and taken back."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from random import Random

from tests.chaos.system import System

Inflicted = Callable[[System, Random], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """`inflicted` brings the fault about and, at its end, takes back what does not pass by itself; in between it lasts
    so many `seconds`. It begins at a random moment of a random step of the campaign.

    A fault without an end of its own (`seconds` None) is there from the first step to the last. One that comes `early`
    begins with the first step. One that `needs_disk` is for a machine on which a small disk can be mounted.
    """

    name: str
    inflicted: Inflicted
    seconds: float | None = 0.0
    early: bool = False
    needs_disk: bool = False
