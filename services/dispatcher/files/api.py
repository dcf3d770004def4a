"""Files that are sent as the body of a request."""

import base64
import binascii
import re

from fastapi import Request

from services.dispatcher.files.upload import Upload
from shared.errors import Malformed

DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")


def upload_of(request: Request, sent_by: str) -> Upload:
    """Returns the body as it comes in, with the digest of `Content-Digest` (RFC 9530). Raises `Malformed`."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise Malformed("send the file as it is, without a Content-Encoding: nothing is decompressed here")
    said = request.headers.get("content-digest")
    if said is None:
        return Upload(request.stream(), sent_by)
    return Upload(request.stream(), sent_by, _sha256(said))


def _sha256(said: str) -> str:
    found = DIGEST.search(said)
    try:
        digest = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        digest = b""
    if not digest:
        raise Malformed("Content-Digest is not of the form sha-256=:<base64>:")
    return digest.hex()
