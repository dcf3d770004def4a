"""The words by which contacts are told apart: the way they came, why, and how they ended."""

from typing import Literal

Channel = Literal["phone", "post", "email", "web"]
Reason = Literal[
    "help-to-act", "change-to-return", "why-me", "complaint", "cannot-pay", "extra-support", "not-theirs", "other"
]
Outcome = Literal["answered", "call-back", "referred", "unresolved"]
