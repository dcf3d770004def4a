"""Words for the person whose input a model refused: what is wrong and what to do, never what they sent.

A validator of ours raises `ValueError` with such words; pydantic's own errors are put into them by their type.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.errors import Problem
from shared.values import CAMPAIGN_PATTERN, CODE_PATTERN

PROBLEMS_SHOWN = 50
_WORDS: Mapping[str, str] = {
    "missing": "this field is required",
    "extra_forbidden": "there is no such field: check its name",
    "json_invalid": "not valid JSON: check brackets, commas and quotation marks",
    "json_type": "send JSON",
    "none_required": "leave it out",
    "model_type": "write an object, between braces",
    "model_attributes_type": "write an object, between braces",
    "dict_type": "write an object, between braces",
    "list_type": "write a list, between square brackets",
    "tuple_type": "write a list, between square brackets",
    "set_type": "write a list, between square brackets",
    "frozen_set_type": "write a list, between square brackets",
    "string_type": "write a text, between quotation marks",
    "string_pattern_mismatch": "it does not have the form described for this field",
    "string_unicode": "a text is in UTF-8",
    "int_type": "write a whole number, without quotation marks",
    "int_parsing": "write a whole number",
    "int_parsing_size": "this number is too large",
    "int_from_float": "write a whole number",
    "float_type": "write a number, without quotation marks",
    "float_parsing": "write a number",
    "finite_number": "write a finite number",
    "decimal_parsing": "write a number such as 0.25",
    "bool_type": "write true or false, without quotation marks",
    "bool_parsing": "write true or false",
    "datetime_type": "write it as 2026-09-10T10:20:00Z",
    "datetime_parsing": "write it as 2026-09-10T10:20:00Z",
    "datetime_from_date_parsing": "write it as 2026-09-10T10:20:00Z",
    "datetime_object_invalid": "write it as 2026-09-10T10:20:00Z",
    "timezone_aware": "say the time zone: write it as 2026-09-10T10:20:00Z",
    "timezone_naive": "leave out the time zone",
    "date_type": "write it as 2026-09-10",
    "date_parsing": "write it as 2026-09-10",
    "date_from_datetime_parsing": "write the day as 2026-09-10",
    "date_from_datetime_inexact": "write it as 2026-09-10, without a time",
    "time_parsing": "write it as 09:30",
    "time_delta_parsing": "write a length of time such as PT15M",
    "uuid_parsing": "it is an identifier of 32 hexadecimal digits in five groups",
    "url_parsing": "write a whole address that begins with https://",
    "url_scheme": "write a whole address that begins with https://",
}
_WITH_LIMITS: Mapping[str, str] = {
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} characters",
    "too_long": "at most {max_length} entries",
    "too_short": "at least {min_length} entries",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "multiple_of": "a multiple of {multiple_of}",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
    "union_tag_invalid": "one of {expected_tags}",
    "union_tag_not_found": "say which kind it is",
    "decimal_max_places": "at most {decimal_places} places after the point",
    "decimal_max_digits": "at most {max_digits} digits",
}
_PATTERNS: Mapping[str, str] = {
    f"^{CAMPAIGN_PATTERN}$": "write it as OTM-26-0042",
    r"^[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}$": "write it as 7KM2X-Q4R9E",
    r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$": "it is an identifier of 32 hexadecimal digits in five groups",
    CODE_PATTERN: "write a code of small letters, digits and hyphens, such as wrong-button",
    r"^[0-9a-f]{64}$": "it is a SHA-256 in 64 hexadecimal digits",
    r"^[a-z][a-z0-9_]{0,29}$": "write the name of a field in small letters, such as customer_reference",
    r"^[A-Z0-9#@*/.-]{3,20}$": "3 to 20 signs: # for a digit, @ for a letter, * for either; capitals, digits and / . -",
    r"^[^=+\-@\s\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,59}$": "at most 60 characters, without =, +, - or @ at first",
    r"^[\x21-\x7e]{1,200}$": "1 to 200 letters, digits and signs, without blanks",
}
"""Words for the forms of `shared.values` and of the `Idempotency-Key`."""
UNEXPLAINED = "this value is not accepted: the description of the operation says what is"
_FIELD = re.compile(r"[a-z]+(?:[_-][a-z]+)*(?:_?\d{1,3})?", re.ASCII)
_PLAIN_FIELD = re.compile(r"[a-z_$]{1,30}", re.ASCII)
"""A name that the caller made up is shown only where it looks like a misspelt field, and has no digits."""
_PLAIN_WORD = re.compile(r"[a-z]{1,9}", re.ASCII)
"""A short word that was sent may stand in a sentence of ours by chance: `own`, `name`."""
_EXAMPLE = re.compile(r"2026-09-10(?:T10:20:00Z)?")
"""How to write a day or an instant, in words of ours."""
_TYPES = {"int", "str", "float", "bool", "none"}
_ONE_OF = "one of "
_RULES: Mapping[str, str] = {
    "value_error": "not-accepted",
    "assertion_error": "not-accepted",
    "json_invalid": "not-json",
}


def problems_of(errors: Iterable[ErrorDetails], most: int = PROBLEMS_SHOWN) -> list[Problem]:
    """Returns what is wrong with each field, once: for a value of several possible kinds, the words of all of them.

    The first `most` fields are looked at, and no further errors.
    """
    found: dict[str, Problem] = {}
    for error in errors:
        problem = _problem(error)
        known = found.get(problem.field)
        if known and {known.message[:7], problem.message[:7]} == {_ONE_OF}:
            problem = replace(known, message=f"{known.message}, {problem.message[7:]}")
        elif known:
            continue
        elif len(found) == most:
            break
        found[problem.field] = problem
    return list(found.values())


def in_one_line(error: ValidationError, most: int = 5) -> str:
    """Returns the first problems as one text: `channel: one of 'phone' or 'post'; received_at: this field …`."""
    found = problems_of(error.errors(include_url=False), most)
    return "; ".join(f"{p.field}: {p.message}" if p.field else p.message for p in found)


def _problem(error: ErrorDetails) -> Problem:
    kind = error["type"]
    return Problem(".".join(_path(error)), _RULES.get(kind, kind.replace("_", "-")), _words(error))


def _words(error: ErrorDetails) -> str:
    kind, limits = error["type"], error.get("ctx", {})
    if kind in _WITH_LIMITS:
        try:
            return _WITH_LIMITS[kind].format(**limits)
        except KeyError:
            return UNEXPLAINED
    if kind == "string_pattern_mismatch" and limits.get("pattern") in _PATTERNS:
        return _PATTERNS[limits["pattern"]]
    return _WORDS.get(kind) or _our_own(error)


def _our_own(error: ErrorDetails) -> str:
    """Returns the words of a validator of ours, unless they repeat what was sent."""
    said = error.get("ctx", {}).get("error")
    words = str(said) if isinstance(said, ValueError) else ""
    told = _EXAMPLE.sub("", words)  # a day of two digits less stands in ours
    if not words or any(sent in told and not _PLAIN_WORD.fullmatch(sent) for sent in _texts(error["input"])):
        return UNEXPLAINED
    return words


def _texts(sent: Any) -> Iterator[str]:
    if isinstance(sent, Mapping):
        for value in sent.values():
            yield from _texts(value)
    elif isinstance(sent, list | tuple | set | frozenset):
        for value in sent:
            yield from _texts(value)
    elif isinstance(sent, str | bytes) and len(sent) > 1:
        yield sent if isinstance(sent, str) else sent.decode("utf-8", "replace")


def _path(error: ErrorDetails) -> Iterator[str]:
    """Yields the names of fields on the way to the value, without the parts that name a kind of a union.

    A name that the caller made up is not repeated unless it looks like a misspelt field: `?` stands for it.
    """
    *way, last = error["loc"] or ("",)
    unknown = error["type"] == "extra_forbidden"
    yield from (str(part) for part in way if _is_field(part))
    if unknown:
        yield str(last) if _PLAIN_FIELD.fullmatch(str(last)) else "?"
    elif _is_field(last):
        yield str(last)


@lru_cache(maxsize=1_000)
def _is_field(part: int | str) -> bool:
    return isinstance(part, int) or (part not in _TYPES and bool(_FIELD.fullmatch(part)))
