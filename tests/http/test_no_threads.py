"""No request is sent to a thread and back: FastAPI does so for everything that is not a coroutine."""

from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tests.support.apps import SERVICES


def asked_for(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for each in dependant.dependencies:
        if each.call:
            yield each.call
        yield from asked_for(each)


def operations(router: Any) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from operations(route.original_router)


@pytest.mark.parametrize("name", SERVICES)
def test_whatever_an_operation_asks_for_is_a_coroutine(name: str) -> None:
    routes = list(operations(import_module(f"services.{name}.api").router))
    called = {call for route in routes for call in (route.endpoint, *asked_for(route.dependant))}
    awaited = {call for call in called if isasyncgenfunction(call) or iscoroutinefunction(call)}
    awaited |= {call for call in called if iscoroutinefunction(getattr(call, "__call__", None))}  # noqa: B004
    assert routes
    assert called - awaited == set()
