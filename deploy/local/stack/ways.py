"""Choosing among several ways to the same thing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from deploy.local.errors import NoWayError

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Way(Generic[Thing]):
    """One way to get a thing: when it applies, what would make it apply, and how to build the thing."""

    name: str
    remedy: str
    applies: Callable[[], bool]
    build: Callable[[], Thing]


def choose(thing: str, ways: Sequence[Way[Thing]], insisted: str | None = None) -> Way[Thing]:
    """The first way that applies, in the order given, or the one insisted on. NoWayError says how to get one."""
    candidates = [way for way in ways if insisted in (None, way.name)]
    for way in candidates:
        if way.applies():
            return way
    remedies = "\n".join(f"  - {way.remedy}" for way in candidates)
    limit = f" by the way insisted on ({insisted})" if insisted else ""
    raise NoWayError(f"There is no {thing} to be had here{limit}. Any one of these helps:\n{remedies}")
