"""Requests made from a service's OpenAPI document: all that it allows, and much that it does not."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

FIRST_REFUSAL, TOO_LARGE = 400, 413
PATIENCE_SECONDS = 300.0
"""For an answer, however busy the machine is: what is slow is looked for elsewhere."""
ALONE = {"Connection": "close"}
"""A service closes a connection on which nothing came for five seconds, and to draw a request may take as long: on a
connection that is used again, the next one would sometimes meet its end."""
REPEATED_FROM = 6
"""Signs from which a text that was sent and comes back is no coincidence."""
OUR_WORDS = re.compile(
    r"OTM-\d{2}-\d{4,6}|[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}|[a-z0-9]+(-[a-z0-9]+)*|\d{4}-\d{2}-\d{2}.{0,30}"
)
"""References of campaigns and letters, codes and instants: they say nothing of a customer to anybody else."""


def nothing_repeated(_context: Any, response: Any, case: Any) -> None:
    """A refusal names the field and the rule, and never repeats what was sent: it may be a name, or a tax reference."""
    if response.status_code < FIRST_REFUSAL:
        return
    said = response.content.decode(errors="replace")
    known = json.dumps(case.operation.schema.raw_schema, ensure_ascii=False)
    for text in _texts([case.body, dict(case.query or {}), dict(case.path_parameters or {})]):
        if len(text) >= REPEATED_FROM and text in said and text not in known and not OUR_WORDS.fullmatch(text):
            raise AssertionError(f"repeats what was sent: {text[:60]!r} in {said[:300]}")


def refused(context: Any, response: Any, case: Any) -> None:
    """A request that is not as described is refused. One that is too large is, before anybody looks at what it says."""
    if response.status_code != TOO_LARGE:
        negative_data_rejection(context, response, case)


def _texts(sent: Any) -> Iterator[str]:
    """Yields every text in it, names of fields among them."""
    if isinstance(sent, Mapping):
        for key, value in sent.items():
            yield from (*_texts(key), *_texts(value))
    elif isinstance(sent, list | tuple):
        for each in sent:
            yield from _texts(each)
    elif isinstance(sent, str):
        yield sent
    elif isinstance(sent, bytes):
        yield sent.decode(errors="ignore")


CHECKS = [
    not_a_server_error,
    nothing_repeated,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def wrong_answers(
    url: str, headers: Mapping[str, str], examples: int, drawn_by: int | None = None, until: float = float("inf")
) -> Iterator[str]:
    """Over a socket, as anybody would: for each operation, so many requests as described and so many that are not.

    They are the same in each run, unless they are `drawn_by` a number; nothing begins after `until`, of the monotonic
    clock.
    """
    document = requests.get(f"{url}/openapi.json", timeout=PATIENCE_SECONDS).json()
    _let_everybody_in(document)
    # a service that says that it is not well does as it should
    schema = schemathesis.openapi.from_dict(document).exclude(path="/health/ready")
    with requests.Session() as session:
        session.headers.update({**headers, **ALONE})
        for found in schema.get_all_operations():
            operation: Any = found.ok()  # type: ignore[union-attr]
            for mode in GenerationMode:
                if time.monotonic() > until:
                    return
                try:
                    _ask(operation, mode, session, url, examples, drawn_by)
                except (Exception, BaseExceptionGroup) as error:
                    yield f"{operation.label}, {mode.value}: {type(error).__name__}: {error}"


def _let_everybody_in(document: Any) -> None:
    """Else most of what is sent would be refused for its key, and nothing else would be looked at."""
    document["components"].pop("securitySchemes", None)
    for path in document["paths"].values():
        for operation in path.values():
            operation.pop("security", None)


def _ask(
    operation: Any, mode: GenerationMode, session: requests.Session, url: str, most: int, drawn_by: int | None
) -> None:
    checks = [*CHECKS, refused] if mode is GenerationMode.NEGATIVE else CHECKS

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        derandomize=drawn_by is None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: schemathesis.Case[Any]) -> None:
        sent = dict(session.headers)
        case.call_and_validate(base_url=url, session=session, headers=sent, checks=checks, timeout=PATIENCE_SECONDS)

    drawn = check if drawn_by is None else seed(drawn_by)(check)
    with suppress(Unsatisfiable):  # nothing about it can be wrong
        drawn()
