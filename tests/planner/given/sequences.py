"""Any sequence of calls around one campaign, by any mix of people: what may be called, and what must hold after it."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from services.planner.assessment.questions import QUESTIONS
from services.planner.handlers import Handlers
from shared.contracts import NoticeAcknowledged, NoticeSent
from tests.planner.given.attempts import WORDS
from tests.planner.given.diligence import bring_to_launch
from tests.planner.given.office import GATES_OF_ALL, PEOPLE, TEAMS_OF_ALL
from tests.planner.given.one_campaign import REASON, people
from tests.planner.given.plans import plan
from tests.planner.given.surroundings import Surroundings

ENDED = ("stopped", "completed", "rejected")

gates = st.sampled_from(GATES_OF_ALL)
teams = st.sampled_from(TEAMS_OF_ALL)
questions = st.sampled_from(list(QUESTIONS))


def lead(gate: str) -> str:
    """Returns who may pass the gate."""
    return f"{gate}-lead" if f"{gate}-lead" in PEOPLE else "press-office-lead"


class Sequences(Surroundings):
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
                self.pass_gate(gate, lead(gate), ())

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
