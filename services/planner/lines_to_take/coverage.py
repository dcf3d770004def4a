"""Coverage of lines to take: each language in which an arm is written to, and each audience that takes its calls."""

from collections.abc import Iterator, Sequence

from services.planner.lines_to_take.words import Line, Script, Words
from services.planner.plan.response_handling import ResponseHandling
from services.planner.plan.trial import Arm, Language
from shared.errors import Problem
from shared.wording import title_of, words_of

LANGUAGES = {"en": "English", "cy": "Welsh"}


def coverage_problems(words: Words, arms: Sequence[Arm], responses: ResponseHandling | None) -> list[Problem]:
    """Returns a problem for each language without a line, and for each audience and language without the script that it
    needs, of every arm that is written to. A customer who answers a Welsh letter is answered in Welsh.
    """
    return list(dict.fromkeys(_problems(words, arms, responses)))


def _problems(words: Words, arms: Sequence[Arm], responses: ResponseHandling | None) -> Iterator[Problem]:
    for arm in arms:
        for language in (letter.language for letter in arm.letters):
            where = f"{LANGUAGES[language]} for {title_of(arm.code)}"
            if not _covered(words.lines, arm, language):
                yield Problem("lines_to_take.lines", "covers", f"there is no line in {where}")
            for audience in _audiences(responses):
                theirs = [script for script in words.scripts if script.audience == audience]
                if not _covered(theirs, arm, language):
                    yield Problem(
                        "lines_to_take.scripts", audience, f"there is no script of {words_of(audience)} in {where}"
                    )


def _audiences(responses: ResponseHandling | None) -> Iterator[str]:
    """Audiences that need a script: helplines where a response is sought, the letter issuer where it takes calls."""
    if responses and responses.immediate_response:
        yield "helplines"
    if responses and responses.letter_issuer.takes_calls:
        yield "letter-issuer"


def _covered(pieces: Sequence[Line | Script], arm: Arm, language: Language) -> bool:
    return any(piece.language == language and (not piece.arms or arm.code in piece.arms) for piece in pieces)
