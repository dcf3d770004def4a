"""Errors as RFC 9457 problem details, which name the field and the rule and never repeat what was sent."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.errors import OtmError, Problem, TooMany, Unauthenticated, Unavailable
from shared.refusals import problems_of
from shared.storage.unavailable import STORE_ERROR, store_is_unavailable
from shared.web.bodies.media_types import media_type_of

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds

DESCRIBED: Mapping[int | str, dict[str, Any]] = {
    kind: {
        "description": description,
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "code"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "code": {"type": "string", "description": "stable: programs may rely on it"},
                        "problems": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {name: {"type": "string"} for name in ("field", "rule", "message")},
                            },
                        },
                    },
                }
            }
        },
    }
    for kind, description in (("4XX", "The caller must change something"), ("5XX", "Try again later"))
}
"""Answers that every operation may give as well, for the OpenAPI document."""

_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json")
_NOT_READ = {"json_invalid", "model_attributes_type", "model_type", "dict_type", "list_type", "missing"}
"""Errors of a body that was not read as JSON because of its headers."""

log = structlog.get_logger(__name__)


def problem(
    status: int, code: str, title: str, problems: Sequence[Problem] = (), headers: dict[str, str] | None = None
) -> Response:
    body: dict[str, Any] = {"type": f"urn:one-to-many:problem:{code}", "title": title, "status": status, "code": code}
    if problems:
        body["problems"] = [{"field": p.field, "rule": p.rule, "message": p.message} for p in problems]
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def add_problem_handlers(api: FastAPI) -> None:
    api.exception_handler(OtmError)(_our_own)
    api.exception_handler(RequestValidationError)(_not_as_described)
    api.exception_handler(HTTPException)(_plain)
    api.exception_handler(Exception)(_unexpected)
    api.exception_handler(STORE_ERROR)(_of_the_store)


def answer_of(error: OtmError, headers: Mapping[str, str]) -> Response:
    """The problem of an error of ours, with `headers` added."""
    answer = _our_own(None, error)
    answer.headers.update(headers)
    return answer


def store_answer_of(error: Exception, headers: Mapping[str, str]) -> Response:
    """The problem of an error that came from the store, or from anywhere."""
    answer = _of_the_store(None, error)
    answer.headers.update(headers)
    return answer


def _our_own(_request: Request | None, error: OtmError) -> Response:
    headers = {}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = RETRY_AFTER
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(error.status, error.code, error.message, error.problems, headers)


def _not_as_described(request: Request, error: RequestValidationError) -> Response:
    found = problems_of(cast("Sequence[ErrorDetails]", error.errors()))
    if refused := _not_json(request, error):
        return problem(415, "unsupported-media-type", refused)
    title = "the request does not have the shape that this operation asks for"
    if found:
        first = found[0]
        title += f": {first.field.removeprefix('body.')}: {first.message}"
    return problem(422, "invalid", title, found)


def _not_json(request: Request, error: RequestValidationError) -> str | None:
    """Returns what to send instead of a body that could not be read as JSON, None for one that was."""
    if not any(e["loc"][:1] == ("body",) and e["type"] in _NOT_READ for e in error.errors()):
        return None
    kind = media_type_of(request.headers)
    return "send application/json" if kind and not _JSON.fullmatch(kind) else None


def _plain(_request: Request, error: HTTPException) -> Response:
    if error.status_code == HTTPStatus.BAD_REQUEST and isinstance(
        error.__cause__, ValueError | RecursionError
    ):  # the body was no JSON
        return _unreadable()
    code = {400: "malformed", 404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "refused")
    title = {404: "there is nothing at this address", 405: "this address does not take that method"}
    said = title.get(error.status_code, str(error.detail))
    return problem(error.status_code, code, said, headers=dict(error.headers or {}))


def _unreadable() -> Response:
    return problem(400, "malformed", "the body cannot be read: send JSON in UTF-8, less deeply nested")


def _of_the_store(request: Request | None, error: Exception) -> Response:
    if not store_is_unavailable(error):
        return _unexpected(request, error)
    log.warning("store unavailable", error=type(error).__name__)
    return problem(503, "unavailable", "the store cannot be reached: try again", headers={"Retry-After": RETRY_AFTER})


def _unexpected(_request: Request | None, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return problem(500, "internal", "something unexpected went wrong; nothing more is said here on purpose")
