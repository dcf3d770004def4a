"""JSON schemas in words: what a value may be, and the fields of an object."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
LIMITS = {
    "pattern": "matching {}",
    "minimum": "from {}",
    "maximum": "to {}",
    "exclusiveMinimum": "above {}",
    "minLength": "of at least {} characters",
    "maxLength": "of at most {} characters",
    "minItems": "of at least {}",
    "maxItems": "of at most {}",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text; `value` is the name of the value that it stands for, which is described elsewhere."""

    text: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object, or a parameter. `default` is shown where it is not needed."""

    name: str
    kind: tuple[Word, ...]
    needed: bool
    says: str
    default: str = ""


def kind_of(schema: Schema) -> tuple[Word, ...]:
    """Returns what a value may be, in words."""
    return tuple(_words(schema))


def fields_of(schema: Schema) -> list[Field]:
    """Returns the fields of an object."""
    needed = schema.get("required", ())
    return [
        Field(name, kind_of(field), name in needed, field.get("description", ""), _default(field))
        for name, field in schema.get("properties", {}).items()
    ]


def _words(schema: Schema) -> Iterator[Word]:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        yield Word(name, name)
    elif options := schema.get("anyOf") or schema.get("oneOf"):
        yield from _either(options)
    elif schema.get("type") == "array":
        yield Word("list of ")
        yield from _words(schema.get("items", {}))
        yield from _limits(schema)
    elif "enum" in schema or "const" in schema:
        yield Word(" or ".join(str(value) for value in schema.get("enum", [schema.get("const")])))
    elif isinstance(kept := schema.get("additionalProperties"), Mapping):
        yield Word("by name: ")
        yield from _words(kept)
    else:
        yield Word(str(schema.get("format") or schema.get("type") or "anything"))
        yield from _limits(schema)


def _either(options: Sequence[Schema]) -> Iterator[Word]:
    for place, option in enumerate(options):
        if place:
            yield Word(" or ")
        yield from _words(option)


def _limits(schema: Schema) -> Iterator[Word]:
    for name, text in LIMITS.items():
        if name in schema:
            yield Word(f" {text.format(schema[name])}")


def _default(field: Schema) -> str:
    return "" if field.get("default") in (None, [], {}, "") else str(field["default"])
