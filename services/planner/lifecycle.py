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
    """A step that people take with a campaign. Most steps leave its state as it is."""

    CREATE = "create"
    AMEND = "amend"
    ANSWER = "answer"
    WRITE_LINES = "write-lines"
    APPROVE_LINES = "approve-lines"
    DECIDE_CLASH = "decide-clash"
    ACKNOWLEDGE = "acknowledge"
    SUBMIT = "submit"
    PASS_GATE = "pass-gate"  # noqa: S105
    SEND_BACK = "send-back"
    APPROVE = "approve"
    REOPEN = "reopen"
    LAUNCH = "launch"
    PAUSE = "pause"
    SLOW = "slow"
    SET_POLICY = "set-policy"
    NOTE_VOLUMES = "note-volumes"
    END_LOOP_TIME = "end-loop-time"
    NOTE_REFUSAL = "note-refusal"
    NOTE_POPULATION = "note-population"
    ASK_HELP = "ask-help"
    GIVE_HELP = "give-help"
    MEET_CONDITION = "meet-condition"
    PROPOSE_REFIT = "propose-refit"
    ACCEPT_REFIT = "accept-refit"
    DECLINE_REFIT = "decline-refit"
    RESUME = "resume"
    STOP = "stop"
    COMPLETE = "complete"
    REJECT = "reject"


_S, _T = State, Step
TRANSITIONS: dict[tuple[State, Step], State] = {
    (_S.DRAFT, _T.AMEND): _S.DRAFT,
    (_S.DRAFT, _T.SUBMIT): _S.SUBMITTED,
    (_S.DRAFT, _T.REJECT): _S.REJECTED,
    (_S.SUBMITTED, _T.AMEND): _S.SUBMITTED,
    (_S.SUBMITTED, _T.PASS_GATE): _S.SUBMITTED,
    (_S.SUBMITTED, _T.APPROVE): _S.APPROVED,  # passing the last gate that was open
    (_S.SUBMITTED, _T.SEND_BACK): _S.DRAFT,
    (_S.SUBMITTED, _T.REJECT): _S.REJECTED,
    (_S.APPROVED, _T.AMEND): _S.APPROVED,
    (_S.APPROVED, _T.REOPEN): _S.SUBMITTED,  # an amendment that touches a gate
    (_S.APPROVED, _T.PASS_GATE): _S.APPROVED,  # again, before it expires
    (_S.APPROVED, _T.SEND_BACK): _S.DRAFT,
    (_S.APPROVED, _T.LAUNCH): _S.LIVE,
    (_S.APPROVED, _T.REJECT): _S.REJECTED,
    (_S.LIVE, _T.PAUSE): _S.PAUSED,
    (_S.LIVE, _T.STOP): _S.STOPPED,
    (_S.LIVE, _T.COMPLETE): _S.COMPLETED,
    (_S.LIVE, _T.SLOW): _S.LIVE,
    (_S.LIVE, _T.ACCEPT_REFIT): _S.PAUSED,  # until the sign-offs that it touches are given again
    (_S.LIVE, _T.DECLINE_REFIT): _S.LIVE,
    (_S.PAUSED, _T.ACCEPT_REFIT): _S.PAUSED,
    (_S.PAUSED, _T.DECLINE_REFIT): _S.PAUSED,
    (_S.PAUSED, _T.AMEND): _S.PAUSED,  # stop and correct
    (_S.PAUSED, _T.PASS_GATE): _S.PAUSED,
    (_S.PAUSED, _T.RESUME): _S.LIVE,
    (_S.PAUSED, _T.STOP): _S.STOPPED,
}
UNDER_WAY = (State.LIVE, State.PAUSED)
ENDED = frozenset({State.STOPPED, State.COMPLETED, State.REJECTED})
FOLLOWING = frozenset({Step.APPROVE, Step.REOPEN})
"""Steps that follow from other steps; nobody takes them."""
AT_ANY_TIME = frozenset(
    {
        Step.ANSWER,
        Step.WRITE_LINES,
        Step.APPROVE_LINES,
        Step.DECIDE_CLASH,
        Step.ACKNOWLEDGE,
        Step.SET_POLICY,
        Step.NOTE_VOLUMES,
        Step.END_LOOP_TIME,
        Step.NOTE_REFUSAL,
        Step.NOTE_POPULATION,
        Step.ASK_HELP,
        Step.GIVE_HELP,
        Step.MEET_CONDITION,
        Step.PROPOSE_REFIT,
    }
)
"""Steps that a campaign which has not ended allows in any state, and that leave it there."""


def after(state: State, step: Step) -> State:
    """Returns the state after a step. Raises `Conflict` when the state does not allow the step."""
    if step in AT_ANY_TIME and state not in ENDED:
        return state
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise Conflict(f"a campaign that is {state} cannot {step}; it can {_possible(state)}") from None


def _possible(state: State) -> str:
    by_people = [step for origin, step in TRANSITIONS if origin is state and step not in FOLLOWING]
    return ", ".join(by_people) or "change no more"
