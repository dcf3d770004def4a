"""No sequence of calls, by any mix of people and with any plan that somebody else may have drafted, makes a call fail
with 500, reaches live with a team or gate that does not know the present form, or leaves a campaign without a way on.
"""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.planner.given.office import Office
from tests.planner.given.sequences import Sequences
from tests.support.inside import Corner


@pytest.mark.parametrize(("examples", "steps"), [(8, 15), pytest.param(150, 25, marks=pytest.mark.long)])
def test_no_sequence_of_calls_fails_goes_unagreed_or_gets_stuck(corner: Corner, examples: int, steps: int) -> None:
    with Office.open(corner) as office:
        Sequences.office = office
        # what fails is shown as it was drawn: to make it shorter takes minutes
        drawn = settings(max_examples=examples, stateful_step_count=steps, phases=[Phase.explicit, Phase.generate])
        run_state_machine_as_test(Sequences, settings=drawn)
