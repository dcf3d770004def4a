"""The shape of a message without what it says of customers, for those who look at dead letters."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from shared.contracts import CONTRACTS
from shared.contracts.base import Contract
from shared.customers.letter_reference import parse_letter_reference
from shared.errors import Invalid
from shared.values import CAMPAIGN_PATTERN

SMALL = 1_000_000
"""Numbers below this are counts; above, they may be somebody's reference."""
_REFERENCE_OR_DATE = re.compile(
    CAMPAIGN_PATTERN + r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d([T ][\d:.]{5,15}(Z|[+-]\d\d:\d\d))?"
)
_VERSION = r"(?<![\w.,£€$-])\d\.\d(?![\w.,-])"
"""A version such as 1.0: too short for anybody's reference, and no amount, which has two places."""
_VARIABLE = re.compile(
    rf"(?P<version>{_VERSION})|[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}"
    r"|\b[A-Z]{2,5}-[A-Z0-9]+(-[A-Z0-9]+)+\b|\b(?=[0-9A-Z]*\d)[0-9A-Z]{4,}\b|\b\w*\d{3,}\w*\b|\b\d+\b"
)
"""References of any kind, ids and numbers in the words of an error; and versions, which stay."""
_ATTRIBUTES = frozenset(
    {"specversion", "id", "source", "type", "time", "subject", "dataschema", "datacontenttype", "data",
     "correlationid", "traceparent"}
)  # fmt: skip
"""Names of CloudEvents, which are in the body where somebody sent an event in structured mode."""


def kind_of(cause: str) -> str:
    """Returns a cause without the references and numbers in it, by which dead letters are grouped."""
    return _VARIABLE.sub(lambda found: found["version"] or "…", cause)


def word_shown(text: str) -> str:
    """Returns a text that is a reference, an id, a date, a version or a name of ours; of any other its length."""
    ours = _REFERENCE_OR_DATE.fullmatch(text) or re.fullmatch(_VERSION, text) or text in _words_of_ours()
    return text if ours or _is_letter_reference(text) else f"… {len(text)} characters"


@cache
def _words_of_ours() -> frozenset[str]:
    """Returns types and schemas of the events that there are."""
    return frozenset(word for each in CONTRACTS for word in (each.event_type, each.schema_uri()))


def redacted(body: bytes, contract: type[Contract]) -> Any:
    """The shape of a body: field names of its contract, references, dates and small numbers; all else is masked."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return f"{len(body)} bytes that are not JSON"
    return _masked(value, _field_names(contract.model_json_schema()))


def _field_names(schema: Mapping[str, Any]) -> frozenset[str]:
    parts = [schema, *schema.get("$defs", {}).values()]
    return _ATTRIBUTES.union(name for part in parts for name in part.get("properties", {}))


def _masked(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name if name in names else "…": _masked(item, names) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, names) for item in value]
    if isinstance(value, str):
        return word_shown(value)
    if isinstance(value, bool) or value is None:
        return value
    return value if abs(value) < SMALL else "… a number"


def _is_letter_reference(text: str) -> bool:
    """With its check character: a name in capitals may look like one."""
    try:
        return parse_letter_reference(text) == text
    except Invalid:
        return False
