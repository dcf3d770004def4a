"""The states of a campaign and the only ways from one to another."""

from enum import StrEnum

from shared.errors import Conflict


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    LIVE = "live"
    PAUSED = "paused"
    STOPPED = "stopped"
    COMPLETED = "completed"
    REJECTED = "rejected"


class Step(StrEnum):
    REVISE = "revise"
    SUBMIT = "submit"
    SEND_BACK = "send-back"
    APPROVE = "approve"
    REJECT = "reject"
    LAUNCH = "launch"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    COMPLETE = "complete"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.REVISE): State.DRAFT,
    (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Step.SEND_BACK): State.DRAFT,
    (State.SUBMITTED, Step.APPROVE): State.APPROVED,
    (State.SUBMITTED, Step.REJECT): State.REJECTED,
    (State.APPROVED, Step.LAUNCH): State.LIVE,
    (State.APPROVED, Step.STOP): State.STOPPED,
    (State.LIVE, Step.PAUSE): State.PAUSED,
    (State.LIVE, Step.STOP): State.STOPPED,
    (State.LIVE, Step.COMPLETE): State.COMPLETED,
    (State.PAUSED, Step.RESUME): State.LIVE,
    (State.PAUSED, Step.STOP): State.STOPPED,
}


def after(state: State, step: Step) -> State:
    """Raises `Conflict` when there is no such way."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise Conflict(f"a campaign that is {state} cannot {step}; it can {_possible(state)}") from None


def _possible(state: State) -> str:
    return ", ".join(step for origin, step in TRANSITIONS if origin is state) or "change no more"
