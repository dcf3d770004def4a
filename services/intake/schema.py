"""Schema of intake's database."""

from services.intake.campaigns.repository import CAMPAIGNS, LINES
from services.intake.contacts.repository.contacts import CONTACTS
from services.intake.contacts.repository.corrections import HISTORY
from services.intake.contacts.repository.excursions import WATCHED
from services.intake.contacts.repository.volumes import VOLUMES
from services.intake.disclosures.repository.attachments import ATTACHMENTS, FILES, UPLOADS
from services.intake.disclosures.repository.disclosures import DISCLOSURES
from services.intake.late_arrivals.repository.late_arrivals import REGISTRATIONS
from services.intake.outcomes.repository import OUTCOMES
from services.intake.privacy.repository.lifts import lifts
from services.intake.privacy.repository.privacy import FOUND_BY
from services.intake.privacy.repository.retention import FOUND_BY_AGE
from services.intake.referrals.repository import REFERRALS
from services.intake.register.repository import LETTERS
from shared.storage.common import COMMON_COLLECTIONS
from shared.storage.schema import Indexes, Schema

WITHOUT_INDEXES = ("capacities", "delivery_reports", "restrictions")
SCHEMA = Schema(
    "otm_intake",
    (
        *COMMON_COLLECTIONS, CONTACTS, HISTORY, DISCLOSURES, ATTACHMENTS, UPLOADS, *FILES, REFERRALS, VOLUMES, LETTERS,
        CAMPAIGNS, LINES, WATCHED, OUTCOMES, REGISTRATIONS, *FOUND_BY, *FOUND_BY_AGE, *map(Indexes, WITHOUT_INDEXES),
    ),
    lifts=lifts,
)  # fmt: skip
