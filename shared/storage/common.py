"""Collections that every service has, beside those of its own."""

from shared.storage.audit.trail import AUDIT
from shared.storage.drafts import DRAFTS
from shared.storage.ended_sessions import ENDED_SESSIONS
from shared.storage.heard import MongoHeard
from shared.storage.nonces import MongoNonces
from shared.storage.schema import Indexes

HEARD = Indexes("heard", MongoHeard.INDEXES)
NONCES = Indexes("nonces", MongoNonces.INDEXES)
LEASES, USED, REENCRYPTION = Indexes("leases"), Indexes("access_used"), Indexes("reencryption")
CHANGES = Indexes("changes")
COMMON_COLLECTIONS = (*AUDIT, HEARD, NONCES, DRAFTS, ENDED_SESSIONS, LEASES, USED, REENCRYPTION, CHANGES)
