"""Parts that prepare for what comes back: contacts, the teams that take them, and what those are told."""

from collections.abc import Sequence
from typing import Any

from services.planner.plan.contact_assumptions import ContactAssumptions
from services.planner.writing.kinds.choices import YES_OR_NO, Choice, one_of
from services.planner.writing.kinds.days import Day
from services.planner.writing.kinds.lines import Lines
from services.planner.writing.kinds.numbers import Percent, Whole
from services.planner.writing.kinds.rows import CODE, DAY, HELPLINE, SHARE, TAKER
from services.planner.writing.kinds.texts import Coded, Text
from services.planner.writing.part import Asked, Items, Part, Scene, always
from services.planner.writing.paths import Json
from shared.wording import title_of
from shared.working_days import Division

KINDS = one_of(
    help_to_act="Wants help to act",
    change_to_return="Changes a return",
    why_me="Asks why they were written to",
    cannot_pay="Cannot pay",
    complaint="Complains",
    extra_support="Needs extra support",
    other="Something else",
)
POSTS = one_of(first="First class", second="Second class", economy="Economy")
DIVISIONS = Choice({each.value: title_of(each.value) for each in Division}, {})
ASSUMED = "contact_assumptions"


def _briefed(field: str, team: str) -> Part:
    return Part(
        field.replace("_", "-"),
        f"{team} is briefed",
        always(
            Asked(f"{field}.on", "The day of the briefing", Day(), "For example, 10 8 2026."),
            Asked(f"{field}.by", "The staff code of whoever gave it", Coded()),
        ),
        (field,),
    )


def with_pattern(plan: Json) -> dict[str, Any]:
    """Returns a plan with the usual assumptions where it has none."""
    usual = ContactAssumptions().model_dump(mode="json")
    return {**plan, ASSUMED: plan[ASSUMED] or usual}


def by_arm(plan: Json) -> dict[str, Any]:
    """Returns a plan with the rate of each arm under its name."""
    return {**plan, "by_arm": {each["arm"]: each for each in (plan[ASSUMED] or {}).get("rates", ())}}


def in_assumptions(plan: Json) -> dict[str, Any]:
    """Returns a plan with the rates of arms among its assumptions."""
    rates = [{"arm": arm, **rate} for arm, rate in plan["by_arm"].items() if rate]
    rest = {name: value for name, value in plan.items() if name != "by_arm"}
    if not rates and rest[ASSUMED] is None:
        return rest
    return rest | {ASSUMED: {**with_pattern(rest)[ASSUMED], "rates": rates}}


def _rates(scene: Scene) -> Sequence[Asked]:
    return [asked for arm in scene.plan.arms if not arm.control for asked in _rate(arm.code)]


def _rate(arm: str) -> Sequence[Asked]:
    at, name = f"by_arm.{arm}", title_of(arm)
    return (
        Asked(f"{at}.rate.low", f"The lowest rate of {name}, in percent", Percent(), together=at, heading=name),
        Asked(f"{at}.rate.central", f"The expected rate of {name}, in percent", Percent(), together=at),
        Asked(f"{at}.rate.high", f"The highest rate of {name}, in percent", Percent(), together=at),
        Asked(f"{at}.rate.source", f"The source of the rates of {name}", Text(2), together=at),
        Asked(f"{at}.post", f"The class of post of {name}", POSTS, together=at),
    )


RESPONSES = (
    Part(
        "contact-rate",
        "How many get in touch",
        always(
            Asked("contact_rate.low", "The lowest rate, in percent", Percent()),
            Asked("contact_rate.central", "The expected rate, in percent", Percent()),
            Asked("contact_rate.high", "The highest rate, in percent", Percent()),
        ),
        ("contact_rate",),
        hint="Of a hundred customers who are written to, how many call, write or chat? Nobody publishes this rate.",
    ),
    Part(
        "responses",
        "How responses are handled",
        always(
            Asked("responses.immediate_response", "Whether customers are asked to get in touch", YES_OR_NO),
            Asked("responses.liability_expected", "Whether customers are expected to owe something", YES_OR_NO,
                  "Debt management then has to know."),
            Asked("responses.special_treatments", "Special treatments", Text(), optional=True),
            Asked("responses.letter_issuer.takes_calls", "Whether the letter issuer takes calls", YES_OR_NO),
            Asked("responses.letter_issuer.hand_over", "How the letter issuer hands calls over", Text(),
                  "If it takes any.", optional=True),
        ),
        ("responses",),
    ),
    Part(
        "contacts",
        "Contacts that are expected",
        always(
            Asked("kind", "The kind of contact", KINDS),
            Asked("team", "The team that takes it", Coded(), "Such as Customer services."),
            Asked("how", "How the team deals with it", Text(), optional=True),
        ),
        ("responses.contacts",),
        items=Items("responses.contacts", "a contact", lambda item: KINDS.said(item["kind"])),
        hint="Each kind of contact has the team that takes it.",
        needed=False,
        after="responses",
    ),
    Part(
        "new-information",
        "What customers volunteer",
        always(
            Asked("responses.volunteered.owner", "The team that owns it", Coded(), "Such as Disclosure team."),
            Asked("responses.volunteered.working_days", "The working days within which it is dealt with",
                  Whole(1, 260)),
            Asked("responses.volunteered.process", "How it is dealt with", Text()),
        ),
        ("responses.volunteered",),
        after="responses",
    ),
    Part(
        "takers",
        "Helplines and teams that take contacts",
        always(
            Asked("responses.helplines", "Helplines, with their share of the calls in percent",
                  Lines(*HELPLINE, most=10), "Each on a line of its own, such as Self assessment, 70.", optional=True),
            Asked("contact_assumptions.takers", "Reasons, with the team that takes them and their share in percent",
                  Lines(*TAKER, most=50), "Each on a line of its own, such as Cannot pay, Debt management, 20.",
                  optional=True),
        ),
        ("responses.helplines", f"{ASSUMED}.takers"),
        needed=False,
        after="responses",
        hint="Shares make up a hundred. Without teams by reason, helplines take all contacts by their shares.",
    ),
    Part(
        "pattern",
        "When contacts come",
        always(
            Asked(f"{ASSUMED}.bump.share", "The share that comes just before the deadline, in percent", Percent()),
            Asked(f"{ASSUMED}.bump.days", "The days before the deadline in which it comes", Whole(1, 60)),
            Asked(f"{ASSUMED}.closed.division", "The bank holidays on which nobody answers", DIVISIONS),
            Asked(f"{ASSUMED}.closed.days", "Further days on which nobody answers", Lines(*DAY, most=400),
                  "Each on a line of its own, such as 2026-12-24.", optional=True),
            Asked(f"{ASSUMED}.closed.lost", "The share of a closed day that never comes again, in percent", Percent()),
            Asked(f"{ASSUMED}.redial.unanswered", "The share of calls that nobody answers, in percent", Percent(1)),
            Asked(f"{ASSUMED}.redial.again", "The share of those that is tried again that day, in percent",
                  Percent(1)),
            Asked(f"{ASSUMED}.day_noise", "The spread of a day about its mean, in percent", Percent(2.000001)),
            Asked(f"{ASSUMED}.curve", "The share that comes on each day after a letter arrived, in percent",
                  Lines(*SHARE, most=400, may_be_none=True),
                  "From the day of arrival, one share on each line. Empty for the usual curve.", optional=True),
        ),
        (f"{ASSUMED}.bump", f"{ASSUMED}.closed", f"{ASSUMED}.redial", f"{ASSUMED}.day_noise", f"{ASSUMED}.curve"),
        needed=False,
        opened=with_pattern,
    ),
    Part(
        "rates",
        "Rates by arm",
        _rates,
        (f"{ASSUMED}.rates",),
        needed=False,
        after="arms",
        hint="If arms bring contacts at different rates, or by different post. Each arm has its rate, or none has.",
        opened=by_arm,
        closed=in_assumptions,
    ),
    Part(
        "teams",
        "Teams that it will hit",
        always(
            Asked("stakeholders", "The teams", Lines(*CODE, most=30),
                  "Each on a line of its own, such as Customer services."),
        ),
        ("stakeholders",),
        hint="They are told before the letters begin, and say that they know.",
    ),
    _briefed("press_office_briefed", "The press office"),
    _briefed("communications_briefed", "Communications"),
)  # fmt: skip
