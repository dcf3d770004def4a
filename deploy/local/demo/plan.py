"""The campaign that the demo plays: letters to people whose returns leave out income from letting."""

from datetime import date, timedelta
from typing import Any

SEED = 20_260_415
WAVES = 3
WRITTEN_TO = 0.8
"""The part of the customers that is no control."""
STEERING = {
    "policy": {"action": "slow", "slow_to": 0.5, "resume": "by-person", "longest_days": 5},
    "reason": "Agreed with the helplines: half as many letters a day where more customers ring than was forecast",
}
"""Policy of the closed loop, and the reason for it."""


AGENTS = {
    "en": "Dear {{ agent_name }}\n\nWe have written to a client of yours about income from letting property, "
    "under the letter reference {{ letter_reference }}. Please go through it with them by {{ respond_by }}.",
    "cy": "Annwyl {{ agent_name }}\n\nYsgrifenasom at un o'ch cleientiaid ynghylch incwm o osod eiddo, dan y "
    "cyfeirnod {{ letter_reference }}. Trafodwch hyn gyda nhw erbyn {{ respond_by }}.",
}
"""The text that a customer's agent reads."""


def _letter(language: str, subject: str, opening: str, asked: str) -> dict[str, Any]:
    reference = (
        "Your letter reference is {{ letter_reference }}"
        if language == "en"
        else "Eich cyfeirnod: {{ letter_reference }}"
    )
    greeting = "Dear" if language == "en" else "Annwyl"
    body = f"{greeting} {{{{ name }}}}\n\n{opening}\n\n{asked}\n\n{reference}."
    agent = {"subject": subject, "body": AGENTS[language]}
    return {"language": language, "subject": subject, "body": body, "agent": agent}


def plan(customers: int, launch: date, respond_by: date) -> dict[str, Any]:
    """The plan for planner's API: an untouched control and two letters, one plain and one that says how others act."""
    asked = "Please check your return and put it right by {{ respond_by }}."
    asked_cy = "Gwiriwch eich ffurflen a'i chywiro erbyn {{ respond_by }}."
    plain = "We think that income from letting property may be missing from your tax return."
    plain_cy = "Credwn y gallai incwm o osod eiddo fod ar goll o'ch ffurflen dreth."
    norm = "Nine out of ten people who let property tell us about all of their income on time."
    norm_cy = "Mae naw o bob deg o bobl sy'n gosod eiddo yn rhoi gwybod i ni am eu holl incwm mewn pryd."
    subject, subject_cy = "Income from letting property", "Incwm o osod eiddo"
    briefed = {"on": (launch - timedelta(days=40)).isoformat(), "by": "designer"}
    return {
        "title": "Undeclared income from letting property",
        "regime": "self-assessment",
        "risk": "Landlords whose returns leave out income that letting agents have reported.",
        "purpose": "Bring undeclared income from letting into tax returns without opening checks.",
        "aim": "prevent",
        "groups": [
            {"code": "landlords", "description": "People who let residential property through an agent, whose returns "
             "show no income from property.", "customers": customers, "could_grow_to": customers * 2},
        ],
        "customers": customers,
        "resource": "Two designers, one analyst; helplines take the calls within their present staffing.",
        "campaign_type": "highlighting-errors",
        "stream": "downstream",
        "small_test": "in-roll-out",
        "terms_of_reference": "The design team decides, analysts report monthly, the strategy unit hears at close.",
        "approach": "trial",
        "hypothesis": "A letter that says how others act brings more corrections than a plain one.",
        "method": "One letter, second class, printed and posted by the letter issuer.",
        "action": {
            "asked_to": "Check the property pages of the return and correct it online.",
            "why": "A letting agent reported rent that is not on the return.",
            "if_they_do": "The return is accepted as corrected, with the lower penalty for an unprompted correction.",
            "if_they_do_not": "The return stays in scope of the usual compliance work.",
            "follow_up": "A reminder is considered when the results are in.",
            "asks_for_records": False,
        },
        "evaluation": {
            "method": "Intention to treat, each letter against the untouched control.",
            "success_measure": "Share of customers who correct their return within 60 days.",
        },
        "milestones": [{"what": "First letters", "on": launch.isoformat()},
                       {"what": "Results", "on": (respond_by + timedelta(days=60)).isoformat()}],
        "contact_rate": {"low": 0.08, "central": 0.15, "high": 0.22},
        "launch": launch.isoformat(),
        "respond_by": respond_by.isoformat(),
        "allocation_seed": SEED,
        "daily_limit": max(1, round(customers * WRITTEN_TO / WAVES)),
        "arms": [
            {"code": "control", "control": True, "share": 1},
            {"code": "plain", "share": 2, "channel": "print",
             "letters": [_letter("en", subject, plain, asked), _letter("cy", subject_cy, plain_cy, asked_cy)]},
            {"code": "social-norm", "share": 2, "channel": "print",
             "letters": [_letter("en", subject, norm, asked), _letter("cy", subject_cy, norm_cy, asked_cy)]},
        ],
        "stakeholders": ["customer-services", "debt-management", "press-office", "disclosure-team", "letter-issuer"],
        "press_office_briefed": briefed,
        "communications_briefed": briefed,
        "responses": {
            "immediate_response": False,
            "contacts": [
                {"kind": "help-to-act", "team": "customer-services", "how": "Walk them through the property pages."},
                {"kind": "why-me", "team": "customer-services", "how": "By the lines to take."},
                {"kind": "cannot-pay", "team": "debt-management", "how": "Time to pay, by the usual rules."},
            ],
            "helplines": [{"code": "self-assessment", "percent": 70}, {"code": "extra-help", "percent": 30}],
            "volunteered": {"owner": "disclosure-team", "working_days": 15,
                            "process": "Acknowledge, settle on the facts given, tell the customer the outcome."},
            "liability_expected": True,
            "special_treatments": "Time to pay online up to 30,000 pounds.",
        },
    }  # fmt: skip


def answers(customers: int, launch: date, review_by: date) -> dict[str, dict[str, Any]]:
    """An answer to every question of the assessment, as planner's API takes it."""
    figures: dict[str, dict[str, Any]] = {
        "cost-of-inaction": {"exchequer_cost": 1_850_000},
        "customers": {"customers": customers},
        "resource": {"cost_one_to_many": 1.4, "cost_one_to_one": 95},
        "timing": {"deadlines": [(launch + timedelta(days=14)).isoformat()]},
    }
    return {
        question: {"text": text, "review_by": review_by.isoformat(), **figures.get(question, {})}
        for question, text in ANSWERS.items()
    }


ANSWERS = {
    "risk": "Income from letting left out of returns; in the treatment plan for property income.",
    "cost-of-inaction": "About 1.85 million pounds of tax a year from these customers.",
    "legal-requirement": "None; it is a choice of approach.",
    "reputation": "Letters to people who owe nothing would harm; the match with agents' reports was checked by sample.",
    "customers": "Those whom letting agents reported and whose returns show no rent.",
    "resource": "Within present staffing, if waves stay within what helplines can take.",
    "timing": "Before customers begin this year's return.",
    "behaviour": "To correct this return, and to include rent in the next.",
    "reaction": "Most look first; some worry. Extra support has its own route from every helpline.",
    "follow-up": "A reminder is considered when the results are in.",
    "operations": "More calls for about three weeks, told to customer services and debt management in advance.",
    "delivery": "Letters: not all of these customers use digital services.",
    "effectiveness": "The next two returns of all arms are compared.",
    "common-ground": "All let through agents; most say that they did not know that it must be declared.",
    "several-approaches": "Yes: two letters against an untouched control.",
    "something-else": "Agents could tell their landlords; that was tried and reached few.",
}


LINES = [
    {"question": "Why did I get this letter?",
     "answer": "A letting agent told us about rent that we cannot see on your return. It may be there under another "
               "heading: **check before you change anything**."},
    {"question": "What do I have to do?",
     "answer": "Look at the property pages of your return. If something is missing, correct the return online by the "
               "date in the letter. If nothing is missing you need not reply."},
    {"question": "I cannot pay what I owe.",
     "answer": "You may be able to pay in instalments. I will pass your details to the team that can arrange it."},
    {"question": "Pam y cefais y llythyr hwn?",
     "answer": "Dywedodd asiant gosod wrthym am rent na allwn ei weld ar eich ffurflen.", "language": "cy"},
]  # fmt: skip
