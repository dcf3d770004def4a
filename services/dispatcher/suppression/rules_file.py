"""The suppression rules, read from a reviewed file and refused when they do not hang together."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from services.dispatcher.suppression.rules import SuppressionRules
from shared.errors import Invalid, Problem

REVIEWED = Path(__file__).with_name("suppression.yaml")


def load_suppression_rules(file: Path = REVIEWED) -> SuppressionRules:
    """Raises `Invalid` with everything that is wrong."""
    try:
        return SuppressionRules.model_validate(yaml.safe_load(file.read_text()))
    except ValidationError as error:
        problems = [Problem(".".join(map(str, e["loc"])), e["type"], e["msg"]) for e in error.errors()]
        raise Invalid(f"{file.name}: " + "; ".join(f"{p.field}: {p.message}" for p in problems), *problems) from None
