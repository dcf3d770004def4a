"""The errors of the driver that say nothing but that the store cannot be reached, or does not answer in time."""

from collections.abc import Mapping
from typing import Any

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    OperationFailure,
    ProtocolError,
    PyMongoError,
    WriteConcernError,
)

from shared.storage.inserting import DUPLICATE_KEY
from shared.storage.transactions import FAILED_WITHIN, OutcomeUnknown

STORE_ERROR = PyMongoError
"""The root of what the driver raises, for those who may not import it."""
RETRYABLE_CODES = FAILED_WITHIN | {
    *(6, 7, 50, 64, 89, 91, 112, 134, 189, 251, 262, 9001, 10107, 11600, 11602, 13435, 13436, 24)
}
"""An internal error of the server or no room on its disk, host unreachable or not found, time-outs, write concern
failed, shutdown, stepping down, not primary, no majority to read from yet, locks and transactions in the way."""
_LABELS = ("RetryableWriteError", "TransientTransactionError", "UnknownTransactionCommitResult")


def store_is_unavailable(error: BaseException) -> bool:
    """Whether another try later may help, because it is the store that fails and not what it was asked."""
    if isinstance(error, OutcomeUnknown):
        return True
    if not isinstance(error, PyMongoError):
        return False
    if isinstance(error, ConnectionFailure | ProtocolError | WriteConcernError) or error.timeout:
        return True
    if any(error.has_error_label(label) for label in _LABELS):
        return True
    if isinstance(error, BulkWriteError):
        return _bulk_is_unavailable(error.details or {})
    return isinstance(error, OperationFailure) and error.code in RETRYABLE_CODES


def _bulk_is_unavailable(details: Mapping[str, Any]) -> bool:
    """Whether all errors of a bulk write are of that kind, but for keys that are there: another try finds them too."""
    errors = details.get("writeErrors", [])
    if errors:
        codes = {error.get("code") for error in errors} - {DUPLICATE_KEY}
        return bool(codes) and codes <= RETRYABLE_CODES
    return bool(details.get("writeConcernErrors"))
