"""The event catalogue as markdown."""

import inspect
from collections.abc import Iterator
from typing import Any

from deploy.catalogue import hearers, sayers
from shared.contracts import CONTRACTS, Contract

HEAD = """# Events

Written from the code by `make docs`: change the contracts in `shared/contracts/`, not this file.

Every event travels on the durable topic exchange `otm.events` with its type as routing key, as CloudEvents 1.0 in AMQP
binary mode: the attributes are `cloudEvents:…` headers, the body is the JSON below, `message-id` is the event's id.
Bind a durable queue of your own to hear one. An event said twice has the same id. Readers ignore fields they do not
know; within a version fields are only added.
"""


def events() -> str:
    """The whole document."""
    index = "\n".join(
        f"| [`{c.event_type}`](#{_anchor(c)}) | {_who(sayers(c))} | {_who(hearers(c))} |" for c in CONTRACTS
    )
    table = f"| event | said by | heard by |\n| --- | --- | --- |\n{index}\n"
    return "\n".join([HEAD, table, *(_section(contract) for contract in CONTRACTS)])


def _section(contract: type[Contract]) -> str:
    schema = contract.model_json_schema()
    lines = [f"## {contract.event_type}", "", inspect.getdoc(contract) or "", "", *_fields(schema, schema)]
    for name, part in schema.get("$defs", {}).items():
        if "properties" in part:
            lines += ["", f"`{name}`: {_first_line(part)}", "", *_fields(part, schema)]
    return "\n".join(lines) + "\n"


def _fields(part: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    yield "| field | type | needed |"
    yield "| --- | --- | --- |"
    for name, field in part["properties"].items():
        needed = "yes" if name in part.get("required", ()) else f"no, `{field.get('default')}`"
        yield f"| `{name}` | {_type(field, schema)} | {needed} |"


def _type(field: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        values = schema["$defs"][name].get("enum")
        return " or ".join(f"`{value}`" for value in values) if values else f"`{name}`"
    if "anyOf" in field:
        return " or ".join(_type(option, schema) for option in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'], schema)}"
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    return str(field.get("format") or field.get("type")) + _limits(field)


def _limits(field: dict[str, Any]) -> str:
    limits = {
        "pattern": "matching `{}`",
        "minimum": "from {}",
        "maximum": "to {}",
        "maxLength": "of at most {} characters",
    }
    said = [text.format(str(field[name]).replace("|", "\\|")) for name, text in limits.items() if name in field]
    return f" {' '.join(said)}" if said else ""


def _first_line(part: dict[str, Any]) -> str:
    return str(part.get("description", "")).split("\n", maxsplit=1)[0]


def _anchor(contract: type[Contract]) -> str:
    return contract.event_type.replace(".", "")


def _who(services: list[str]) -> str:
    return ", ".join(services) or "nobody"
