"""Errors as RFC 9457 problem details, which name the field and the rule and never repeat what was sent."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.errors import OtmError, Problem, TooMany, Unauthenticated, Unavailable
from shared.storage.store import UNAVAILABLE
from shared.values import CampaignReference, Code, LetterReference

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds
MOST_PROBLEMS = 50

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
    for kind in UNAVAILABLE:
        api.exception_handler(kind)(_store_unavailable)


def _our_own(_request: Request, error: OtmError) -> Response:
    headers = {}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = RETRY_AFTER
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(error.status, error.code, error.message, error.problems, headers)


def _not_as_described(_request: Request, error: RequestValidationError) -> Response:
    found = [
        Problem(".".join(str(part) for part in e["loc"]), e["type"].replace("_", "-"), _without_input(e))
        for e in error.errors()[:MOST_PROBLEMS]
    ]
    return problem(422, "invalid", "the request does not have the shape that this operation asks for", found)


def _without_input(error: dict[str, Any]) -> str:
    """Returns pydantic's own words, unless they come from a validator that might quote the value, or show a pattern."""
    if error["type"] == "string_pattern_mismatch":
        return EXAMPLES.get(error["ctx"]["pattern"], str(error["msg"]))
    return "this value breaks a rule" if error["type"] == "value_error" else str(error["msg"])


def _pattern(kind: Any) -> str:
    """Returns the pattern of a type of text."""
    return str(get_args(kind)[1].pattern)


EXAMPLES = {
    _pattern(CampaignReference): "write a campaign's reference, such as OTM-26-0001",
    _pattern(LetterReference): "write a letter reference, such as 7KM2X-Q4R9E",
    _pattern(Code): "write a code of small letters, digits and single hyphens, such as press-office",
}
"""The messages about texts that do not have the pattern of their type, in place of the pattern."""


def _plain(_request: Request, error: HTTPException) -> Response:
    code = {400: "malformed", 404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "refused")
    return problem(error.status_code, code, str(error.detail), headers=dict(error.headers or {}))


def _store_unavailable(_request: Request, error: Exception) -> Response:
    log.warning("store unavailable", error=type(error).__name__)
    return problem(503, "unavailable", "the store cannot be reached: try again", headers={"Retry-After": RETRY_AFTER})


def _unexpected(_request: Request, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return problem(500, "internal", "something unexpected went wrong; nothing more is said here on purpose")
