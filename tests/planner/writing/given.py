"""Texts that a designer types on each page to make the plan of the demo."""

from typing import Any

from tests.planner.given.plans import plan
from tests.support.browsing import Browser, Page

Texts = dict[str, str]
WRITE = "/campaigns/OTM-26-0001/write"
PLAN = plan()
ACTION, EVALUATION, RESPONSES = PLAN["action"], PLAN["evaluation"], PLAN["responses"]


def day(name: str, on: str) -> Texts:
    year, month, number = on.split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def _briefed(name: str) -> Texts:
    return day(f"{name}-on", PLAN[name]["on"]) | {f"{name}-by": "Designer"}


def _of(fields: dict[str, Any], within: str = "") -> Texts:
    return {f"{within}{name}": "No" if value is False else str(value) for name, value in fields.items()}


ALONE: dict[str, Texts] = {
    "purpose": {name: PLAN[name] for name in ("purpose", "risk", "aim")},
    "kind": {name: PLAN[name] for name in ("campaign_type", "stream", "method")} | {"sent_through": "direct"},
    "resource": {
        "resource": PLAN["resource"],
        "terms_of_reference": PLAN["terms_of_reference"],
        "milestones": "\n".join(f"{each['on']}  {each['what']}" for each in PLAN["milestones"]),
    },
    "approach": {name: PLAN[name] for name in ("approach", "hypothesis", "small_test")},
    "customers": {"customers": "25,000", "reference_kind": "utr"},
    "action": _of(ACTION, "action-") | {"action-asks_for_records": "no"},
    "dates": day("launch", PLAN["launch"]) | day("respond_by", PLAN["respond_by"]) | {"daily_limit": "6,667"},
    "evaluation": _of(EVALUATION, "evaluation-") | {"allocation_seed": str(PLAN["allocation_seed"])},
    "contact-rate": {"contact_rate-low": "8", "contact_rate-central": "15%", "contact_rate-high": "22"},
    "responses": {
        "responses-immediate_response": "no",
        "responses-liability_expected": "yes",
        "responses-special_treatments": RESPONSES["special_treatments"],
        "responses-letter_issuer-takes_calls": "no",
    },
    "new-information": {
        "responses-volunteered-owner": "Disclosure team",
        "responses-volunteered-working_days": "15",
        "responses-volunteered-process": RESPONSES["volunteered"]["process"],
    },
    "takers": {"responses-helplines": "Self assessment, 70\nextra-help, 30%"},
    "teams": {"stakeholders": "Customer services\ndebt-management\npress office\nDisclosure team\nLetter issuer"},
    "press-office-briefed": _briefed("press_office_briefed"),
    "communications-briefed": _briefed("communications_briefed"),
}
"""The texts of each part that has one page."""


def _letters(arm: dict[str, Any]) -> Texts:
    texts: Texts = {}
    for letter in arm["letters"]:
        at = letter["language"]
        texts |= {f"{at}-subject": letter["subject"], f"{at}-body": letter["body"]}
        texts |= {f"{at}-agent-subject": letter["agent"]["subject"], f"{at}-agent-body": letter["agent"]["body"]}
    return texts


def _arm(arm: dict[str, Any], name: str) -> Texts:
    first = {key: text for key, text in _letters(arm).items() if key in ("en-subject", "en-body")}
    return {"code": name, "share": str(arm["share"]), "channel": arm["channel"]} | first


GROUP = PLAN["groups"][0]
CONTROL, PLAIN, NORM = PLAN["arms"]
ITEMS: dict[str, list[Texts]] = {
    "groups": [
        {"code": "Landlords", "description": GROUP["description"], "customers": "25,000", "could_grow_to": "50,000"}
    ],
    "arms": [_arm(PLAIN, "Plain"), _arm(NORM, "Social norm")],
    "control": [{"code": "Control", "share": "1"}],
    "contacts": [each | {"team": each["team"].replace("-", " ")} for each in RESPONSES["contacts"]],
}
"""The texts of each item of a list."""
LETTERS = [_letters(PLAIN), _letters(NORM)]


async def write(browser: Browser, part: str, typed: Texts) -> Page:
    """Sends a page of the plan with what is typed."""
    form = await browser.get(f"{WRITE}/{part}")
    return await browser.send(form, f"{WRITE}/{part}", **typed, do="save")


def errors(page: Page) -> set[str]:
    """Returns the fields to which the error summary leads."""
    return {link[1:] for link in page.links if link.startswith("#") and link != "#main"}
