"""Questions of the assessment: the thirteen of the guidance on planning (CH600210), and three more from its text."""

from dataclasses import dataclass
from enum import StrEnum


class Figure(StrEnum):
    """A number or date that an answer gives beside its words. Money is in pounds."""

    CUSTOMERS = "customers"
    EXCHEQUER_COST = "exchequer_cost"
    COST_ONE_TO_MANY = "cost_one_to_many"
    COST_ONE_TO_ONE = "cost_one_to_one"
    DEADLINES = "deadlines"


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    asks: str
    needs: tuple[Figure, ...] = ()


QUESTIONS: dict[str, Question] = {
    question.code: question
    for question in (
        Question("risk", "What is the risk, and how does it link to the strategic picture of risk, risk treatment "
                 "plans and wider compliance strategies?"),
        Question("cost-of-inaction", "What does it cost the department if the risk is not tackled: tax gap, loss to "
                 "the Exchequer?", (Figure.EXCHEQUER_COST,)),
        Question("legal-requirement", "Is there a legal requirement to do it?"),
        Question("reputation", "Are there reputational impacts to consider?"),
        Question("customers", "How many customers are involved?", (Figure.CUSTOMERS,)),
        Question("resource", "Is additional resource required, and is it available?",
                 (Figure.COST_ONE_TO_MANY, Figure.COST_ONE_TO_ONE)),
        Question("timing", "When will it be delivered, and by when must customers be told?", (Figure.DEADLINES,)),
        Question("behaviour", "What behaviours are to be influenced, and what impact is wanted?"),
        Question("reaction", "How will customers react, and what support do vulnerable ones need?"),
        Question("follow-up", "Will follow-up action be taken?"),
        Question("operations", "What is the impact on operational colleagues, such as customer services and debt "
                 "management, of more contact or changed returns?"),
        Question("delivery", "What is the most appropriate method of delivery: digital, paper, third party?"),
        Question("effectiveness", "How is ongoing effectiveness monitored: do customers stay compliant?"),
        Question("common-ground", "Do these customers share enough in common, and the reason for the behaviour?"),
        Question("several-approaches", "Would several approaches be tested against each other?"),
        Question("something-else", "Would something else, or no further action, be the better answer?"),
    )
}  # fmt: skip
