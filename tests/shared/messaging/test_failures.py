"""Text about a failure: everything of our own errors, and nothing of anybody else's words."""

import json

import pytest
from pydantic import BaseModel

from services.dispatcher.letters.communication import ControlContacted
from shared.errors import Conflict, LaterKey, NotYet, Permanent
from shared.messaging.failures import Failure, failure_of

SECRET = "Mrs Jones of 1 High Street"


def failure(error: BaseException) -> Failure:
    """As if raised here and caught."""
    with pytest.raises(type(error)) as raised:
        raise error
    return failure_of(raised.value)


def test_our_own_errors_say_why() -> None:
    found = failure(Conflict("a completed campaign cannot be paused"))
    assert found == Failure("Conflict", "a completed campaign cannot be paused", permanent=True)
    assert not failure(NotYet("later")).permanent
    assert failure(ControlContacted("arm a")).exception == "services.dispatcher.letters.communication.ControlContacted"
    assert found.cause == "Conflict: a completed campaign cannot be paused"


def test_what_is_made_with_a_later_key_spends_no_tries_until_the_keyring_is_here() -> None:
    found = failure(LaterKey("give this the newest keyring"))
    assert (found.untried, found.permanent) == (True, False)
    assert not failure(NotYet("later")).untried


def test_what_we_say_is_cut_short_before_it_fills_a_header() -> None:
    assert failure(Permanent("x" * 10_000)).reason == "x" * 500


@pytest.mark.parametrize("error", [ValueError(SECRET), KeyError(SECRET), OSError(2, SECRET), BaseException(SECRET)])
def test_of_other_errors_only_the_kind_and_the_place_are_told(error: BaseException) -> None:
    found = failure(error)
    assert SECRET not in f"{found} {found.cause}"
    assert found.exception == f"builtins.{type(error).__name__}"
    assert found.reason.startswith("at test_failures.py:")
    assert found.reason.endswith(" failure")
    assert not found.permanent


def test_the_place_is_in_code_of_ours_even_where_a_library_raises() -> None:
    class Typed(BaseModel):
        number: int

    with pytest.raises(ValueError, match="number") as raised:
        Typed.model_validate({"number": SECRET})
    found = failure_of(raised.value)
    assert SECRET in str(raised.value)
    assert SECRET not in str(found)
    assert found.reason.startswith("at test_failures.py:")
    with pytest.raises(json.JSONDecodeError) as unread:
        json.loads(SECRET)
    assert SECRET not in str(failure_of(unread.value))


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert failure_of(ValueError(SECRET)).reason == "at unknown"
