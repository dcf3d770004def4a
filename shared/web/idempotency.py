"""The header by which a caller names a request, and the digest that compares two of the same name."""

from typing import Annotated

from fastapi import Depends, Header
from pydantic import StringConstraints

from shared.idempotency import BodyDigest
from shared.web.dependencies import part

_KeyText = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
IdempotencyKey = Annotated[
    _KeyText | None,
    Header(description="The same key and body give the same answer; the same key and another body, 409"),
]
Digest = Annotated[BodyDigest, Depends(part(BodyDigest))]
