"""A file that belongs to a disclosure: what is known of it by its content alone."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Any

import puremagic
from pydantic import Field

from services.intake.disclosures.disclosure import disclosure_reference
from shared.errors import Conflict, Invalid, Problem
from shared.values import Code, Count, Identifier, Instant, Value

ALLOWED = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
}
"""The types that are taken, and what their content begins with: nothing that has scripts for an office to run."""
_MAY_BE_PDF = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]{0,64}%PDF-")
_PDF = re.compile(rb"%PDF-\d\.\d\s+\S")
_ADVICE = tuple(
    (re.compile(begins, re.DOTALL), advice)
    for begins, advice in (
        (rb"--[^\r\n]+\r?\n[Cc]ontent-[Dd]isposition:", "send the file itself as the body, not a form with it"),
        (rb".{4}ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1|avif)", "this is a HEIC photo: save it as JPEG and send that"),
        (rb"\x1f\x8b", "send the file itself, not compressed"),
        (rb"PK\x03\x04|\xd0\xcf\x11\xe0", "this is a document or an archive: save it as PDF and send that"),
        (rb"GIF8|RIFF.{4}WEBP|BM", "this is a picture of another kind: save it as PNG or JPEG and send that"),
        (rb"\Z", "the body is empty: send the file itself as the body"),
    )
)
"""What people send instead, by how it begins, and what to do about it."""
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif"}


MOST_ATTACHMENTS = 10
"""Attachments of one disclosure."""


class Attachment(Value):
    """A file that belongs to a disclosure. `media_type` is found by its content, whatever the sender called it.

    `digest` tells another file from the same one sent again. It is made with a secret key: the plain digest of a form
    that is printed by the thousand could be looked up by anybody.
    """

    id: Identifier
    disclosure: Identifier
    media_type: str
    size: Count
    added_by: Code
    added_at: Instant
    digest: str = Field(exclude=True, repr=False)


def file_name(disclosure: str, number: int, media_type: str) -> str:
    """Returns the name of the `number`-th file of a disclosure in an export. No part of it is the sender's, so that it
    is safe wherever it is unpacked."""
    return f"files/{disclosure_reference(disclosure)}-{number}.{ENDINGS[media_type]}"


def media_type(content: bytes) -> str:
    """Returns the media type by content alone; the file must begin as that type does, so that nothing hides before it.

    A PDF may begin with a byte order mark or line ends, which scanners and mail programs add.
    """
    begins = content.removeprefix(BOM_UTF8).lstrip(b"\r\n") if _MAY_BE_PDF.match(content) else content
    try:
        guesses = puremagic.magic_string(begins)
    except (puremagic.PureError, ValueError):
        guesses = []
    for guess in guesses:
        if guess.mime_type in ALLOWED and begins.startswith(ALLOWED[guess.mime_type]):
            return _whole(str(guess.mime_type), begins)
    raise _not_taken(_advice(content))


def _whole(media_type: str, begins: bytes) -> str:
    if media_type == "application/pdf" and not _PDF.match(begins):
        raise _not_taken("this PDF has no version and nothing in it: save it again and send that")
    return media_type


def _advice(content: bytes) -> str:
    """Returns what to do about a file that is not taken."""
    for begins, advice in _ADVICE:
        if begins.match(content):
            return advice
    return "save it as one of these and send that"


def _not_taken(advice: str) -> Invalid:
    message = f"only PDF, PNG, JPEG and TIFF files are taken, by what is in them: {advice}"
    return Invalid(message, Problem("body", "media-type", message))


def expect_room(attachments: int, disclosure: Mapping[str, Any] | None) -> None:
    """Raises `Conflict` for a disclosure, as it is stored, that takes no further file."""
    if disclosure is None or disclosure.get("erased_at") is not None:
        raise Conflict("what was volunteered in this disclosure has been erased: it takes no file")
    if disclosure["state"] == "resolved":
        raise Conflict("this disclosure is resolved: record a new contact with what the customer adds to it")
    if attachments >= MOST_ATTACHMENTS:
        raise Conflict(f"a disclosure has at most {MOST_ATTACHMENTS} attachments")
