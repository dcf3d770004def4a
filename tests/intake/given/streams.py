"""Lines of a stream of contacts, good and bad, and the answers to them."""

import json
from typing import Any

from services.intake.ndjson import LINE_BYTES
from tests.intake.given.letters import report

BATCH = "/v1/contacts/batch"


def line(**changes: Any) -> bytes:
    return json.dumps(report(**changes)).encode()


TOO_LONG = line(note="x" * LINE_BYTES)
LINES = [
    line(), b"{not json", line(reason="complaint"), b"", line(remark="x"), TOO_LONG, b"\xff\xfe",
    b'{"channel": "phone"}', line(letter_reference=None), b"[]", line(caller_name="Gwenllian"),
]  # fmt: skip
ANSWERS = [(1, 201), (2, 422), (3, 201), (5, 422), (6, 413), (7, 422), (8, 422), (9, 201), (10, 422), (11, 201)]
