"""Schema of planner's database."""

from services.planner.capacity.repository import CAPACITY_VERSIONS
from services.planner.evaluation.repository import EVALUATIONS, PEEKS, UNITS
from services.planner.progress.repository import ISSUED, NOTICES, OUTCOMES, RESPONSES, RETURNED
from services.planner.repository import CAMPAIGNS, HISTORY
from shared.storage.common import COMMON_COLLECTIONS
from shared.storage.schema import Indexes, Schema

WITHOUT_INDEXES = ("capacities", "counters", "offers", "progress")
SCHEMA = Schema(
    "otm_planner",
    (
        *COMMON_COLLECTIONS, CAMPAIGNS, HISTORY, RESPONSES, NOTICES, OUTCOMES, RETURNED, ISSUED, CAPACITY_VERSIONS,
        *UNITS, PEEKS, EVALUATIONS, *map(Indexes, WITHOUT_INDEXES),
    ),
)  # fmt: skip
