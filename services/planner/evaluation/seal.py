"""The seal of an analysis plan: the SHA-256 of its canonical JSON (RFC 8785)."""

import hashlib
import hmac
from typing import Any

import rfc8785

from services.planner.evaluation.analysis_plan import TrialPlan
from shared.errors import Conflict, Malformed, Problem


def canonical(plan: TrialPlan) -> bytes:
    """Returns the plan's one spelling: defaults written out, keys sorted, no space."""
    return rfc8785.dumps(plan.model_dump(mode="json"))


def seal(plan: TrialPlan) -> str:
    """Returns the hexadecimal SHA-256 of the plan."""
    return hashlib.sha256(canonical(plan)).hexdigest()


def seal_of(document: Any) -> str:
    """Returns the seal of a plan as its JSON document stands, whether or not this version knows all of its fields.

    Raises `Malformed` for what JSON cannot say: numbers beyond 2^53, text that is not Unicode.
    """
    try:
        return hashlib.sha256(rfc8785.dumps(document)).hexdigest()
    except (rfc8785.CanonicalizationError, TypeError, ValueError, RecursionError):
        raise Malformed("the plan has no canonical JSON: it holds numbers or text that JSON cannot say") from None


def expect_seal(document: Any, sealed: str) -> None:
    """Raises `Conflict` where the plan is not the one that was sealed."""
    found = seal_of(document)
    if not hmac.compare_digest(found, sealed.strip().lower()):
        raise Conflict(
            "the plan is not the one that was sealed: it was changed afterwards, or belongs to another campaign",
            Problem("seal", "matches", f"the plan's seal is {found}, the seal given is {sealed.strip().lower()}"),
        )
