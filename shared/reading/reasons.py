"""Reasons as people type them, for a decision that needs one."""

from shared.errors import Problem
from shared.values import LONGEST_TEXT


def reason_problems(typed: str, longest: int = LONGEST_TEXT) -> list[Problem]:
    """Returns what is wrong with the field `reason`, which has at most `longest` characters."""
    if not typed:
        return [Problem("reason", "required", "Enter your reason")]
    if len(typed) > longest:
        return [Problem("reason", "too-long", f"Shorten your reason to {longest:,} characters")]
    return []
