"""Facts of every template, from the campaign of the samples: the same each time."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.notifier.campaigns.campaign import Known
from services.notifier.messages import EVENTS
from services.notifier.notices.plan_facts import plan_facts
from services.notifier.rulebook.checks import OWN
from services.notifier.rulebook.directory import Team
from services.notifier.rulebook.rulebook import Rulebook
from services.notifier.rulebook.rules import OnEvent
from services.notifier.rulebook.template_facts import WORDS, HeldNotice, Reckoning, Unanswered, supplied
from shared.contracts import (
    AgreementChanged,
    CampaignAmended,
    CampaignApproved,
    CampaignLaunched,
    CampaignRejected,
    Contract,
    LinesToTakePublished,
)
from shared.contracts.campaigns import Corrected, VolunteeredProcess
from shared.contracts.lines_to_take import MediaLine, Script
from shared.contracts.schedules import ExpectedContacts
from tests.notifier.given.planned import CAMPAIGN, amended, launched, rejected
from tests.support.samples import sample

LAUNCH = date(2026, 9, 7)
REFERENCES = ("0c1d7c1e-2d4a-5b8e-9c3f-0a1d2e3f4b5c", "9f0b7c1e-2d4a-5b8e-9c3f-0a1d2e3f4b5c")
WEEKS = (
    (0, 0, 60, 99, 120, 40, 20),
    (110, 100, 90, 80, 70, 30, 15),
    (60, 50, 45, 40, 30, 10, 5),
    (20, 15, 12, 9, 6, 0, 0),
)
OF_CORRECTIONS = frozenset({"advance-notice", "final-notice", "issuer-briefing", "launch-date", "debt-warning"})
"""The templates that say it where a campaign corrects wrong letters."""
SCRIPT = Script(title="A customer who agrees that income is missing", body="1. Thank them.\n2. Ask for the reference.")
EMBARGO = datetime(2026, 9, 7, 5, 0, tzinfo=UTC)

_made: Mapping[type[Contract], Contract] = {
    CampaignAmended: amended(reopened=["affected-stakeholders"]),
    CampaignLaunched: launched(),
    CampaignRejected: rejected(),
}


def campaign() -> CampaignApproved:
    days = [central for week in WEEKS for central in week]
    expected = tuple(
        ExpectedContacts(on=LAUNCH + timedelta(days=n), low=c * 6 // 10, central=c, high=c * 3 // 2)
        for n, c in enumerate(days)
    )
    return sample(
        CampaignApproved, expected_contacts=expected, letter_issuer_takes_calls=True, liability_expected=True,
        volunteered=VolunteeredProcess(
            owner="disclosure-team", working_days=15, process="They settle on the facts given and tell the customer.",
        ), plan_version=2, hand_over="Dial 01632 960 310, give the letter reference, then put the customer through.",
        special_treatments="Time to pay online up to 30,000 pounds.", contacts=[
            {"kind": "help-to-act", "team": "customer-services", "how": "Walk them through the property pages."},
            {"kind": "cannot-pay", "team": "debt-management", "how": "Time to pay, by the usual rules."},
        ],
    )  # fmt: skip


def correction() -> CampaignApproved:
    """A campaign to those who got a letter of one arm on two days."""
    wrong = Corrected(
        campaign="OTM-26-0041",
        arms=("plain",),
        since=date(2026, 8, 10),
        until=date(2026, 8, 11),
        plan_version=1,
    )
    plan = campaign()
    return plan.model_copy(
        update={
            "corrects": wrong,
            "title": "A wrong date in our letter about letting",
            "customers": plan.waves[0].size,
            "arms": tuple(arm.model_copy(update={"code": "correction"}) for arm in plan.arms if not arm.control)[:1],
            "waves": plan.waves[:1],
        }
    )


def lines() -> LinesToTakePublished:
    media = MediaLine(body="We write to landlords to help them get their **returns** right.", embargo=EMBARGO)
    return sample(LinesToTakePublished, scripts=(SCRIPT,), media=(media,))


def facts(book: Rulebook) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yields the code of each template, a name for the specimen, and its facts; one for several events has several."""
    contracts = {contract.event_type: contract for contract in EVENTS}
    for rule in book.rules:
        event = contracts[rule.when.event] if isinstance(rule.when, OnEvent) else None
        names = supplied(rule, contracts)
        kind = event.event_type.split(".")[1] if event else "moment"
        name = f"{rule.template}-{kind}" if rule.template == "change-of-course" else rule.template
        given = {"name_of": book.name_of} | {
            each: _fact(each, kind, event, names[each]) for each in names if each in _known(names)
        }
        yield rule.template, name, given
        if rule.template in OF_CORRECTIONS:
            plan = correction()
            known = Known(campaign=CAMPAIGN, approved=plan, agreement=lapsing())
            of_it = {each: fact for each, fact in plan_facts(known, plan, lines()).items() if each in given}
            yield rule.template, f"{name}-correction", given | of_it
    for template, names in OWN.items():
        yield (
            template,
            template,
            {each: _fact(each, "moment", None, names[each]) for each in names if each in _known(names)},
        )


def _known(names: Mapping[str, Any]) -> set[str]:
    """Returns the facts that are given; those that are functions are every template's own."""
    return set(names) - set(WORDS)


def lapsing() -> AgreementChanged:
    """An agreement with a condition to meet, and an approval and an answer that lapse before the launch."""
    gates = [{"gate": "communications-tone", "expires_at": "2026-09-01T10:00:00Z"}]
    return sample(AgreementChanged, gates=gates, reviews=[{"question": "resource", "review_by": "2026-09-02"}])


def _fact(name: str, kind: str, event: type[Contract] | None, of: Any) -> Any:
    plan = campaign()
    held = HeldNotice(
        campaign=CAMPAIGN, subject=f"{CAMPAIGN} is launched", text="It **is** launched.\n\n- one\n- two\n"
    )
    asked = Unanswered(
        campaign=CAMPAIGN, rule="advance-notice", team="Customer Services", references=REFERENCES,
        subject=f"{CAMPAIGN}: calls to expect from Monday 7 September 2026",
        told_at=datetime(2026, 8, 24, 14, 6, tzinfo=UTC), deadline=date(2026, 9, 28),
    )  # fmt: skip
    day = plan.expected_contacts[4]
    reckoning = Reckoning(on=day.on, expected=day, contacts=171, expected_so_far=279, contacts_so_far=366)
    specimens: Mapping[str, Any] = {
        "team": Team.model_validate(
            {
                "name": "Customer Services",
                "contacts": [{"role": "lead", "address": "customer-services@authority.example"}],
            }
        ),
        "kind": kind,
        "event": _made.get(event) or sample(event) if event else None,
        **plan_facts(Known(campaign=CAMPAIGN, approved=plan, agreement=lapsing()), plan, lines()),
        "gate": sample(AgreementChanged).gates[1],
        "again": False,
        "campaign": CAMPAIGN if of is str else plan,
        "on": LAUNCH,
        "wave": plan.waves[1],
        "count": 3,
        "reasons": (("time-to-pay", 2), ("extra-support", 1)),
        "references": REFERENCES,
        "deadline": date(2026, 9, 28),
        "items": (held, held),
        "asked": asked,
        "step": 1,
        "reckoning": reckoning,
        "actual": {each.on: each.central * (6 + n) // 7 for n, each in enumerate(plan.expected_contacts[:5])},
    }
    return specimens[name]
