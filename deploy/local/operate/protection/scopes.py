"""Scopes that a key can be given, as the services ask for them."""

from collections.abc import Iterator
from importlib import import_module

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from deploy.local.stack.access import CALLERS
from deploy.local.stack.services import SERVICES


def scopes() -> list[str]:
    """Every scope that an operation of a service asks for, or that a caller of the stack's own has."""
    asked = {
        scope
        for name in SERVICES
        for route in import_module(f"services.{name}.api").router.routes
        if isinstance(route, APIRoute)
        for scope in _asked(route.dependant)
    }
    return sorted(asked | {scope for caller in CALLERS for scope in caller.scopes})


def _asked(dependant: Dependant) -> Iterator[str]:
    yield from getattr(dependant.call, "scopes", ())
    for each in dependant.dependencies:
        yield from _asked(each)
