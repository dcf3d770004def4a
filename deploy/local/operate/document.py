"""Files that people write for planner, in YAML or JSON, read as they mean them."""

import re
from pathlib import Path
from typing import Any

import yaml

from deploy.local.errors import StackError
from shared.errors import Invalid
from shared.reading.bounded_yaml import read_yaml


def fields_of(file: Path) -> dict[str, Any]:
    """Reads a file of fields. Raises `StackError` if it is empty, or a list, or a single value."""
    found = document(file)
    if not isinstance(found, dict):
        raise StackError(f"{file}: write fields, each with a colon and its value; `otm campaign example` prints some")
    return {str(name): value for name, value in found.items()}


def document(file: Path) -> Any:
    """Reads a YAML or JSON file. Dates stay text, `on` a word, and 18:00 a time of day. Raises `StackError` if it is
    neither, or cannot be read.
    """
    try:
        return read_yaml(file, _Plain, "this is neither YAML nor JSON")
    except OSError as error:
        raise StackError(f"{file} cannot be read: {error.strerror}") from None
    except Invalid as error:
        raise StackError(error.message) from None


class _Plain(yaml.SafeLoader):
    """Without dates, with true and false as the only truth values, and without numbers to the base of sixty."""


_OTHER_WORDS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int")
_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _OTHER_WORDS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|True|False)$"), list("tfTF"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9_]*)$"), list("-+0123456789"))
