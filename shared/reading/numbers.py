"""Numbers as people type them: 25000, 25,000 and £1,250.50; a sign that does not belong is never taken away."""

import re

from shared.reading.signs import seen

_WHOLE = re.compile(r"\d{1,3}(,\d{3})+|\d+", re.ASCII)
_DECIMAL = re.compile(rf"({_WHOLE.pattern})(\.\d{{1,6}})?", re.ASCII)
LONGEST = 20  # signs
HUNDRED = 100


def read_whole(text: str) -> int:
    """Returns a whole number that is not negative. Raises `ValueError`."""
    found = seen(text).strip()
    if len(found) > LONGEST or not _WHOLE.fullmatch(found):
        raise ValueError("write it in digits, such as 25,000")
    return int(found.replace(",", ""))


def read_decimal(text: str) -> float:
    """Returns a number that is not negative, with up to six decimals. Raises `ValueError`."""
    found = seen(text).strip()
    if len(found) > LONGEST or not _DECIMAL.fullmatch(found):
        raise ValueError("write it in digits, such as 1,250.50")
    return float(found.replace(",", ""))


def read_pounds(text: str) -> float:
    """Returns an amount in pounds, which may begin with the sign of the pound. Raises `ValueError`."""
    return read_decimal(seen(text).strip().removeprefix("£"))


def read_percent(text: str) -> float:
    """Returns a share of 1 that is typed in percent, which may end with the sign of percent. Raises `ValueError`."""
    return round(read_decimal(seen(text).strip().removesuffix("%")) / HUNDRED, 8)


def percent(share: float) -> str:
    """Returns a share of 1 as it is typed in percent."""
    return f"{share * HUNDRED:.6f}".rstrip("0").rstrip(".")
