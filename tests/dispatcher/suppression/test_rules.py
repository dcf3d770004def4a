"""Rules of suppression: the gravest reason counts, and every arm's needs must be met."""

from pathlib import Path

import pytest

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.channels.printing.files import PRINT
from services.dispatcher.customers.customer import FLAGS, FORMATS
from services.dispatcher.suppression.rules import Needs, SuppressionRules, needs_of, reason_to_suppress
from services.dispatcher.suppression.rules_file import load_suppression_rules
from shared.errors import Invalid
from tests.dispatcher.given.people import campaign, customer

RULES = load_suppression_rules()
BY_LETTER = Needs(frozenset({"en", "cy"}))
REQUIRED = {
    "deceased", "insolvent", "open-compliance-check", "dispute-or-tribunal", "existing-time-to-pay", "ceased",
    "returned-mail", "recently-contacted", "welsh-without-translation", "unmet-format-need", "no-usable-address",
    "duplicate",
}  # fmt: skip


def test_the_reviewed_rules_have_every_reason_and_know_every_flag_that_suppresses() -> None:
    assert {reason.code for reason in RULES.reasons} >= REQUIRED
    assert {reason.flag for reason in RULES.reasons if reason.flag} == FLAGS - {*FORMATS, "extra-support"}


def test_nobody_is_written_to_who_must_not_be_and_the_gravest_reason_counts() -> None:
    assert reason_to_suppress(customer(), BY_LETTER, RULES) is None
    for reason in RULES.reasons:
        if reason.flag:
            flags = frozenset({reason.flag, "large-print"})
            assert reason_to_suppress(customer(flags=flags, address=()), BY_LETTER, RULES) == reason.code
    both = customer(flags=frozenset({"ceased"}))
    assert reason_to_suppress(both, BY_LETTER, RULES, ["deceased", "duplicate"]) == "deceased"
    assert reason_to_suppress(both, BY_LETTER, RULES, ["recently-contacted", "duplicate"]) == "ceased"


@pytest.mark.parametrize(
    ("changes", "needs", "reason"),
    [
        ({"address": ()}, BY_LETTER, "no-usable-address"),
        ({"postcode": ""}, BY_LETTER, "no-usable-address"),
        ({"language": "cy"}, BY_LETTER, None),
        ({"language": "cy"}, Needs(frozenset({"en"})), "welsh-without-translation"),
        ({"address": ()}, Needs(frozenset({"en"}), frozenset({"email"})), "no-usable-address"),
        ({"address": (), "email": "a@b.example"}, Needs(frozenset({"en"}), frozenset({"email"})), None),
        ({"email": "a@b.example"}, Needs(frozenset({"en"}), frozenset({"email", "phone"})), "no-usable-address"),
        ({"address": ()}, Needs(frozenset({"en"}), frozenset()), None),
    ],
)
def test_a_customer_who_cannot_be_reached_is_not_written_to(
    changes: dict[str, object], needs: Needs, reason: str | None
) -> None:
    assert reason_to_suppress(customer(**changes), needs, RULES) == reason  # type: ignore[arg-type]


def test_a_format_that_nobody_makes_is_a_need_that_is_not_met() -> None:
    less = RULES.model_copy(update={"formats": frozenset({"large-print"})})
    assert reason_to_suppress(customer(flags=frozenset({"braille"})), BY_LETTER, less) == "unmet-format-need"
    assert reason_to_suppress(customer(flags=frozenset({"large-print"})), BY_LETTER, less) is None


@pytest.mark.parametrize("wanted", FORMATS)
def test_a_format_that_one_arm_s_channel_does_not_make_is_a_need_that_is_not_met(wanted: str) -> None:
    control, plain = campaign().plan.arms
    by_letter = campaign(arms=[control, plain, plain.model_copy(update={"code": "other", "channel": "letter"})])
    somebody = customer(flags=frozenset({wanted}))
    for channels, reason in (
        ({"print": PRINT, "letter": ChannelCapabilities()}, "unmet-format-need"),
        ({"print": PRINT}, "unmet-format-need"),  # not configured any more
        ({"print": PRINT, "letter": ChannelCapabilities(frozenset({wanted}))}, None),
    ):
        assert reason_to_suppress(somebody, needs_of(by_letter, channels), RULES) == reason
        assert reason_to_suppress(customer(), needs_of(by_letter, channels), RULES) is None
    assert reason_to_suppress(somebody, needs_of(campaign(), {"print": PRINT}), RULES) is None


def test_a_customer_needs_what_every_arm_needs_whichever_it_will_be() -> None:
    treated = campaign().plan.arms[1]
    by_email = treated.model_copy(update={"code": "by-email", "channel": "email"})
    in_text = treated.model_copy(update={"code": "in-text", "channel": "text"})
    channels = {"print": PRINT, "email": ChannelCapabilities(), "text": ChannelCapabilities()}
    needs = needs_of(campaign(arms=[*campaign().plan.arms, by_email, in_text]), channels)
    assert needs.reached_by == {"address", "email", "phone"}
    assert needs.formats == set(), "by e-mail and text there is standard print alone"


@pytest.mark.parametrize(
    "text",
    [
        "reasons: []\nformats: []\nrecently_contacted_days: 28\n",
        "reasons: [{code: duplicate, flag: vip}]\nformats: []\nrecently_contacted_days: 28\n",
        "formats: [smoke-signals]\n",
    ],
)
def test_rules_that_do_not_hang_together_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "suppression.yaml"
    file.write_text(text)
    with pytest.raises(Invalid):
        load_suppression_rules(file)
    assert isinstance(RULES, SuppressionRules)
