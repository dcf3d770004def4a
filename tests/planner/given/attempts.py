"""Plans, words and facts that any sequence of calls may bring, good and bad."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from deploy.local.demo import plan as demo
from services.planner.campaign import Campaign
from services.planner.lifecycle import State
from services.planner.plan.plan import Plan
from tests.planner.given.plans import answered, approved, draft, live, plan, ready, submitted, worded
from tests.planner.given.variants import VARIANTS as OF_GATES
from tests.planner.given.world import paused

ISSUER_CALLS = plan()["responses"] | {"letter_issuer": {"takes_calls": True, "hand_over": "By the blue form"}}
VARIANTS: tuple[dict[str, Any], ...] = (
    *OF_GATES,
    {"title": "Another title for landlords"},
    {"customers": 27_400, "groups": [plan()["groups"][0] | {"customers": 27_400}]},
    {"contact_rate": {"low": 0.1, "central": 0.2, "high": 0.3}},
    {"directorate": "large-business"},
    {"approach": "established"},
    {"responses": ISSUER_CALLS},
    {"responses": plan()["responses"] | {"immediate_response": True}},
    {"responses": plan()["responses"] | {"liability_expected": False}},
    {"stakeholders": ["customer-services", "communications"]},
    {"respond_by": "2026-11-13"},
    {"daily_limit": 3_000},
    {"arms": [arm | {"share": 1 if arm.get("control") else 9} for arm in plan()["arms"]]},
    {"arms": [arm | {"code": f"{arm['code']}-b"} for arm in plan()["arms"]]},
    {"small_test": "pilot", "earlier_campaigns": ["OTM-25-0007"]},
    {"short_notice": "The deadline was set by law"},
    {"press_office_briefed": {"on": "2026-08-03", "by": "helper"}},
    {"contact_assumptions": {"bump": {"share": 0.1}}},
)
"""Fields of the plan as it may be changed; each is a whole plan with these fields, so that changes are undone too."""
BEGINNINGS: dict[str, Any] = {
    "draft": draft,
    "drafted": lambda: worded(answered(draft())),
    "submitted": submitted,
    "approved": approved,
    "ready": ready,
    "live": live,
    "paused": paused,
}
NOBODY_SCRIPTED = {"lines": demo.LINES}
WORDS: tuple[dict[str, Any], ...] = (
    NOBODY_SCRIPTED,
    {
        "lines": demo.LINES,
        "scripts": [
            {"title": "Begin", "body": "Ask for the letter reference.", "language": language, "audience": audience}
            for language in ("en", "cy")
            for audience in ("helplines", "letter-issuer")
        ],
    },
    {"lines": [{"question": "Why me?", "answer": "Only plain.", "arms": ["plain"]}]},
)
FULLY_SCRIPTED = WORDS[1]

days = st.sampled_from((None, "2000-01-03", "2026-09-07", "2026-09-08", "2027-01-04", "2099-12-31"))
sizes = st.sampled_from((None, 1, 3, 25_000, 100_000_000))


somebody_elses = st.fixed_dictionaries(
    {
        "launch": days,
        "respond_by": days,
        "customers": sizes,
        "daily_limit": st.sampled_from((1, 20_000, 10_000_000)),
        "allocation_seed": st.sampled_from((None, 0, 100_000_000)),
        "contact_rate": st.sampled_from((None, 0, 1)),
        "share": st.sampled_from((1, 2, 10_000_000)),
        "left_out": st.sets(st.sampled_from(("arms", "groups", "responses", "evaluation", "action")), max_size=3),
    }
)
"""The oddities of a plan that another person sends: half of it, or figures at the ends of what can be written."""


def as_sent(regime: str, odd: dict[str, Any]) -> dict[str, Any]:
    """Returns the plan for planner's API that `somebody_elses` stands for."""
    rate = odd["contact_rate"]
    whole = (
        plan()
        | {name: odd[name] for name in ("launch", "respond_by", "customers", "daily_limit")}
        | {
            "regime": regime,
            "allocation_seed": odd["allocation_seed"],
            "contact_rate": None if rate is None else {"low": rate, "central": rate, "high": 1},
            "arms": [arm | {"share": odd["share"] if arm.get("control") else 1} for arm in plan()["arms"]],
        }
    )
    return {name: value for name, value in whole.items() if name not in odd["left_out"] and value is not None}


def kept_before_there_were_bounds(state: str, launch: date, customers: int | None) -> Campaign:
    """Returns a campaign of somebody else with a plan that nobody could send today."""
    unbounded = Plan.model_validate(plan()).model_copy(
        update={"launch": launch, "respond_by": None, "customers": customers, "daily_limit": 1}
    )
    return draft().model_copy(update={"plan": unbounded, "state": State(state)})
