"""A file that belongs to a disclosure: what is known of it by its content alone."""

import puremagic
from pydantic import Field

from services.intake.disclosures.disclosure import disclosure_reference
from shared.errors import Invalid, Problem
from shared.values import Code, Count, Identifier, Instant, Value

ALLOWED = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
}
"""The types that are taken, and what their content begins with: nothing that has scripts for an office to run."""
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif"}


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
    """Returns the media type by content alone; the file must begin as that type does, so that nothing hides before
    it."""
    try:
        guesses = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        guesses = []
    for guess in guesses:
        if guess.mime_type in ALLOWED and content.startswith(ALLOWED[guess.mime_type]):
            return str(guess.mime_type)
    message = "only PDF, PNG, JPEG and TIFF files are taken, by what is in them"
    raise Invalid(message, Problem("body", "media-type", message))
