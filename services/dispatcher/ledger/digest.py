"""What proves which letters went out and names none of them: a digest that whoever has the letters can compute too."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

CUSTOMER, AGENT = "customer", "agent"


@dataclass(frozen=True, slots=True)
class Digest:
    """Of what went out of one chunk by one channel to customers, or of the copies that went to their agents: how many
    letter references there are, and `sha256` over them."""

    chunk: int
    channel: str
    recipient: str
    references: int
    sha256: str


def digest_of(references: Iterable[str]) -> str:
    """SHA-256, in hex, over the letter references, sorted, with a line feed after each."""
    return hashlib.sha256("".join(f"{reference}\n" for reference in sorted(references)).encode()).hexdigest()
