"""Codes of planner's answers in words."""

OPEN = {
    "not-passed": "not passed",
    "different-people": "passed by somebody who wrote the plan or passed another gate: somebody else has to",
    "changed-since": "changed since it was passed",
    "expired": "the approval has expired",
}
"""Why a gate is open."""
VOID = {
    "plan-changed-since": "knew an earlier plan",
    "lines-to-take-changed-since": "knew earlier lines to take",
}
"""Why a team's acknowledgement counts no longer."""
STEPS = {
    "create": "created", "amend": "changed the plan", "answer": "answered", "write-lines": "wrote lines to take",
    "approve-lines": "approved lines to take", "decide-clash": "decided on a clash", "acknowledge": "acknowledged",
    "submit": "submitted", "send-back": "sent back", "approve": "approved",
    "reopen": "re-opened", "launch": "launched", "pause": "paused", "resume": "resumed", "stop": "stopped",
    "complete": "completed", "reject": "rejected", "note-refusal": "heard that it cannot be issued",
    "note-population": "heard of the population", "pass-gate": "passed a gate", "meet-condition": "met a condition",
    "ask-help": "asked for help", "give-help": "gave help", "slow": "slowed", "set-policy": "set the loop's policy",
    "note-volumes": "noted contacts", "end-loop-time": "ended the loop's time", "propose-refit": "proposed a re-fit",
    "accept-refit": "accepted a re-fit", "decline-refit": "declined a re-fit",
}  # fmt: skip
"""The steps of a history."""


def gate_stands(why_open: str | None, touched: list[str]) -> str:
    if why_open is None:
        return "passed"
    about = f": {', '.join(touched)}" if touched else ""
    return OPEN.get(why_open, why_open) + about


def team_stands(signed_off: bool, why_void: str | None) -> str:
    return "knows" if signed_off else VOID.get(why_void or "", why_void or "") or "has not said that it knows"


def step(code: str) -> str:
    return STEPS.get(code, code)
