"""Schema of notifier's database."""

from services.notifier.acknowledgements.repository import ASKS
from services.notifier.campaigns.repository import CAMPAIGNS, CONTACTS
from services.notifier.notices.repository.notices import NOTICES
from services.notifier.operations.repository.orders import REPLAYS
from services.notifier.timed.repository.digests import ENTRIES
from services.notifier.timed.repository.moments import MOMENTS
from shared.storage.common import COMMON_COLLECTIONS
from shared.storage.schema import Indexes, Schema

WITHOUT_INDEXES = ("calendar_salts", "lines_to_take")
SCHEMA = Schema(
    "otm_notifier",
    (
        *COMMON_COLLECTIONS, NOTICES, ENTRIES, ASKS, CAMPAIGNS, CONTACTS, REPLAYS, MOMENTS,
        *map(Indexes, WITHOUT_INDEXES),
    ),
)  # fmt: skip
