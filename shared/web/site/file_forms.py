"""Forms with a file in them, read as they come in: nothing of the file is kept here, in memory or on a disk."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from shared.errors import Malformed, TooLarge
from shared.web.site.forms import LARGEST, MOST_FIELDS, Form, cleaned_value
from shared.web.site.visitors import Posted, TheVisitors

BROKEN = "the form cannot be read: send it again"


class SentFile:
    """The file of a form, as it comes in. It can be read once."""

    def __init__(self, parts: "_Parts", stream: AsyncIterator[bytes]) -> None:
        self._parts = parts
        self._stream = stream

    @property
    def chosen(self) -> bool:
        """Whether somebody chose a file at all."""
        return self._parts.in_file and self._parts.named

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yields the file. Raises `Malformed` where the form breaks off before its end."""
        while True:
            for piece in self._parts.taken():
                yield piece
            if self._parts.over:
                return
            chunk = await anext(self._stream, None)
            if chunk is None:
                raise Malformed("the file broke off before its end: send it again")
            self._parts.read(chunk)

    async def passed_over(self) -> None:
        """Reads the rest: a browser shows no answer before it has sent all that it has."""
        async for _ in self._stream:
            pass


@dataclass(frozen=True, slots=True)
class PostedFile:
    """A form that a person has sent, with a file."""

    posted: Posted
    file: SentFile


async def read_file_form(request: Request) -> tuple[Form, SentFile]:
    """Returns the fields before the file, and the file. Raises `Malformed` for what is no such form."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Malformed("send the form as multipart/form-data")
    parts, stream = _Parts(options[b"boundary"]), request.stream()
    while not (parts.in_file or parts.over):
        chunk = await anext(stream, None)
        if chunk is None:
            raise Malformed(BROKEN)
        parts.read(chunk)
    return Form(parts.fields), SentFile(parts, stream)


def posting_file(*scopes: str) -> Callable[..., Awaitable[PostedFile]]:
    """A dependency: the form with a file that a person has sent, who must hold one of `scopes` if there are any."""

    async def check(request: Request, visitors: TheVisitors) -> PostedFile:
        found: list[SentFile] = []

        async def read(request: Request) -> Form:
            form, file = await read_file_form(request)
            found.append(file)
            return form

        try:
            return PostedFile(await visitors.posted(request, scopes, read), found[0])
        except Exception:
            for file in found:
                await file.passed_over()
            raise

    check.__dict__["scopes"] = scopes
    check.__dict__["takes_files"] = True
    return check


@dataclass
class _Parts:
    """The parts of a form, as far as it was read: `fields`, then the pieces of the first file; the rest is left."""

    boundary: bytes
    fields: dict[str, list[str]] = field(default_factory=dict)
    in_file: bool = False
    named: bool = False
    over: bool = False

    def __post_init__(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._part = bytearray()
        self._pieces: list[bytes] = []
        self._parser = MultipartParser(
            self.boundary,
            {
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._part_begins,
                "on_part_data": self._data,
                "on_part_end": self._part_ends,
                "on_end": self._all_ends,
            },
        )

    def read(self, chunk: bytes) -> None:
        """Raises `Malformed`, and `TooLarge` for fields beyond their bounds."""
        try:
            self._parser.write(chunk)
        except MultipartParseError:
            raise Malformed(BROKEN) from None

    def taken(self) -> list[bytes]:
        """Returns the pieces of the file that came since it was asked last."""
        pieces, self._pieces = self._pieces, []
        return pieces

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _part_begins(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._field = options.get(b"name", b"").decode(errors="replace")
        self.in_file = not self.over and b"filename" in options
        self.named = bool(options.get(b"filename"))
        self._headers = {}

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self.in_file:
            self._pieces.append(data[start:end])
        elif not self.over:
            self._part += data[start:end]
            if len(self._part) > LARGEST:
                raise TooLarge(f"at most {LARGEST} bytes are accepted beside the file")

    def _part_ends(self) -> None:
        if self.in_file:
            self.over = True
        elif not self.over:
            self._keep(self._field, bytes(self._part))
            self._part.clear()

    def _keep(self, name: str, value: bytes) -> None:
        if sum(map(len, self.fields.values())) >= MOST_FIELDS:
            raise TooLarge(f"at most {MOST_FIELDS} fields are accepted")
        try:
            self.fields.setdefault(name, []).append(cleaned_value(value.decode()))
        except UnicodeDecodeError:
            raise Malformed(BROKEN) from None

    def _all_ends(self) -> None:
        self.over = True
