"""Docstrings name their subject."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("shared", "services", "deploy", "tests", "bench")
NO_SUBJECT = re.compile(r"(What|Whoever|Whom|Who|Whose|Whatever|Those|That|Of)\b")


def test_a_docstring_without_a_subject_is_refused() -> None:
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    found = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in lines_without_a_subject(file.read_text())]
    assert not found, "begin each docstring with a noun or a third-person verb:\n" + "\n".join(found)


def test_the_check_finds_an_offender_of_each_kind() -> None:
    assert list(lines_without_a_subject('"""What it does."""\nX = 1\n"""Of every X."""')) == [1, 3]


def lines_without_a_subject(source: str) -> Iterator[int]:
    """Yields the lines of docstrings that begin with a word that names no subject."""
    constants = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)]
    for text in constants:
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and NO_SUBJECT.match(text.value.lstrip()):
            yield text.lineno
