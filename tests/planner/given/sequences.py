"""Any sequence of calls around one campaign, by any mix of people: what may be called, and what must hold after it."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any, ClassVar

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.planner.assessment.questions import QUESTIONS
from services.planner.handlers import Handlers
from shared.contracts import (
    CampaignRefused,
    ContactVolumeExceeded,
    ContactVolumeRecovered,
    DispatchCompleted,
    NoticeAcknowledged,
    NoticeSent,
    PopulationLoaded,
    WaveStarted,
)
from shared.working_days import add_working_days
from tests.planner.given.agreed import Agreed, Knows
from tests.planner.given.attempts import (
    BEGINNINGS,
    VARIANTS,
    WORDS,
    as_sent,
    kept_before_there_were_bounds,
    somebody_elses,
)
from tests.planner.given.diligence import bring_to_launch
from tests.planner.given.office import GATES_OF_ALL, PEOPLE, TEAMS_OF_ALL, Office
from tests.planner.given.plans import DESIGNED, plan

Json = dict[str, Any]
REASON = {"reason": "for a reason"}
ENDED = ("stopped", "completed", "rejected")
_examples = count(1)

people = st.sampled_from(PEOPLE)
gates = st.sampled_from(GATES_OF_ALL)
teams = st.sampled_from(TEAMS_OF_ALL)
questions = st.sampled_from(list(QUESTIONS))
choices = st.sampled_from(("go-ahead", "reschedule", "merge", "leave-out-customers"))


class Sequences(RuleBasedStateMachine):
    office: ClassVar[Office]
    beginnings: ClassVar[Sequence[str]] = tuple(BEGINNINGS)
    variants: ClassVar[Sequence[Json]] = VARIANTS
    now: Json

    @initialize(beginning=st.integers(0, 999))
    def begin(self, beginning: int) -> None:
        self.at = DESIGNED
        self.office.move_clock(self.at)
        self.regime = f"regime-{next(_examples)}"
        begun = BEGINNINGS[self.beginnings[beginning % len(self.beginnings)]]
        self.reference = self.office.keep(begun(), self.regime)
        self.others: list[str] = []
        self.agreed = Agreed(wrote={"designer"})
        self.refresh()
        self._remember_beginning()

    def _remember_beginning(self) -> None:
        self.agreed.answers = {question: answer["given"] for question, answer in self.now["answers"].items()}
        for gate, approval in self.now["approvals"].items():
            self.agreed.pass_(gate, approval["by"], self.at, self.now["plan"], 0)
        for team, said in self.now["acknowledged"].items():
            self.agreed.knows[team] = [Knows(said["by"], self.now["plan"], self.lines)]

    # what is known

    @property
    def state(self) -> str:
        return str(self.now["state"])

    @property
    def lines(self) -> int | None:
        return self.now["published"]["version"] if self.now["published"] else None

    def day(self, days: int) -> str:
        return (self.at.date() + timedelta(days=days)).isoformat()

    def days_from_now(self, keep: str | None) -> Json:
        """Returns the dates of a plan that begins in a while; `keep` is the launch of one that has been."""
        launch = date.fromisoformat(keep) if keep else add_working_days(self.at.date(), 30)
        respond_by = max(launch, self.at.date()) + timedelta(days=60 if not keep else 90)
        if keep:
            respond_by = min(respond_by, launch + timedelta(days=366))
        briefed = {"on": self.at.date().isoformat(), "by": "designer"}
        return {
            "launch": launch.isoformat(),
            "respond_by": respond_by.isoformat(),
            "milestones": [{"what": "Results", "on": (respond_by + timedelta(days=60)).isoformat()}],
            "press_office_briefed": briefed,
            "communications_briefed": briefed,
        }

    # how it is called

    def call(self, person: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """Calls for this campaign, on its present version; what became of it is remembered."""
        where = f"/v1/campaigns/{self.reference}{path}"
        answer = self.office.call(person, method, where, body, self.now["version"])
        if answer.is_success:
            before, self.now = self.now, answer.json()
            self.agreed.plans[self.now["plan_version"]] = self.now["plan"]
            self.agreed.remember(person, path, body, before, self.now, self.at)
            self._look(before["state"])
        return answer

    def expect(self, person: str, method: str, path: str, body: Any = None) -> None:
        answer = self.call(person, method, path, body)
        assert answer.is_success, f"{self.state}: {person} {method} {path}: {answer.text}"

    def other(self, person: str, method: str, reference: str, path: str, body: Any = None) -> httpx.Response:
        seen = self.office.call(person, "GET", f"/v1/campaigns/{reference}").json()["version"]
        return self.office.call(person, method, f"/v1/campaigns/{reference}{path}", body, seen)

    def read(self, path: str) -> Any:
        answer = self.office.call("designer", "GET", f"/v1/campaigns/{self.reference}{path}")
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    def refresh(self) -> None:
        """Reads the campaign after something other than a call about it."""
        before = getattr(self, "now", {"state": ""})["state"]
        self.now = self.read("")
        self.agreed.plans[self.now["plan_version"]] = self.now["plan"]
        if before:
            self._look(before)

    def _look(self, before: str) -> None:
        if self.state == "live" and before != "live":
            self.agreed.expect_earned(self.now, self.at)

    # what people do

    @rule(variant=st.integers(0, 999), person=people)
    def amend(self, variant: int, person: str) -> None:
        sent = plan(**self.variants[variant % len(self.variants)]) | {"regime": self.regime}
        self.call(person, "PUT", "/plan", {"plan": sent, **REASON})

    @rule(question=questions, text=st.sampled_from(("So", "Thus")), review=st.sampled_from((5, 300)), person=people)
    def answer(self, question: str, text: str, review: int, person: str) -> None:
        figures = {"exchequer_cost": 1, "customers": 25_000, "cost_one_to_many": 1, "cost_one_to_one": 2}
        given = {"text": text, "review_by": self.day(review), "deadlines": ["2027-01-29"], **figures}
        self.call(person, "PUT", f"/assessment/{question}", given)

    @rule(words=st.sampled_from(range(len(WORDS))), writer=people, editor=people)
    def word(self, words: int, writer: str, editor: str) -> None:
        if self.call(writer, "PUT", "/lines-to-take", WORDS[words]).is_success:
            version = self.now["proposed"]["version"]
            self.call(editor, "POST", f"/lines-to-take/{version}/approval", REASON)

    @rule(person=people)
    def submit(self, person: str) -> None:
        self.call(person, "POST", "/submission")

    @rule(gate=gates, person=people, conditions=st.sampled_from(((), ("Brief the helplines again",))))
    def pass_gate(self, gate: str, person: str, conditions: tuple[str, ...]) -> None:
        self.call(person, "POST", f"/gates/{gate}/approval", {**REASON, "conditions": conditions})

    @rule(gate=gates, person=people)
    def meet_condition(self, gate: str, person: str) -> None:
        self.call(person, "POST", f"/gates/{gate}/conditions/1", REASON)

    @rule(left_out=st.sampled_from((None, *GATES_OF_ALL)))
    def pass_open_gates(self, left_out: str | None) -> None:
        """The right people pass what is open, but one perhaps."""
        for gate in GATES_OF_ALL:
            if gate != left_out:
                person = f"{gate}-lead" if f"{gate}-lead" in PEOPLE else "press-office-lead"
                self.pass_gate(gate, person, ())

    @rule(team=teams, person=people)
    def acknowledge(self, team: str, person: str) -> None:
        self.call(person, "POST", f"/stakeholders/{team}/acknowledgement")

    @rule(left_out=st.sampled_from((None, *TEAMS_OF_ALL[:4])))
    def acknowledge_all(self, left_out: str | None) -> None:
        for team in TEAMS_OF_ALL[:4]:
            if team != left_out:
                self.acknowledge(team, f"{team}-lead" if f"{team}-lead" in PEOPLE else "debt-management-lead")

    @rule(team=teams, person=people, back=st.integers(0, 3), lines_back=st.integers(0, 2))
    def follow_a_link(self, team: str, person: str, back: int, lines_back: int) -> None:
        """Somebody acknowledges by a link in a notice that may be old."""
        version = max(1, self.now["plan_version"] - back)
        lines = max(0, (self.lines or 0) - lines_back) or None
        told = {"plan_version": version, "lines_to_take": lines, "acknowledged_by": person, "team": team}
        self.hear(Handlers.note_acknowledgement, NoticeAcknowledged, acknowledged_at=self.at, **told)
        if version in self.agreed.plans:
            self.agreed.say_known(team, person, version, lines)

    @rule(back=st.integers(0, 2))
    def press_office_has_a_notice(self, back: int) -> None:
        version = max(1, self.now["plan_version"] - back)
        told = {"plan_version": version, "lines_to_take": self.lines, "team": "press-office"}
        self.hear(Handlers.note_notice, NoticeSent, sent_at=self.at, **told)
        self.agreed.told_by_notice.append(self.agreed.plans[version])

    @rule(gate=gates, person=people)
    def send_back(self, gate: str, person: str) -> None:
        self.call(person, "POST", f"/gates/{gate}/return", REASON)

    @rule(person=people)
    def launch(self, person: str) -> None:
        self.call(person, "POST", "/launch", REASON)

    @rule(person=people)
    def resume(self, person: str) -> None:
        self.call(person, "POST", "/resumption", REASON)

    @rule(person=people)
    def pause(self, person: str) -> None:
        self.call(person, "POST", "/pause", REASON)

    @precondition(lambda self: self.state in ("live", "paused"))
    @rule(person=people, how=st.sampled_from(("/stop", "/completion")))
    def end(self, person: str, how: str) -> None:
        self.call(person, "POST", how, REASON)

    @rule(person=people, policy=st.sampled_from(("tell", "slow", "pause")))
    def steer(self, person: str, policy: str) -> None:
        given = {"policy": {"action": policy, "slow_to": 0.5, "resume": "when-recovered"}, **REASON}
        self.call(person, "PUT", "/steering", given)

    @rule(person=people, accept=st.booleans())
    def refit(self, person: str, accept: bool) -> None:
        if self.call(person, "POST", "/refits").is_success:
            number = self.now["refits"][-1]["number"]
            self.call(person, "POST", f"/refits/{number}/{'acceptance' if accept else 'refusal'}", REASON)

    @rule(person=people, team=teams)
    def ask_help(self, person: str, team: str) -> None:
        if self.call(person, "POST", "/help", {"team": team, "question": "Is it clear?"}).is_success:
            self.call(person, "PUT", f"/help/{len(self.now['help'])}/answer", {"answer": "It is"})

    # what others do

    @rule(odd=somebody_elses, person=people, further=st.sampled_from(("/clone", "/submission")))
    def somebody_drafts(self, odd: Json, person: str, further: str) -> None:
        drafted = self.office.call(person, "POST", "/v1/campaigns", as_sent(self.regime, odd))
        if drafted.is_success:
            self.others.append(drafted.json()["reference"])
            self.other(person, "POST", self.others[-1], further, {"title": "Once more"})

    @rule(
        state=st.sampled_from(("draft", "submitted", "approved", "live")),
        launch=st.sampled_from((date(2026, 9, 8), date(9999, 12, 31), date(1, 1, 1))),
        customers=st.sampled_from((None, 60_000_000)),
    )
    def somebody_drafted_long_ago(self, state: str, launch: date, customers: int | None) -> None:
        self.others.append(self.office.keep(kept_before_there_were_bounds(state, launch, customers), self.regime))

    @rule(state=st.sampled_from(("submitted", "ready")))
    def somebody_plans_the_same(self, state: str) -> None:
        self.others.append(self.office.keep(BEGINNINGS[state](), self.regime))

    @precondition(lambda self: self.others)
    @rule(person=people, choice=choices, data=st.data(), by_them=st.booleans())
    def decide_clash(self, person: str, choice: str, data: st.DataObject, by_them: bool) -> None:
        other = data.draw(st.sampled_from(self.others))
        decided = {"decision": choice, **REASON}
        if by_them:
            self.other(person, "POST", other, f"/clashes/{self.reference}", decided)
        else:
            self.call(person, "POST", f"/clashes/{other}", decided)

    @precondition(lambda self: self.state in ("live", "paused"))
    @rule(person=people)
    def correct(self, person: str) -> None:
        day = self.at.date().isoformat()
        wanted = {"title": "We wrote the wrong date", "since": day, "until": day}
        corrected = self.office.call(person, "POST", f"/v1/campaigns/{self.reference}/correction", wanted)
        if corrected.is_success:
            self.others.append(corrected.json()["reference"])

    # what other services say

    @rule(eligible=st.sampled_from((0, 1, 816, 23_000, 24_900, 25_000, 80_000)))
    def population(self, eligible: int) -> None:
        self.hear(Handlers.note_population, PopulationLoaded, rows=eligible + 50, eligible=eligible, loaded_at=self.at)

    @precondition(lambda self: self.state in ("live", "paused"))
    @rule(letters=st.sampled_from((1, 9_000, 20_000)))
    def wave(self, letters: int) -> None:
        number = len(self.read("/progress").get("waves", [])) + 1
        facts = {"wave": number, "on": self.at.date(), "communications": letters, "started_at": self.at}
        self.hear(Handlers.note_wave, WaveStarted, **facts)

    @rule()
    def dispatched(self) -> None:
        self.hear(Handlers.note_dispatch, DispatchCompleted, completed_at=self.at)

    @rule()
    def dispatcher_refuses(self) -> None:
        facts = {"plan_version": self.now["plan_version"], "refused_at": self.at}
        self.hear(Handlers.note_refusal, CampaignRefused, **facts)

    @rule(number=st.integers(1, 3), over=st.booleans())
    def volumes(self, number: int, over: bool) -> None:
        excursion = f"6f2a7c1e-4b0d-5c3a-9e8f-{number:012}"
        self.hear(Handlers.steer_exceeded, ContactVolumeExceeded, excursion=excursion, exceeded_at=self.at)
        if over:
            self.hear(Handlers.steer_recovered, ContactVolumeRecovered, excursion=excursion, recovered_at=self.at)

    def hear(self, handler: Any, contract: Any, **facts: Any) -> None:
        self.office.hear(handler, contract, self.reference, **facts)
        self.refresh()

    @rule(days=st.sampled_from((1, 10, 30, 100, 185)))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)
        self.office.move_clock(self.at)

    # what must hold

    @rule(data=st.data(), person=people)
    def look(self, data: st.DataObject, person: str) -> None:
        path = data.draw(st.sampled_from(self.office.views()))
        self.office.call(person, "GET", path.replace("{reference}", self.reference))

    @invariant()
    def a_submitted_campaign_waits_for_somebody(self) -> None:
        if getattr(self, "now", None) and self.state == "submitted":
            assert any(gate["why_open"] for gate in self.read("/gates")), "it is submitted, and no gate is open"

    def teardown(self) -> None:
        if getattr(self, "now", None) and self.state not in ENDED:
            bring_to_launch(self)
