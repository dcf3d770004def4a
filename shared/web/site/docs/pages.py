"""Pages that describe a service to those who write programs for it. They need no key: they say nothing of anybody."""

import inspect
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.base import Contract
from shared.errors import NotFound
from shared.web.site.docs.operations import Subject, subjects_of
from shared.web.site.docs.schema import fields_of, kind_of
from shared.web.site.look import Look


@dataclass(frozen=True, slots=True)
class Messages:
    """The events that a service says and hears."""

    says: Collection[type[Contract]] = ()
    hears: Collection[type[Contract]] = ()


def add_description(api: FastAPI, look: Look, messages: Messages) -> None:
    """Adds `GET /docs` and all below it."""
    docs = _Docs(api, look, messages)
    for path, page in (
        ("/docs", docs.index),
        ("/docs/events", docs.events),
        ("/docs/events/{event}", docs.event),
        ("/docs/values/{value}", docs.value),
        ("/docs/{subject}", docs.subject),
    ):
        api.add_route(path, page, include_in_schema=False)


class _Docs:
    def __init__(self, api: FastAPI, look: Look, messages: Messages) -> None:
        self._api = api
        self._look = look
        self._messages = messages
        public = [*messages.says, *messages.hears]
        self._events = {contract.event_type: contract for contract in public if not contract.private}

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        return self._api.openapi()

    @cached_property
    def _subjects(self) -> dict[str, Subject]:
        return {subject.code: subject for subject in subjects_of(self._document)}

    async def index(self, _request: Request) -> Response:
        return self._page("docs", subjects=list(self._subjects.values()), events=bool(self._events))

    async def subject(self, request: Request) -> Response:
        return self._page("docs-subject", subject=_known(self._subjects, request.path_params["subject"]))

    async def value(self, request: Request) -> Response:
        name = request.path_params["value"]
        schema = _known(self._document.get("components", {}).get("schemas", {}), name)
        says = schema.get("description", "")
        return self._page("docs-value", name=name, says=says, fields=fields_of(schema), kind=kind_of(schema))

    async def events(self, _request: Request) -> Response:
        said = [each for each in self._events.values() if each in self._messages.says]
        heard = [each for each in self._events.values() if each in self._messages.hears]
        return self._page("docs-events", said=said, heard=heard, first=_first_sentence)

    async def event(self, request: Request) -> Response:
        contract = _known(self._events, request.path_params["event"])
        schema = contract.model_json_schema()
        parts = {name: (fields_of(part), kind_of(part), part) for name, part in schema.get("$defs", {}).items()}
        says = inspect.getdoc(contract) or ""
        return self._page("docs-event", event=contract.event_type, says=says, fields=fields_of(schema), parts=parts)

    def _page(self, template: str, **values: Any) -> Response:
        return self._look.public(f"site/{template}.html", api=self._api.title, **values)


def _known(found: Mapping[str, Any], name: str) -> Any:
    """Raises `NotFound`."""
    if name not in found:
        raise NotFound("nothing of this name is described here")
    return found[name]


def _first_sentence(contract: type[Contract]) -> str:
    return " ".join((inspect.getdoc(contract) or "").split()).partition(". ")[0].rstrip(".")
