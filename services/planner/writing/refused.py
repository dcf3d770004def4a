"""Refusals of what was typed, each at the field of the form that it is about."""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from services.planner.writing.part import Asked, Part
from services.planner.writing.standing import owner_of
from shared.errors import Problem
from shared.wording import field_words, sentence

OTHER_RULES = "The plan was accepted under other rules: change it as a whole first"
WORDS = "lines_to_take."


def at_fields(problems: Sequence[Problem], part: Part, asks: Sequence[Asked], at: int) -> list[Problem]:
    """Returns the problems of a document at the fields of a form: of a part, or of its item at that place."""
    return [_at_field(problem, part, asks, at) for problem in problems]


def of_shape(error: ValidationError) -> Iterator[Problem]:
    """Yields what is wrong with the shape of a document, by its paths."""
    for each in error.errors(include_url=False, include_context=True, include_input=False):
        field = ".".join(str(name) for name in each["loc"])
        most, least = each.get("ctx", {}).get("max_length"), each.get("ctx", {}).get("min_length")
        if each["type"] == "too_long":
            yield Problem(field, "too-many", f"there are at most {most}")
        elif each["type"] == "too_short":
            yield Problem(field, "too-few", f"there is at least {least}")
        else:
            yield Problem("", "shape", OTHER_RULES)


def _at_field(problem: Problem, part: Part, asks: Sequence[Asked], at: int) -> Problem:
    path = problem.field.removeprefix(WORDS) if part.document == "words" else problem.field
    if not path:
        return Problem("", problem.rule, sentence(problem.message))
    if part.items is not None:
        if path == part.items.path and asks:
            return Problem(asks[0].key, problem.rule, sentence(problem.message))
        mine = f"{part.items.path}.{at}."
        path = part.field_of(path.removeprefix(mine)) if f"{path}.".startswith(mine) else ""
    for asked in asks:
        if path and (f"{path}.".startswith(f"{asked.name}.") or asked.name.startswith(f"{path}.")):
            return Problem(asked.key, problem.rule, sentence(problem.message))
    owner = owner_of(problem)
    return Problem(
        "", problem.rule, f"{owner.name if owner else sentence(field_words(problem.field))}: {problem.message}"
    )
