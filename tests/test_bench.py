"""The measurements measure what dispatcher would really take on."""

from bench.plan import approved, launched
from services.dispatcher.campaign import expect_sound


def test_the_campaign_that_is_measured_can_be_issued() -> None:
    plan = approved(10_000)
    expect_sound(plan, {"print"})
    assert launched().version > plan.version
