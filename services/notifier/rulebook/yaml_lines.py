"""YAML that remembers on which line everything stands, so that a mistake can be pointed at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from shared.reading.bounded_yaml import BeyondBounds, Loader, bounded

Place = tuple[str | int, ...]
_INTEGER = re.compile(r"[-+]?\d{1,18}")
_DECIMAL = re.compile(r"[-+]?\d{1,18}\.\d{1,18}")
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake, and what to do about it. Lines count from 1."""

    file: str
    line: int
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}. {self.fix}"


@dataclass
class MarkedFile:
    """A file's data. A time such as 17:00 is text, quoted or not: YAML 1.1 would make a number of it."""

    name: str
    data: Any = None
    findings: list[Finding] = field(default_factory=list)
    _lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Sequence[str | int]) -> int:
        """Returns the line of the innermost part of `place` that is there; steps that the file lacks are ignored."""
        found: Place = ()
        for step in place:
            if (*found, step) in self._lines:
                found = (*found, step)
        return self._lines.get(found, 1)

    def find(self, place: Sequence[str | int], message: str, fix: str) -> None:
        self.findings.append(Finding(self.name, self.line(place), message, fix))


def read_marked(file: Path) -> MarkedFile:
    """Reads a file. Never raises for its content: mistakes become findings."""
    marked = MarkedFile(file.name)
    try:
        root = yaml.compose(bounded(file.read_text(encoding="utf-8")), Loader=Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        what = str(error.problem) if isinstance(error, BeyondBounds) else "this is not YAML"
        fix = "Make it smaller and plainer" if isinstance(error, BeyondBounds) else "Look at the indentation and quotes"
        marked.findings.append(Finding(file.name, mark.line + 1 if mark else 1, what, fix))
        return marked
    if root is not None:
        marked.data = _value(root, (), marked)
    return marked


def _value(node: yaml.Node, place: Place, marked: MarkedFile) -> Any:
    marked._lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return dict(_entry(key, value, place, marked) for key, value in node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, number), marked) for number, item in enumerate(node.value)]
    return _scalar(node)


def _entry(key: yaml.Node, value: yaml.Node, place: Place, marked: MarkedFile) -> tuple[str, Any]:
    name, line = str(key.value), key.start_mark.line + 1
    if (*place, name) in marked._lines:
        marked.findings.append(Finding(marked.name, line, f"{name} stands here a second time", "Keep one of them"))
    marked._lines[(*place, name)] = line
    return name, _value(value, (*place, name), marked)


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    if getattr(node, "style", None):  # quoted, or a block of text
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def perhaps(wrong: str, known: Any) -> str:
    """Returns a suggestion of what may have been meant."""
    near = get_close_matches(wrong, list(known), n=1)
    return f", or write {near[0]}" if near else ""
