"""A long list, a page at a time: each page says where it ended, in a text with which the next one is asked for."""

import base64
from datetime import datetime

import orjson

from shared.errors import Malformed

Place = tuple[datetime, str]
"""The instant by which a list is in order, and the id of what stands there."""


def cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place(text: str) -> Place:
    """Raises `Malformed` for anything that was not given by `cursor`."""
    try:
        at, identifier = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        when = datetime.fromisoformat(at)
    except (ValueError, TypeError) as error:
        raise Malformed("`after` is what `next` of a page said, as it was") from error
    if when.tzinfo is None or not isinstance(identifier, str):
        raise Malformed("`after` is what `next` of a page said, as it was")
    return when, identifier
