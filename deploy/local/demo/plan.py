"""The campaign that the demo plays: letters to people whose returns leave out income from letting."""

from datetime import date
from typing import Any

SEED = 20_260_415


def _letter(language: str, subject: str, opening: str, asked: str) -> dict[str, str]:
    reference = (
        "Your letter reference is {{ letter_reference }}"
        if language == "en"
        else "Eich cyfeirnod: {{ letter_reference }}"
    )
    body = f"Dear {{{{ name }}}}\n\n{opening}\n\n{asked}\n\n{reference}."
    return {"language": language, "subject": subject, "body": body}


def plan(customers: int, launch: date, respond_by: date) -> dict[str, Any]:
    """As planner's API takes it: an untouched control and two letters, one plain and one that says how others act."""
    asked = "Please check your return and put it right by {{ respond_by }}."
    asked_cy = "Gwiriwch eich ffurflen a'i chywiro erbyn {{ respond_by }}."
    plain = "We think that income from letting property may be missing from your tax return."
    plain_cy = "Credwn y gallai incwm o osod eiddo fod ar goll o'ch ffurflen dreth."
    norm = "Nine out of ten people who let property tell us about all of their income on time."
    norm_cy = "Mae naw o bob deg o bobl sy'n gosod eiddo yn rhoi gwybod i ni am eu holl incwm mewn pryd."
    subject, subject_cy = "Income from letting property", "Incwm o osod eiddo"
    return {
        "title": "Undeclared income from letting property",
        "regime": "self-assessment",
        "risk": "Landlords whose returns leave out income that letting agents have reported.",
        "customers": customers,
        "contact_rate": {"low": 0.08, "central": 0.15, "high": 0.22},
        "launch": launch.isoformat(),
        "respond_by": respond_by.isoformat(),
        "allocation_seed": SEED,
        "arms": [
            {"code": "control", "control": True, "share": 1},
            {"code": "plain", "share": 2, "channel": "print",
             "letters": [_letter("en", subject, plain, asked), _letter("cy", subject_cy, plain_cy, asked_cy)]},
            {"code": "social-norm", "share": 2, "channel": "print",
             "letters": [_letter("en", subject, norm, asked), _letter("cy", subject_cy, norm_cy, asked_cy)]},
        ],
        "stakeholders": ["customer-services", "debt-management", "press-office", "disclosure-team", "letter-issuer"],
        "lines_to_take": LINES,
    }  # fmt: skip


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
