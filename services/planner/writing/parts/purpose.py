"""Parts that say what a campaign is for, of which kind it is, and what it takes."""

from collections.abc import Sequence

from services.planner.writing.kinds.choices import Choice, one_of
from services.planner.writing.kinds.lines import Lines
from services.planner.writing.kinds.rows import MILESTONE, REFERENCE
from services.planner.writing.kinds.texts import Coded, Line, Text
from services.planner.writing.part import Asked, Part, Scene, always
from shared.wording import title_of

AIMS = one_of(promote="Promote good compliance", prevent="Prevent mistakes", respond="Respond to non-compliance")
TYPES = one_of(
    highlighting_errors="Highlights errors",
    voluntary_disclosure="Invites voluntary disclosure",
    deadline_reminder="Reminds of a deadline",
    debt_reminder="Reminds of a debt",
    educating="Educates",
)
STREAMS = one_of(
    upstream="Upstream: before anything is due", downstream="Downstream: about what was done or left undone"
)
WAYS = one_of(
    direct="Directly to the customer",
    intermediary="Through an intermediary",
    agent="Through the customer's agent",
    third_party="Through a third party",
)
APPROACHES = one_of(trial="A trial: letters are compared with each other or a control", established="Established")
TESTS = one_of(pilot="By a pilot, before", in_roll_out="Within the roll-out", none="Not tested")


def _title(scene: Scene) -> Sequence[Asked]:
    directorates = Choice({code: title_of(code) for code in scene.directorates}, {})
    return (
        Asked("title", "The title", Line(), "What it is about, as colleagues would call it."),
        Asked("regime", "The tax or duty", Coded(), "Such as Self assessment."),
        Asked("directorate", "The directorate", directorates, "Its approvers decide about the campaign."),
    )


PURPOSE = (
    Part("title", "Title, tax and directorate", _title, ("title", "regime", "directorate")),
    Part(
        "purpose",
        "What it is for",
        always(
            Asked("purpose", "The purpose", Text()),
            Asked("risk", "The risk that it tackles", Text()),
            Asked("aim", "The aim", AIMS),
        ),
        ("purpose", "risk", "aim"),
    ),
    Part(
        "kind",
        "Type and method",
        always(
            Asked("campaign_type", "The type of campaign", TYPES),
            Asked("stream", "The stream", STREAMS),
            Asked("method", "The method by which customers are reached", Text()),
            Asked("sent_through", "The way that messages take", WAYS),
        ),
        ("campaign_type", "stream", "method", "sent_through"),
    ),
    Part(
        "resource",
        "Resource and terms",
        always(
            Asked("resource", "The resource that it needs", Text()),
            Asked("terms_of_reference", "The terms of reference", Text(), "Who does what, and how it is reported."),
            Asked(
                "milestones",
                "The milestones",
                Lines(*MILESTONE, most=50),
                "Each on a line of its own, its day first, such as 2026-09-07 First letters.",
            ),
        ),
        ("resource", "terms_of_reference", "milestones"),
    ),
    Part(
        "approach",
        "Trial or established approach",
        always(
            Asked("approach", "The approach", APPROACHES),
            Asked("hypothesis", "The hypothesis", Text(), "A trial needs one.", optional=True),
            Asked("small_test", "The test on few customers", TESTS),
            Asked(
                "earlier_campaigns",
                "Earlier campaigns",
                Lines(*REFERENCE, most=20),
                "A pilot, or others that this one builds on. Each on a line of its own, such as OTM-26-0001.",
                optional=True,
            ),
        ),
        ("approach", "hypothesis", "small_test", "earlier_campaigns"),
    ),
)
