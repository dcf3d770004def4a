"""One event of each type and version as it was agreed, frozen: `tests/contracts/samples/<event type>.json`."""

import json
from pathlib import Path
from typing import Any, TypeVar

from shared.contracts import Contract

C = TypeVar("C", bound=Contract)
FOLDER = Path(__file__).parents[1] / "contracts" / "samples"


def stored(contract: type[Contract]) -> Any:
    """The sample as JSON values."""
    return json.loads((FOLDER / f"{contract.event_type}.json").read_text())


def sample(contract: type[C], **changes: object) -> C:
    """The sample as a contract, with fields changed."""
    return contract.model_validate(stored(contract) | changes)
