"""Reads the gates of every directorate from their YAML file."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from services.planner.agreement.gates import Directorate
from shared.errors import Invalid, Problem
from shared.reading.bounded_yaml import read_yaml

SHIPPED = Path(__file__).with_name("gates.yaml")
Rules = dict[str, Directorate]


def load_gates(file: Path = SHIPPED) -> Rules:
    """Returns the gates by directorate. Raises `Invalid` with every place in the file that is wrong."""
    try:
        rules: Rules = TypeAdapter(Rules).validate_python(read_yaml(file))
    except ValidationError as error:
        wrong = (Problem(".".join(map(str, e["loc"])), e["type"], e["msg"]) for e in error.errors())
        raise Invalid(f"{file} does not describe gates", *wrong) from None
    for name, directorate in rules.items():
        codes = [gate.code for gate in directorate.gates]
        if len(set(codes)) < len(codes):
            raise Invalid(f"{file} is wrong", Problem(name, "unique-codes", "a gate is named twice"))
    return rules
