"""Schema of dispatcher's database, with the migrations of what versions before have written."""

from services.dispatcher.channels.repository import USAGE
from services.dispatcher.ledger.repository.ledger import COMMUNICATIONS, WITHHELD
from services.dispatcher.population.repository.instants import LOADS_BY_INSTANT
from services.dispatcher.population.repository.population import RECIPIENTS
from services.dispatcher.privacy.repository.lifts import lifts
from services.dispatcher.privacy.repository.retention import LOADS
from services.dispatcher.schedule.repository import CHUNKS
from services.dispatcher.suppression.repository.contact_log import CONTACT_LOG, LAST_CONTACTS
from services.dispatcher.suppression.repository.last_contacted import LAST_CONTACTED
from services.dispatcher.suppression.repository.suppressions import RESTRICTIONS, SUPPRESSION_BLOCKS
from shared.storage.common import COMMON_COLLECTIONS
from shared.storage.schema import Indexes, Schema

WITHOUT_INDEXES = (
    "campaigns", "counters", "issued_by_day", "loading", "offers", "plans", "population_schemas", "standings",
    "suppression_lists", CONTACT_LOG, RESTRICTIONS, WITHHELD,
)  # fmt: skip
SCHEMA = Schema(
    "otm_dispatcher",
    (
        *COMMON_COLLECTIONS, RECIPIENTS, SUPPRESSION_BLOCKS, CHUNKS, COMMUNICATIONS, LAST_CONTACTED, LOADS, USAGE,
        *map(Indexes, WITHOUT_INDEXES),
    ),
    migrations=(LOADS_BY_INSTANT, LAST_CONTACTS),
    lifts=lifts,
)  # fmt: skip
