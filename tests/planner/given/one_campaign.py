"""One campaign as calls and events leave it: what is known of it, how it is called, and what became of that."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any, ClassVar

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from shared.working_days import add_working_days
from tests.planner.given.agreed import Agreed, Knows
from tests.planner.given.attempts import BEGINNINGS, VARIANTS
from tests.planner.given.office import PEOPLE, Office
from tests.planner.given.plans import DESIGNED

Json = dict[str, Any]
REASON = {"reason": "for a reason"}
people = st.sampled_from(PEOPLE)
_examples = count(1)


class OneCampaign(RuleBasedStateMachine):
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

    def hear(self, handler: Any, contract: Any, **facts: Any) -> None:
        self.office.hear(handler, contract, self.reference, **facts)
        self.refresh()

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
