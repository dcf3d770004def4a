"""Codes as people type them: in words or as they are kept, `Social norm` or `social-norm`."""

import re

from shared.reading.signs import seen
from shared.values import CODE_PATTERN, LONGEST_CODE

_BETWEEN = re.compile(r"[\s_-]+")


def read_code(text: str) -> str:
    """Returns the code that the words make. Raises `ValueError`."""
    code = _BETWEEN.sub("-", seen(text).strip().lower())
    if len(code) > LONGEST_CODE or not re.fullmatch(CODE_PATTERN, code):
        raise ValueError(f"write it in letters and digits, at most {LONGEST_CODE}")
    return code
