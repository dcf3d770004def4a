"""Casts a campaign: who begins it on which day, and which ordinary things go wrong with it."""

import random
from datetime import date, datetime, time, timedelta
from functools import partial

from deploy.local.demo import plan as demo
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.approve import Rejection, reject
from services.planner.decisions.brief import approve_lines, write_lines
from services.planner.decisions.draft import answer, create
from services.planner.decisions.run import halt
from services.planner.lifecycle import Step
from services.planner.lines_to_take.words import Words
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances
from shared.clock import LONDON
from shared.working_days import add_working_days
from tests.journeys.simulated.campaign import DESIGNER, Simulated
from tests.journeys.simulated.people import CUSTOMERS, Cast, Do, answered, morning, next_morning

WORDS = Words.model_validate({"lines": demo.LINES})
MISHAPS = (
    "other-title", "other-launch", "other-resource", "same-plan-again", "new-lines", "smaller-population",
    "much-smaller-population", "condition", "sent-back", "rejected-draft", "rejected", "pause", "long-pause", "stop",
    "late-wave", "refused", "answer-again", "speaker-writes", "slow-team", "slow-gate", "changed-while-submitted",
    "lines-while-live", "other-letter",
)  # fmt: skip


def cast(number: int, begins: date) -> Cast:
    """Returns a campaign that its designer begins on a day, and what is going to happen to it."""
    chance = random.Random(number)
    mishaps = frozenset(chance.sample(MISHAPS, chance.choice((0, 1, 2, 3))))
    launch_on = add_working_days(begins, chance.randint(24, 34))
    respond_by = launch_on + timedelta(days=60)
    plan = demo.plan(CUSTOMERS, launch_on, respond_by) | {"title": f"Income from letting {number}"}
    briefed = {"on": begins.isoformat(), "by": DESIGNER}
    plan |= {"press_office_briefed": briefed, "communications_briefed": briefed, "regime": f"regime-{number}"}
    plan["milestones"] = [{"what": "Results", "on": (respond_by + timedelta(days=60)).isoformat()}]
    at = datetime.combine(begins, time(10, 0), LONDON) + timedelta(minutes=chance.randint(0, 300))
    campaign = create(f"OTM-26-{number:04}", Plan.model_validate(plan), Act(DESIGNER, at, ""))
    one = Cast(Simulated(campaign, chance), mishaps)
    _prepare(one, at, launch_on)
    _mishaps(one, at, launch_on)
    return one


def _prepare(one: Cast, at: datetime, launch_on: date) -> None:
    for question in demo.ANSWERS:
        one.of.decide(partial(answered, question=question, launch=launch_on), DESIGNER, at)
    one.of.decide(lambda c, act, _: write_lines(c, WORDS, act), DESIGNER, at)
    one.at(at + timedelta(hours=1), _lines_approved(one))
    one.at(at + timedelta(hours=2), one.submit)
    one.at(next_morning(at), one.every_day)
    one.at(morning(launch_on), one.waves)
    loaded = {"smaller-population": 24_000, "much-smaller-population": 15_000}
    eligible = next((size for mishap, size in loaded.items() if mishap in one.mishaps), CUSTOMERS - 50)
    one.at(morning(add_working_days(launch_on, -6)), lambda when: one.load(when, eligible))


def _lines_approved(one: Cast) -> Do:
    def approved(at: datetime) -> None:
        version = one.of.campaign.proposed.version if one.of.campaign.proposed else 0
        one.of.decide(lambda c, act, _: approve_lines(c, version, act), "lines-editor", at)

    return approved


def _mishaps(one: Cast, at: datetime, launch_on: date) -> None:
    """Writes into the diary what goes wrong, each on a day on which it can."""
    chance = one.chance

    def on(days: int, *, before_launch: bool = False) -> datetime:
        day = add_working_days(launch_on, -days) if before_launch else add_working_days(at.date(), days)
        return datetime.combine(day, time(11, 0), LONDON) + timedelta(minutes=chance.randint(0, 240))

    def new_lines(when: datetime) -> None:
        if one.of.decide(lambda c, act, _: write_lines(c, WORDS, act), DESIGNER, when):
            one.at(when + timedelta(hours=1), _lines_approved(one))

    def pause(when: datetime) -> None:
        one.of.decide(lambda c, act, _: halt(c, Step.PAUSE, act), DESIGNER, when, "The letter names the wrong page")
        one.silent.add("hold")
        one.at(when + timedelta(days=40 if "long-pause" in one.mishaps else 3), lambda _: one.silent.discard("hold"))

    instead = Rejection(reason="Better so", instead="pilot-first")
    rejects = one.decide(lambda c, act, _: reject(c, instead, act), "approver", "Better so")
    stops = one.decide(lambda c, act, _: halt(c, Step.STOP, act), DESIGNER, "Wrong list")
    speaks = one.decide(partial(_answered_anew, question="operations"), "customer-services-lead")
    later = add_working_days(launch_on, 5)
    letter = _other_letter(one)
    after = timedelta(hours=1)
    happens: dict[str, tuple[datetime, Do]] = {
        "other-title": (on(8), lambda w: one.change(w, title="Rents that are missing")),
        "other-launch": (
            on(15),
            lambda w: one.change(w, launch=later.isoformat()),
        ),
        "other-resource": (on(9), lambda w: one.change(w, resource="One more designer")),
        "same-plan-again": (on(10), lambda w: one.change(w)),
        "new-lines": (on(14), new_lines),
        "rejected-draft": (at + after, rejects),
        "rejected": (on(12), rejects),
        "pause": (on(-1, before_launch=True), pause),
        "long-pause": (on(-1, before_launch=True), pause),
        "stop": (on(-2, before_launch=True), stops),
        "refused": (on(13), one.refuse),
        "answer-again": (on(11), one.decide(partial(_answered_anew, question="reputation"), DESIGNER)),
        "speaker-writes": (on(16), speaks),
        "changed-while-submitted": (at + timedelta(hours=3), lambda w: one.change(w, resource="Another analyst")),
        "lines-while-live": (on(-1, before_launch=True), new_lines),
        "other-letter": (on(12), letter),
    }  # fmt: skip
    for mishap in sorted(one.mishaps & set(happens)):
        one.at(*happens[mishap])
    if "slow-team" in one.mishaps:
        one.silent.add(chance.choice(("customer-services", "debt-management")))
    if "slow-gate" in one.mishaps:
        one.silent.add(chance.choice(("communications", "analysts", "approvers")))


def _answered_anew(campaign: Campaign, act: Act, around: Circumstances, question: str) -> Campaign:
    given = campaign.answers[question].given.model_copy(update={"text": "We know more now."})
    return answer(campaign, question, given, act, around)


def _other_letter(one: Cast) -> Do:
    def changed(at: datetime) -> None:
        arms = [arm.model_dump(mode="json") for arm in one.of.campaign.plan.arms]
        arms[1]["letters"][0]["subject"] = "Your income from letting"
        one.change(at, arms=arms)

    return changed
