"""A letter in a file, and what it will look like, asked of dispatcher over its HTTP API."""

from pathlib import Path
from typing import Any

from deploy.local.client import Client, Endpoint
from deploy.local.errors import StackError

LAYOUT_SECONDS = 60.0
"""A long letter takes a while to lay out."""
SUBJECT = "# "


def letter_in(file: Path) -> dict[str, str]:
    """Its first line is the subject, as a heading; all that follows is the body. Raises `StackError`."""
    try:
        subject, _, body = file.read_text(encoding="utf-8-sig").lstrip().partition("\n")
    except UnicodeDecodeError:
        raise StackError(f"{file} is no text in UTF-8") from None
    if not subject.startswith(SUBJECT) or not body.strip():
        raise StackError(f"{file} must begin with its subject, as `# Your property income`, and go on with the letter")
    return {"subject": subject.removeprefix(SUBJECT).strip(), "body": body.strip()}


def previewed(dispatcher: Endpoint, draft: dict[str, Any]) -> bytes:
    """Raises `RefusedError` with what is wrong with the letter."""
    with Client(dispatcher, LAYOUT_SECONDS) as client:
        return client.send("POST", "/v1/previews", body=draft).content
