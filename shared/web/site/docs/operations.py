"""The operations of an API, by subject, from its OpenAPI document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.web.site.docs.schema import Field, Word, kind_of

SPELT = str.maketrans({" ": "-", "'": ""})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its status, and what it holds for each media type."""

    status: str
    says: str
    content: tuple[tuple[str, tuple[Word, ...]], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    says: str
    parameters: tuple[Field, ...]
    body: tuple[tuple[str, tuple[Word, ...]], ...]
    answers: tuple[Answer, ...]

    @property
    def anchor(self) -> str:
        signs = (sign if sign.isalnum() else "-" for sign in f"{self.method}{self.path}".lower())
        return "".join(signs).strip("-")

    @property
    def summary(self) -> str:
        """The first sentence of what it says."""
        return " ".join(self.says.split()).partition(". ")[0].rstrip(".")


@dataclass(frozen=True, slots=True)
class Subject:
    """Operations about one thing; `code` stands in the address of their page."""

    name: str
    operations: tuple[Operation, ...]

    @property
    def code(self) -> str:
        return self.name.lower().translate(SPELT)


def subjects_of(document: Mapping[str, Any]) -> list[Subject]:
    """Returns all operations, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            subject = next(iter(operation.get("tags", ())), "operations")
            found.setdefault(subject, []).append(_operation(method.upper(), path, operation))
    return [Subject(name, tuple(operations)) for name, operations in found.items()]


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Operation:
    return Operation(
        method,
        path,
        operation.get("description", ""),
        tuple(_parameters(operation)),
        _content(operation.get("requestBody", {})),
        tuple(
            Answer(status, answer.get("description", ""), _content(answer))
            for status, answer in operation.get("responses", {}).items()
        ),
    )


def _parameters(operation: Mapping[str, Any]) -> Iterator[Field]:
    for each in operation.get("parameters", ()):
        name = each["name"] if each["in"] == "path" else f"{each['name']} ({each['in']})"
        yield Field(name, kind_of(each.get("schema", {})), each.get("required", False), each.get("description", ""))


def _content(of: Mapping[str, Any]) -> tuple[tuple[str, tuple[Word, ...]], ...]:
    return tuple((media, kind_of(content.get("schema", {}))) for media, content in of.get("content", {}).items())
