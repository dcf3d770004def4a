"""Forms that browsers send: read within bounds, cleaned of what people cannot see, and known to come from our pages."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from shared.errors import Forbidden, Malformed, TooLarge
from shared.web.bodies.media_types import media_type_of

LARGEST = 200_000  # bytes
MOST_FIELDS = 500
LOCAL_PATH = re.compile(r"/[A-Za-z0-9][A-Za-z0-9/_-]{0,150}|/")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff]")
_KEY = re.compile(r"[0-9a-f-]{36}")
_VERSION = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was sent. Names that begin with `_` are the site's own: `_csrf`, `_page` and `_key`."""

    fields: Mapping[str, Sequence[str]]

    def text(self, name: str) -> str:
        """Returns what was typed, without space around it; the last value where there are several."""
        return (self.fields.get(name) or [""])[-1].strip()

    def texts(self, name: str) -> list[str]:
        return [value.strip() for value in self.fields.get(name, [])]

    def lines(self, name: str) -> list[str]:
        """Returns the lines of a text that are not blank."""
        return [line.strip() for line in self.text(name).splitlines() if line.strip()]

    def day(self, name: str) -> str:
        """Returns the day of three fields as it is written, 2026-09-10; empty where nothing was typed."""
        day, month, year = (self.text(f"{name}-{part}") for part in ("day", "month", "year"))
        return f"{year}-{month:0>2}-{day:0>2}" if day or month or year else ""

    @property
    def version(self) -> int:
        """The version that the page was about, in its field `version`; 0 for anything else."""
        given = self.text("version")
        return int(given) if _VERSION.fullmatch(given) else 0

    @property
    def seen(self) -> dict[str, str]:
        """The facts that the page showed, in its field `seen`; none where it says anything else."""
        try:
            found = json.loads(self.text("seen"))
        except (ValueError, RecursionError):
            return {}
        return {str(name): str(fact) for name, fact in found.items()} if isinstance(found, dict) else {}

    @property
    def csrf(self) -> str:
        return self.text("_csrf")

    @property
    def page(self) -> str:
        """The path of the page that showed the form; the first page for one that cannot be."""
        return local_path(self.text("_page"))

    @property
    def key(self) -> str | None:
        """The key by which the form is known again when it is sent twice."""
        given = self.text("_key")
        return given if _KEY.fullmatch(given) else None

    @property
    def typed(self) -> dict[str, list[str]]:
        """Fields that a person filled or chose, without the fields of the site but `_key`."""
        return {n: list(values) for n, values in self.fields.items() if n == "_key" or not n.startswith("_")}


def day_fields(name: str, day: date) -> dict[str, list[str]]:
    """Returns the three fields of a day, as a form would hold them."""
    return {f"{name}-day": [str(day.day)], f"{name}-month": [str(day.month)], f"{name}-year": [str(day.year)]}


def local_path(text: str) -> str:
    """Returns a path of this site as it is, `/` for anything else: nobody is led away by a link to us."""
    return text if LOCAL_PATH.fullmatch(text) and "//" not in text else "/"


async def read_form(request: Request) -> Form:
    """Raises `Malformed` for what is no form, and `TooLarge`."""
    if media_type_of(request.headers) != "application/x-www-form-urlencoded":
        raise Malformed("send the form as application/x-www-form-urlencoded")
    body = await request.body()
    if len(body) > LARGEST:
        raise TooLarge(f"at most {LARGEST} bytes are accepted here")
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=bool(body),
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError:
        raise Malformed("the form cannot be read") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(cleaned_value(value))
    return Form(fields)


def cleaned_value(value: str) -> str:
    """Returns a value without what people cannot see, its lines ended in one way."""
    return _INVISIBLE.sub("", value.replace("\r\n", "\n"))


def expect_own_page(request: Request) -> None:
    """Raises `Forbidden` for a request that a page of another site has sent, as browsers say of it."""
    origin = request.headers.get("origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if elsewhere or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("this was sent from another site: go back to our own page and send it from there")
