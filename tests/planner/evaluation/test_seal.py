"""The seal of an analysis plan."""

from typing import Any

import pytest
import rfc8785

from services.planner.evaluation.seal import canonical, expect_seal, seal, seal_of
from shared.errors import Conflict, Malformed
from tests.planner.evaluation.given.trials import plan


def test_canonical_json_is_that_of_the_standards_example() -> None:
    """RFC 8785, section 3.2.2 and 3.2.3: numbers, escapes, sorted keys."""
    document: dict[str, Any] = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert (
        rfc8785.dumps(document)
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_a_plan_has_the_same_seal_however_it_is_spelled() -> None:
    assert seal(plan()) == seal(plan(alpha=0.050))
    assert seal(plan()) == seal_of(dict(reversed(plan().model_dump(mode="json").items())))
    assert b" " not in canonical(plan(title="Trial"))


@pytest.mark.parametrize(
    "change", [{"alpha": 0.1}, {"correction": "none"}, {"smallest_effect": 0.02}, {"customers": 5}]
)
def test_a_change_of_the_plan_is_another_seal(change: dict[str, object]) -> None:
    assert seal(plan(**change)) != seal(plan())


def test_a_seal_that_does_not_match_is_refused_with_both_seals() -> None:
    document = plan().model_dump(mode="json")
    expect_seal(document, seal(plan()).upper() + "\n")
    with pytest.raises(Conflict, match="not the one that was sealed") as refused:
        expect_seal(document, "0" * 64)
    assert seal(plan()) in refused.value.problems[0].message


@pytest.mark.parametrize("document", [{"a": 2**60}, {"a": float("nan")}, {"a": "\ud800"}, {1: "a"}])
def test_what_json_cannot_say_has_no_seal(document: object) -> None:
    with pytest.raises(Malformed, match="canonical"):
        seal_of(document)
