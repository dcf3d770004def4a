"""CSV as it arrives: records of UTF-8 text with commas, quoted as RFC 4180 says, each with its place in the file.

The verdict on a file follows from its bytes alone, however the network cut them: it is read line by line, and an error
is raised where it stands, after everything before it was read. Lines end with CR LF, LF or CR.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from shared.errors import Malformed, TooLarge
from shared.reading.utf8 import Utf8Decoder

RECORD_CHARACTERS = 20_000
SEPARATOR_LINE = "sep=,"
"""The line before the header by which spreadsheets are told what stands between the columns."""
_LINE_END = re.compile(r"\r\n|\n|\r(?!\Z)")
"""A CR at the end of what has come may still be followed by its LF."""
_UNSEEN = r"[ \t\u00a0\u2000-\u200f\u202a-\u202f\u2060\u2066-\u2069\ufeff]*"
"""Blanks, and signs that nobody sees: a byte order mark stands within a file that was put together from several."""
_OPENING = re.compile(_UNSEEN + '"')
_QUOTED = re.compile(rf'((?>[^"]*(?:""[^"]*)*))("{_UNSEEN}(?=,|\Z)|\Z)')
"""A value within quotation marks, and either the mark that closes it or the end of the line."""
_TEXT_FORMULA = re.compile(r'="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Record:
    """Values of one record that is not blank. `row` counts records after the header (which is 0); `line` is the line
    of the file it begins on, from 1. `overlong`: it has more than `RECORD_CHARACTERS`, and its values are cut."""

    row: int
    line: int
    values: list[str] = field(repr=False)
    overlong: bool = False


async def records(chunks: AsyncIterator[bytes]) -> AsyncIterator[Record]:
    """Yields the records, the header first. Blank lines are passed over.

    Raises `Malformed` for what is not UTF-8 or not quoted as CSV is, and `TooLarge` for quotation marks that stay open
    for more than `RECORD_CHARACTERS`; each names the row and the line.
    """
    decoder, reader, pending = Utf8Decoder(), _Reader(), ""
    async for chunk in chunks:
        text, broken = decoder.decoded(chunk)
        pending += text
        end = 0
        for line_end in _LINE_END.finditer(pending):
            line, end = pending[end : line_end.end()], line_end.end()
            if record := reader.read(line):
                yield record
        pending = reader.begun(pending[end:])
        if broken:
            raise Malformed(f"{reader.where} is not UTF-8: save the file as CSV UTF-8")
    if decoder.cut_short:
        raise Malformed(f"{reader.where} is not UTF-8: the file ends within a character")
    if record := reader.read(pending):
        yield record
    reader.end()


def values(line: str) -> list[str]:
    """Returns the values of a line that is a record of its own. Raises `Malformed` and `TooLarge`."""
    reader = _Reader()
    try:
        record = reader.read(line)
    except Malformed:
        raise Malformed("signs after a closing quotation mark: write marks within a value twice") from None
    except TooLarge:
        record = None
    if reader.is_open:
        raise Malformed("a quotation mark in this line is not closed")
    if record and record.overlong:
        raise TooLarge(f"this line is longer than {RECORD_CHARACTERS} characters")
    return record.values if record else []


class _Reader:
    """Puts lines together to records: `_value` is what there is of a value while `_open`, its mark not closed yet."""

    def __init__(self) -> None:
        self._row, self._line, self._began, self._length = 0, 1, 1, 0
        self._values = list[str]()
        self._value = list[str]()
        self._open = self._overlong = False

    @property
    def is_open(self) -> bool:
        """True within quotation marks that are not closed yet."""
        return self._open

    @property
    def where(self) -> str:
        """Row and line that are being read, as a message names them."""
        return _where(self._row, self._line)

    def read(self, line: str) -> Record | None:
        """Returns the record that the line completes, if it does and is not blank."""
        body = line.rstrip("\r\n")
        self._take(body)
        end = line[len(body) :]
        if self._open:
            self._value.append(end)
            self._length += len(end)
            self._line += 1
            return None
        values = [_as_text(value) for value in self._values] if '="' in body else self._values
        record = Record(self._row, self._began, values, self._overlong)
        blank = not self._length or (not self._row and body.strip().lower() == SEPARATOR_LINE)
        self._row += not blank
        self._line += 1
        self._began, self._length, self._values, self._overlong = self._line, 0, [], False
        return None if blank else record

    def begun(self, line: str) -> str:
        """Takes of a line that is not complete what can be judged by now; returns what has to wait for its end."""
        held = line[-1:] if line.endswith("\r") else ""
        body = line.removesuffix("\r")
        if self._overlong or len(body) > RECORD_CHARACTERS - self._length:
            self._take(body)
            return held
        return line

    def end(self) -> None:
        if self._open:
            raise Malformed(f"{_where(self._row, self._began)} opens a quotation mark that is never closed")

    def _take(self, body: str) -> None:
        if self._overlong:
            return
        room = RECORD_CHARACTERS - self._length
        self._parse(body[:room])
        self._length += min(len(body), room)
        if len(body) > room:
            if self._open:
                place = _where(self._row, self._began)
                raise TooLarge(f"{place} is longer than {RECORD_CHARACTERS} characters: is a quotation mark left open?")
            self._overlong = True

    def _parse(self, body: str) -> None:
        if "\0" in body and not self._row:
            raise Malformed(f"{self.where} has bytes that are no text, as UTF-16 has: save the file as CSV UTF-8")
        if not self._open and '"' not in body:
            self._values += body.split(",")
            return
        at = self._quoted(body, 0) if self._open else 0
        while not self._open and at <= len(body):
            opening = _OPENING.match(body, at)
            if opening:
                at = self._quoted(body, opening.end())
            else:
                comma = body.find(",", at)
                end = len(body) if comma < 0 else comma
                self._values.append(body[at:end])
                at = end + 1

    def _quoted(self, body: str, at: int) -> int:
        """Reads a value from within its quotation marks. Returns where the next one begins."""
        found = _QUOTED.match(body, at)
        if not found:
            place = _where(self._row, self._line)
            raise Malformed(f"{place} has signs after a closing quotation mark: write marks within a value twice")
        self._value.append(found[1].replace('""', '"'))
        self._open = not found[2]
        if self._open:
            return len(body) + 1
        self._values.append("".join(self._value))
        self._value = []
        return found.end() + 1


def _as_text(value: str) -> str:
    """Returns the text of a formula that is nothing else, by which exports keep zeros at the beginning: `="0123"`."""
    text = _TEXT_FORMULA.fullmatch(value)
    return text[1] if text else value


def _where(row: int, line: int) -> str:
    return f"row {row} (line {line} of the file)" if row else f"the header (line {line} of the file)"
