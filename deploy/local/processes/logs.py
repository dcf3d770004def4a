"""The logs of the processes: one file each, appended to by the process itself."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def open_log(path: Path) -> BinaryIO:
    """Opens a log for appending, as `rotate` needs it."""
    return path.open("ab")


def tail(path: Path, lines: int) -> list[str]:
    """The last lines; none if there is no such log."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", errors="replace") as file:
        return [line.rstrip("\n") for line in deque(file, maxlen=lines)]


def errors_in(path: Path, lines: int) -> list[str]:
    """Returns the last lines that RabbitMQ marks as errors, of the end of its log."""
    return [line for line in tail(path, 500) if "[error]" in line or "[critical]" in line][-lines:]


class Follower:
    """Watches the logs of a pattern from now on."""

    def __init__(self, folder: Path, pattern: str) -> None:
        self._folder, self._pattern = folder, pattern
        self._places = {path: path.stat().st_size for path in folder.glob(pattern)}

    def added(self) -> Iterator[tuple[Path, str]]:
        """Every line that has been added since it was asked last, by log."""
        for path in sorted(self._folder.glob(self._pattern)):
            lines, self._places[path] = _lines_from(path, self._places.get(path, 0))
            yield from ((path, line) for line in lines)


def _lines_from(path: Path, place: int) -> tuple[list[str], int]:
    """The whole lines after that place, and the place after them. A log shorter than that was begun anew."""
    with path.open("rb") as file:
        file.seek(place if place <= path.stat().st_size else 0)
        *lines, rest = file.read().split(b"\n")
        return [line.decode(errors="replace") for line in lines], file.tell() - len(rest)
