"""Reports of a contact as bodies of requests, whole and with one field more."""

import json

from tests.intake.given.letters import report

BODY = json.dumps(report()).encode()
JSON = {"Content-Type": "application/json"}


def with_field(text: str) -> bytes:
    return BODY[:-1] + b", " + text.encode() + b"}"
