"""Inputs that every operation refuses: unknown parameters, and characters that nobody can see. A mistyped filter would
answer another question; a control character would end up in a file, a terminal or a page.
"""

import re
from collections.abc import Iterator
from typing import get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.errors import Invalid, Problem
from shared.reading.json_names import expect_single_names
from shared.visible_text import expect_visible, invisible

MOST = 20
_PLAIN = re.compile(r"[\x00-\x1f\x7f-\x9f]")


async def clean_input(request: Request) -> None:
    """A dependency of every operation. Raises `Invalid`."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    _expect_known(request, route)
    if _PLAIN.search(request.scope["path"]) or any(_PLAIN.search(value) for value in request.query_params.values()):
        raise invisible("url")
    if route.body_field is not None:  # it has been read then; what is streamed is looked at as it comes
        body = await request.body()
        expect_visible(body)
        expect_single_names(body)


def _expect_known(request: Request, route: APIRoute) -> None:
    if not request.query_params:
        return
    known = set(_parameters(route.dependant))
    lists = {each.alias for each in route.dependant.query_params if get_origin(each.field_info.annotation) is list}
    names = [name for name, _ in request.query_params.multi_items() if name in known - lists]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Invalid(
            f"say {' and '.join(twice)} once", *(Problem(f"query.{n}", "twice", "say it once") for n in twice)
        )
    if unknown := [name for name in request.query_params if name not in known]:
        problems = [Problem("query", "unknown-parameter", "there is no such parameter") for _ in unknown[:MOST]]
        raise Invalid(f"the query may have: {', '.join(sorted(known)) or 'nothing'}", *problems)


def _parameters(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):  # a model of several parameters
            yield from (each.alias or name for name, each in annotation.model_fields.items())
        else:
            yield field.alias
    for each in dependant.dependencies:
        yield from _parameters(each)
