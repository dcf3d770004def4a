"""The shape of a message without what it says of customers, for those who look at dead letters."""

import json
import re
from collections.abc import Mapping
from typing import Any

from shared.contracts.base import Contract
from shared.errors import Invalid
from shared.letter_reference import parse_letter_reference

SMALL = 1_000_000
"""Numbers below this are counts; above, they may be somebody's reference."""
_REFERENCE_OR_DATE = re.compile(
    r"OTM-\d{2}-\d{4,6}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d([T ][\d:.]{5,15}(Z|[+-]\d\d:\d\d))?"
)


def redacted(body: bytes, contract: type[Contract]) -> Any:
    """The shape of a body: field names of its contract, references, dates and small numbers; all else is masked."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return f"{len(body)} bytes that are not JSON"
    return _masked(value, _field_names(contract.model_json_schema()))


def _field_names(schema: Mapping[str, Any]) -> frozenset[str]:
    parts = [schema, *schema.get("$defs", {}).values()]
    return frozenset(name for part in parts for name in part.get("properties", {}))


def _masked(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name if name in names else "…": _masked(item, names) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, names) for item in value]
    if isinstance(value, str):
        ours = _REFERENCE_OR_DATE.fullmatch(value) or _is_letter_reference(value)
        return value if ours else f"… {len(value)} characters"
    if isinstance(value, bool) or value is None:
        return value
    return value if abs(value) < SMALL else "… a number"


def _is_letter_reference(text: str) -> bool:
    """With its check character: a name in capitals may look like one."""
    try:
        return parse_letter_reference(text) == text
    except Invalid:
        return False
