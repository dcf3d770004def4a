"""A third party's message held against its contract, by the code that the consumers have."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aio_pika import Message
from pydantic import BaseModel

from deploy.catalogue import hearers, sayers
from deploy.local.errors import StackError
from deploy.local.operate.events.catalogue import contract_of
from shared.contracts import Contract
from shared.errors import OtmError
from shared.messaging.envelope import LARGEST_BODY, PREFIX, SPEC_VERSION, from_message

OWN = frozenset({"data", "datacontenttype"})
"""Members of a structured CloudEvent that are no headers in binary mode."""


class Verdict(BaseModel, frozen=True):
    """The judgement on a message. `problems` keep consumers from taking it, `remarks` do not."""

    type: str
    valid: bool
    problems: list[str] = []
    remarks: list[str] = []


def validated(text: bytes, event_type: str | None) -> Verdict:
    """Judges a CloudEvent in JSON (`specversion`, `id`, `source`, `type`, `data`), or the data alone of `event_type`.

    Raises `StackError` for what is no JSON object, and for a type that there is not.
    """
    said = _object(text)
    attributes, data = (said, said.get("data")) if "specversion" in said else (_attributes(event_type), said)
    contract = contract_of(str(attributes.get("type", event_type or "")))
    if event_type and contract.event_type != event_type:
        raise StackError(f"The event is of type {contract.event_type}, not {event_type}")
    headers = {f"{PREFIX}{name}": value for name, value in attributes.items() if name not in OWN}
    message = Message(json.dumps(data).encode(), headers=headers, content_type="application/json")
    remarks = [*_unknown_fields(data, contract), *_speakers(contract)]
    try:
        from_message(message, contract)
    except OtmError as error:
        problems = [f"{each.field or 'the data'}: {each.message}" for each in error.problems] or [error.message]
        return Verdict(type=contract.event_type, valid=False, problems=problems, remarks=remarks)
    return Verdict(type=contract.event_type, valid=True, remarks=remarks)


def _object(text: bytes) -> dict[str, Any]:
    if len(text) > 2 * LARGEST_BODY:
        raise StackError(f"The file is too large: the data of an event takes at most {LARGEST_BODY:,} bytes")
    try:
        said = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise StackError("The file is not JSON in UTF-8: check brackets, commas and quotation marks") from None
    if not isinstance(said, dict):
        raise StackError("The file holds no object: write the event, or its data, between braces")
    return said


def _attributes(event_type: str | None) -> Mapping[str, Any]:
    if event_type is None:
        raise StackError("The file is no CloudEvent (it has no specversion): name the type of its data by --type")
    now = datetime.now(UTC).isoformat()
    return {"specversion": SPEC_VERSION, "id": "any", "source": "/any", "type": event_type, "time": now}


def _unknown_fields(data: Any, contract: type[Contract]) -> list[str]:
    if not isinstance(data, dict):
        return []
    strange = [name for name in data if name not in contract.model_fields]
    return [f"{len(strange)} fields that the contract does not have are ignored"] if strange else []


def _speakers(contract: type[Contract]) -> list[str]:
    heard = f"heard by {', '.join(hearers(contract)) or 'nobody'}"
    if contract.outside:
        return [f"other teams may say it; {heard}"]
    return [f"only {', '.join(sayers(contract))} says it: with OTM_PUBLISHERS anybody else's is a dead letter; {heard}"]
