"""The measurements measure what dispatcher would really take on."""

from bench.plan import approved, launched
from services.dispatcher.campaigns.soundness import expect_sound
from services.dispatcher.channels.printing.files import PRINT


def test_the_campaign_that_is_measured_can_be_issued() -> None:
    plan = approved(10_000)
    expect_sound(plan, {"print": PRINT})
    assert launched().version > plan.version
