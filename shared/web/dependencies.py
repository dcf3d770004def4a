"""How an HTTP function asks for the parts of its service: by type, without globals."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from fastapi import FastAPI, Request

T = TypeVar("T")


def provide(api: FastAPI, parts: Mapping[type, object]) -> None:
    api.state.parts = dict(parts)


def part(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency: the part of the running service that was provided as `kind`.

    It waits for nothing, and is a coroutine all the same: FastAPI sends every other function to a thread.
    """

    async def find(request: Request) -> T:
        found: T = request.app.state.parts[kind]
        return found

    return find
