"""Mails of a simulation as they reach teams, and whether they are true at that hour."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.notifier.channels import Outgoing
from services.notifier.rulebook.rules import ESCALATION, REMINDER
from services.planner.lifecycle import ENDED, State
from shared.clock import LONDON, Clock
from shared.wording import words_of
from tests.journeys.simulated.campaign import Simulated, Truth

BRIEFINGS = frozenset({"advance-notice", "final-notice", "issuer-briefing", "launch-date", "debt-warning"})
COURSE = {
    "paused": State.PAUSED, "resumed": State.LIVE, "stopped": State.STOPPED, "completed": State.COMPLETED,
    "rejected": State.REJECTED, "launched": State.LIVE,
}  # fmt: skip
GATE_RULES, TONE = ("gate-open", "tone-review"), "communications-tone"
AGREED = (State.APPROVED, State.LIVE, State.PAUSED)
WAITING = timedelta(hours=16)
"""The longest quiet hours of a team, a night, in which a notice that was true waits."""
TOLD = {"launch", "size", "channel", "message", "responses", "contacts", "title", "purpose", "groups", "trial"}
"""The aspects of a plan that teams are told."""


@dataclass(frozen=True)
class Mail:
    at: datetime
    team: str
    rule: str
    template: str
    campaign: str
    subject: str
    text: str
    link: str | None
    notice: str
    thread: str


@dataclass
class Sorting:
    """The channel of a simulation: takes every mail, and finds those that are false."""

    campaigns: Mapping[str, Simulated]
    clock: Clock
    came: dict[str, list[Mail]] = field(default_factory=lambda: defaultdict(list))
    """Mails by campaign; of none, by the empty text."""
    new: list[Mail] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> None:
        notice = outgoing.notice
        mail = Mail(
            self.clock.now(),
            notice.team,
            notice.rule,
            notice.template,
            notice.campaign or "",
            notice.content.subject,
            " ".join(notice.content.text.split()),
            outgoing.link,
            notice.id,
            notice.thread,
        )
        if mail.campaign:
            self._look(mail, notice.address)
        self.came[mail.campaign].append(mail)
        self.new.append(mail)

    def of(self, campaign: str) -> list[Mail]:
        """Returns the mails about a campaign so far, in order."""
        return self.came[campaign]

    def _look(self, mail: Mail, address: str) -> None:
        one = self.campaigns[mail.campaign]
        for why in self._wrong(mail, one, one.lately(mail.at), one.lately(mail.at, WAITING)):
            if why:
                what = f"{mail.campaign} {mail.rule}/{mail.template} to {address}"
                self.false.append(f"{mail.at:%d %b %H:%M} {what}: {why}")

    def _wrong(self, mail: Mail, one: Simulated, now: list[Truth], night: list[Truth]) -> list[str | None]:
        chased = mail.template in (REMINDER, ESCALATION)
        by_rule = CHECKS.get(mail.rule)
        earlier = [each for each in self.of(mail.campaign) if each.team == mail.team]
        return [
            by_rule(self, mail, one, night) if by_rule and not chased else None,
            _chased_for_nothing(mail, now) if chased else None,
            _asked_for_nothing(mail, now) if mail.link and not chased else None,
            None if chased or any(each.rule == mail.rule for each in earlier) else self._bothered(mail, earlier),
            _once_more(mail, earlier, one) if not chased else None,
            "it went wrong" if mail.rule in ("went-wrong", "not-delivered") else None,
        ]

    def _bothered(self, mail: Mail, earlier: list[Mail]) -> str | None:
        """News of what becomes of a campaign goes to those who know it."""
        news = mail.rule.removesuffix("-others").removesuffix("-press") in {*COURSE, "plan-changed", "figures-changed"}
        return "it was never told of this campaign" if news and not earlier else None


Check = Callable[[Sorting, Mail, Simulated, list[Truth]], str | None]


def day(of: date) -> str:
    return f"{of:%A} {of.day} {of:%B %Y}"


def _chased_for_nothing(mail: Mail, now: list[Truth]) -> str | None:
    if all(truth.campaign.state in ENDED for truth in now):
        return "the campaign has ended"
    if mail.rule in GATE_RULES:
        return None if any(_names_open_gate(mail, truth) for truth in now) else "this gate has been passed"
    if mail.template == REMINDER and all(mail.team in truth.knowing for truth in now):
        return "it has acknowledged this already"
    return None


def _names_open_gate(mail: Mail, truth: Truth) -> bool:
    """Returns whether a mail that asks for a gate is about one that is open."""
    return any(
        gate == TONE if mail.rule == "tone-review" else words_of(gate) in mail.subject for gate in truth.open_gates
    )


def _asked_for_nothing(mail: Mail, now: list[Truth]) -> str | None:
    if mail.rule in GATE_RULES:
        return None
    if all(mail.team in truth.knowing for truth in now):
        return "it has acknowledged this already"
    return None


def _once_more(mail: Mail, earlier: list[Mail], one: Simulated) -> str | None:
    """Finds repeats. After a change of facts that this mail leaves out, such as a letter, it is right to tell anew."""
    told = [each for each in earlier if (each.subject, each.text) == (mail.subject, mail.text)]
    again = [each for each in told if each.notice != mail.notice and each.thread != mail.thread]
    since = [truth.campaign.told_since for truth in one.truths if again and truth.at <= again[-1].at]
    new = bool(since) and since[-1] != one.campaign.told_since
    return "it was told the same before" if again and not new else None


def _briefing(sorting: Sorting, mail: Mail, one: Simulated, night: list[Truth]) -> str | None:
    agreed = [truth for truth in night if truth.campaign.state in AGREED]
    if not agreed:
        return "nothing is approved"
    launches = {truth.campaign.plan.launch for truth in agreed if truth.campaign.plan.launch}
    if not any(day(launch) in mail.text for launch in launches):
        return "its launch is on another day"
    if one.waves and "planned to launch" in mail.text:
        return "it has launched"
    return None


def _course(sorting: Sorting, mail: Mail, one: Simulated, night: list[Truth]) -> str | None:
    state = COURSE[mail.rule.removesuffix("-others")]
    return None if any(truth.campaign.state is state for truth in night) else f"it is not {state}"


def _gate(sorting: Sorting, mail: Mail, one: Simulated, night: list[Truth]) -> str | None:
    asked = [each for each in one.lately(mail.at) if each.campaign.state in (State.SUBMITTED, State.APPROVED)]
    return None if any(_names_open_gate(mail, truth) for truth in asked) else "this gate is not open"


def _changed(sorting: Sorting, mail: Mail, one: Simulated, night: list[Truth]) -> str | None:
    changes = [c for truth in night for c in truth.campaign.changes if c.step == "amend"]
    if not changes:
        return "nothing was changed"
    named = {aspect for change in changes for aspect in change.detail["changed"]}
    return None if named & TOLD else f"nobody was told of what has changed: {sorted(named)}"


def _conditions(sorting: Sorting, mail: Mail, one: Simulated, night: list[Truth]) -> str | None:
    return None if any(truth.unmet for truth in night) else "no condition is left to meet"


def _wave_missing(sorting: Sorting, mail: Mail, one: Simulated, night: list[Truth]) -> str | None:
    today = mail.at.astimezone(LONDON).date()
    if night[-1].campaign.state is not State.LIVE:
        return "nothing is to go out"
    begun = [wave for wave in one.waves if wave.started_at.astimezone(LONDON).date() == today]
    return "the wave went out" if begun else None


def _daily(sorting: Sorting, mail: Mail, one: Simulated, night: list[Truth]) -> str | None:
    return None if one.waves else "nothing has gone out"


CHECKS: dict[str, Check] = {
    **dict.fromkeys(BRIEFINGS, _briefing),
    **dict.fromkeys(COURSE, _course),
    **{f"{rule}-others": _course for rule in COURSE},
    **dict.fromkeys(GATE_RULES, _gate),
    **dict.fromkeys(("plan-changed", "plan-changed-press", "plan-changed-others"), _changed),
    **dict.fromkeys(("conditions", "conditions-due"), _conditions),
    "wave-missing": _wave_missing,
    "daily-actuals": _daily,
}
