"""Codes as people type them: in words or as they are kept, `Social norm` or `social-norm`."""

import re

from shared.reading.signs import seen

LONGEST = 60  # signs
_BETWEEN = re.compile(r"[\s_-]+")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


def read_code(text: str) -> str:
    """Returns the code that the words make. Raises `ValueError`."""
    code = _BETWEEN.sub("-", seen(text).strip().lower())
    if len(code) > LONGEST or not _CODE.fullmatch(code):
        raise ValueError(f"write it in letters and digits, at most {LONGEST}")
    return code
