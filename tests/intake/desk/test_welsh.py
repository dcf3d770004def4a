"""Everything that the desk can say is there in Welsh."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from services.intake.desk import labels, search
from services.intake.desk.strip import IN_WORDS
from shared.web.site.error_pages import ADVICE, OURS, TITLES

DESK, SITE = Path("services/intake/desk"), Path("shared/web/site/templates")
WELSH = {
    phrase
    for folder in (DESK / "pages" / "templates", SITE)
    for phrase in yaml.safe_load((folder / "cy.yaml").read_text())
}
PHRASE = re.compile(r"""_\((?:"((?:[^"\\])*)"|'((?:[^'\\])*)')""")
TEMPLATES = [*(DESK / "pages" / "templates").glob("*.html"), *(SITE / f"{n}.html" for n in ("base", "error"))]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_every_phrase_of_a_template_is_in_welsh(file: Path) -> None:
    said = {one or other for one, other in PHRASE.findall(file.read_text())}
    assert said - WELSH == set()


def test_every_choice_strip_and_title_of_an_error_is_in_welsh() -> None:
    groups = (labels.REASONS, labels.OUTCOMES, labels.KINDS, labels.TEAMS, search.REFERENCE_KINDS, search.WRONG)
    said = {text for group in (*groups, IN_WORDS, TITLES, ADVICE) for text in group.values()} | {OURS}
    assert said - WELSH == set()


@pytest.mark.parametrize("file", ["entry.py", "search.py", "pages/letters.py", "pages/contacts.py"])
def test_every_problem_that_the_desk_names_is_in_welsh(file: str) -> None:
    """Problems whose message is put together have a number in it: those are the limits of the fields."""
    tree = ast.parse((DESK / file).read_text())
    calls = [
        each for each in ast.walk(tree) if isinstance(each, ast.Call) and getattr(each.func, "id", "") == "Problem"
    ]
    said = {call.args[2].value for call in calls if isinstance(call.args[2], ast.Constant)}
    limits = {f"Shorten this to {limit:,} characters" for limit in (40, 500, 4_000)}
    assert (said | limits) - WELSH == set()
