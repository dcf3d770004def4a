"""Digests that prove which letters went out and name none of them: anybody who has the letters can compute the same."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

CUSTOMER, AGENT = "customer", "agent"


@dataclass(frozen=True, slots=True)
class Digest:
    """Digest of what went out of one chunk by one channel to customers, or of the copies that went to their agents: the
    number of letter references, and `sha256` over them. `file_sha256` and `manifest_sha256` are those of the files that
    both were printed from; empty where there are none, or where nobody can say any more what was in them."""

    chunk: int
    channel: str
    recipient: str
    references: int
    sha256: str
    file_sha256: str = ""
    manifest_sha256: str = ""


def digest_of(references: Iterable[str]) -> str:
    """Returns the SHA-256, in hex, over the letter references, sorted, with a line feed after each."""
    return hashlib.sha256("".join(f"{reference}\n" for reference in sorted(references)).encode()).hexdigest()
