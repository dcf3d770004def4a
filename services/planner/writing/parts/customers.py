"""Parts that say who is written to, what they are asked to do, and when."""

from services.planner.plan.plan import LETTERS_PER_DAY
from services.planner.writing.kinds.choices import YES_OR_NO, one_of
from services.planner.writing.kinds.days import Day
from services.planner.writing.kinds.numbers import Whole
from services.planner.writing.kinds.texts import Coded, Text
from services.planner.writing.part import Asked, Items, Part, always
from shared.wording import title_of

REFERENCES = one_of(
    utr="Unique taxpayer reference", nino="National Insurance number", vrn="VAT registration number", paye="PAYE"
)

CUSTOMERS = (
    Part(
        "customers",
        "Customers in scope",
        always(
            Asked("customers", "The number of customers in scope", Whole(1), "Controls among them."),
            Asked("reference_kind", "The reference by which they are known", REFERENCES),
        ),
        ("customers", "reference_kind"),
    ),
    Part(
        "groups",
        "Groups of customers",
        always(
            Asked("code", "The name of the group", Coded(), "Short, such as Landlords."),
            Asked("description", "The behaviour that they share, and its reason", Text()),
            Asked("customers", "The number of customers in the group", Whole()),
            Asked("could_grow_to", "The number to which it could grow", Whole(), "If it could.", optional=True),
        ),
        ("groups",),
        items=Items("groups", "a group", lambda item: title_of(item["code"])),
        hint="Customers of a group share the behaviour and the reason for it.",
    ),
    Part(
        "action",
        "What customers are asked to do",
        always(
            Asked("action.asked_to", "What they are asked to do", Text()),
            Asked("action.why", "Why they are asked", Text()),
            Asked("action.if_they_do", "What happens if they do", Text()),
            Asked("action.if_they_do_not", "What happens if they do not", Text()),
            Asked("action.follow_up", "The follow-up", Text(), optional=True),
            Asked(
                "action.asks_for_records",
                "Whether they are asked for records",
                YES_OR_NO,
                "Asking for records is opening a check: that is another approach.",
            ),
        ),
        ("action",),
    ),
    Part(
        "dates",
        "Dates and letters a day",
        always(
            Asked("launch", "The day on which letters begin", Day(), "A working day. For example, 7 9 2026."),
            Asked("respond_by", "The day by which customers answer", Day(), "If letters say one.", optional=True),
            Asked("daily_limit", "Letters a day, at most", Whole(1, 10_000_000), f"Usually {LETTERS_PER_DAY:,}."),
            Asked(
                "short_notice",
                "The reason for short notice",
                Text(),
                "If teams hear of it later than they need to before the letters begin.",
                optional=True,
            ),
        ),
        ("launch", "respond_by", "daily_limit", "short_notice"),
    ),
    Part(
        "evaluation",
        "How it is evaluated",
        always(
            Asked("evaluation.method", "The method of evaluation", Text()),
            Asked("evaluation.success_measure", "The measure of success", Text()),
            Asked(
                "allocation_seed",
                "The seed of the allocation",
                Whole(),
                "Any number that was drawn and not chosen. With it, customers can be put into the same arms again.",
            ),
        ),
        ("evaluation", "allocation_seed"),
    ),
)
