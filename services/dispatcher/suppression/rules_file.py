"""The suppression rules, read from a reviewed file and refused when they do not hang together."""

from pathlib import Path

from pydantic import ValidationError

from services.dispatcher.suppression.rules import SuppressionRules
from shared.errors import Invalid, Problem
from shared.reading.bounded_yaml import read_yaml

REVIEWED = Path(__file__).with_name("suppression.yaml")


def load_suppression_rules(file: Path = REVIEWED) -> SuppressionRules:
    """Raises `Invalid` with everything that is wrong."""
    try:
        return SuppressionRules.model_validate(read_yaml(file))
    except ValidationError as error:
        problems = [Problem(".".join(map(str, e["loc"])), e["type"], e["msg"]) for e in error.errors()]
        raise Invalid(f"{file.name}: " + "; ".join(f"{p.field}: {p.message}" for p in problems), *problems) from None
