"""Markdown as blocks that every channel can show in its own way, and values made harmless in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

CHART = "cid:forecast"
_parser = MarkdownIt("commonmark", {"html": False}).enable("table")
_special = re.compile(r"([!-/:-@\[-`{-~])")
_controls = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style; `link` is where it leads."""

    text: str
    bold: bool = False
    link: str | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    runs: Runs
    depth: int = 0
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `numeric` says which columns hold figures."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The place of the chart."""


Block = Heading | Paragraph | Items | Table | Picture


def escaped(value: str) -> str:
    """Returns `value` as markdown that shows it as it is: no mark-up of its own, no controls, no lines that begin a
    block.
    """
    lines = (" ".join(line.split()) for line in _controls.sub("", value.replace("\r\n", "\n")).split("\n"))
    return "\n".join(_special.sub(r"\\\1", line) for line in lines).strip("\n")


def is_control(sign: str) -> bool:
    """Returns whether a character shows nothing, or changes how others show: none gets into a notice."""
    return _controls.match(sign) is not None


def blocks(markdown: str) -> list[Block]:
    """Returns the blocks. Pictures other than the chart become their alternative text: nothing is loaded from
    elsewhere.
    """
    return list(_blocks(SyntaxTreeNode(_parser.parse(markdown)), quoted=False))


def words(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def _blocks(parent: SyntaxTreeNode, quoted: bool) -> Iterator[Block]:
    for node in parent.children:
        match node.type:
            case "heading":
                yield Heading(int(node.tag[1]), _runs(node))
            case "paragraph":
                yield Picture() if _is_chart(node) else Paragraph(_runs(node), quoted)
            case "bullet_list" | "ordered_list":
                yield Items(tuple(_items(node, 0)))
            case "table":
                yield _table(node)
            case "blockquote":
                yield from _blocks(node, quoted=True)
            case "fence" | "code_block":
                yield Paragraph((Run(node.content.rstrip()),), quoted=True)


def _items(parent: SyntaxTreeNode, depth: int) -> Iterator[Item]:
    first = int(parent.attrs.get("start", 1))
    for number, node in enumerate(parent.children, first):
        for child in node.children:
            if child.type in ("bullet_list", "ordered_list"):
                yield from _items(child, depth + 1)
            elif runs := _runs(child):
                yield Item(runs, depth, number if parent.type == "ordered_list" else None)


def _table(node: SyntaxTreeNode) -> Table:
    head, *bodies = node.children
    first = head.children[0].children
    rows = tuple(tuple(_runs(cell) for cell in row.children) for body in bodies for row in body.children)
    return Table(tuple(_runs(cell) for cell in first), rows, tuple("right" in str(cell.attrs) for cell in first))


def _is_chart(paragraph: SyntaxTreeNode) -> bool:
    inline = paragraph.children[0].children
    return len(inline) == 1 and inline[0].type == "image" and inline[0].attrs.get("src") == CHART


def _runs(block: SyntaxTreeNode) -> Runs:
    return tuple(run for child in block.children for run in _inline(child, Run("")) if run.text)


def _inline(node: SyntaxTreeNode, style: Run) -> Iterator[Run]:
    match node.type:
        case "text" | "code_inline" | "image":
            yield Run(node.content, style.bold, style.link)
        case "softbreak" | "hardbreak":
            yield Run("\n" if node.type == "hardbreak" else " ", style.bold, style.link)
        case "strong":
            style = Run("", True, style.link)
        case "link":
            style = Run("", style.bold, str(node.attrs.get("href", "")) or None)
    if node.type not in ("text", "code_inline", "image"):
        for child in node.children:
            yield from _inline(child, style)
