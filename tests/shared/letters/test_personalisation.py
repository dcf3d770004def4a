"""Letters have places to fill, and nothing else in them is code."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.letters.personalisation import AGENT_FIELDS, FIELDS, fill, unknown_fields


def test_every_place_is_filled_whatever_the_spacing() -> None:
    text = "Dear {{name}}, your reference is {{ letter_reference }}; {{  name  }}!"
    fields = {"name": "Mr Ó Briain", "letter_reference": "7KM2X-Q4R9E"}
    assert fill(text, fields) == "Dear Mr Ó Briain, your reference is 7KM2X-Q4R9E; Mr Ó Briain!"


@given(st.text())
@example("{{ respond_by }}")
@example(r"\1\g<0>")
@example("{% if name %}{{ name }}")
def test_a_customers_own_text_is_put_in_as_it_is(value: str) -> None:
    """Even a name that looks like a place to fill is only a name."""
    assert fill("<{{ name }}>", {"name": value, "respond_by": "soon"}) == f"<{value}>"


def test_a_letter_that_asks_for_what_nobody_has_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        fill("{{ name }} owes {{ amount }}", {"name": "Mrs Jones"})
    assert [(problem.field, problem.rule) for problem in refused.value.problems] == [("amount", "unknown-field")]
    assert "Jones" not in refused.value.message


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        (" and ".join(f"{{{{ {name} }}}}" for name in sorted(FIELDS)), []),
        ("no place at all, { one } brace", []),
        ("{{ nmae }} and {{ amount }} and {{ name }}", ["amount", "nmae"]),
        ("{{ name", ["{{ }}"]),
        ("name }}", ["{{ }}"]),
        ("{{ name | upper }}", ["{{ }}"]),
        ("{{ nmae }} {{", ["nmae", "{{ }}"]),
    ],
)
def test_what_no_letter_can_be_filled_with_is_found_beforehand(text: str, unknown: list[str]) -> None:
    assert unknown_fields(text) == unknown


def test_an_agents_copy_has_one_place_more() -> None:
    assert unknown_fields("{{ agent_name }} for {{ name }}") == ["agent_name"]
    assert unknown_fields("{{ agent_name }} for {{ name }}", AGENT_FIELDS) == []


@given(st.text("{} namex_|", max_size=30))
def test_a_text_that_was_found_sound_can_be_filled(text: str) -> None:
    if not unknown_fields(text):
        assert "{{" not in fill(text, dict.fromkeys(FIELDS, "x"))
