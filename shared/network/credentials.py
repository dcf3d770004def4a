"""Credentials taken out of a text that people read."""

import re

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*@")


def without_credentials(text: str) -> str:
    """The text with `user:password@` of any URL in it masked."""
    return _CREDENTIALS.sub("***@", text)
