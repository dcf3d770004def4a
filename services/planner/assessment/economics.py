"""Economics of the approach: when writing to many is cheaper than asking each."""

from collections.abc import Mapping

from services.planner.assessment.answer import Answer
from shared.values import Value


class Economics(Value):
    """Pounds per customer, and the response rate (0 to 1) above which One to Many is the cheaper way.

    Writing costs `cost_one_to_many` for every customer, of whom a share r responds: cost_one_to_many / r for each
    response. Asking each costs `cost_one_to_one`, and everybody answers. The two are the same where r =
    cost_one_to_many / cost_one_to_one. Above 1 there is no such rate: None.
    """

    cost_one_to_many: float
    cost_one_to_one: float
    break_even_response_rate: float | None


def economics(answers: Mapping[str, Answer]) -> Economics | None:
    """Returns the economics; None until the question about resource is answered."""
    answer = answers.get("resource")
    if answer is None or answer.given.cost_one_to_many is None or answer.given.cost_one_to_one is None:
        return None
    many, one = answer.given.cost_one_to_many, answer.given.cost_one_to_one
    return Economics(
        cost_one_to_many=many, cost_one_to_one=one, break_even_response_rate=many / one if many <= one and one else None
    )
