"""A letter is composed for its customer, the same every time, and never for anybody of a control arm."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.channels.channel import Batch, GuardedChannel, SendClearance, Way
from services.dispatcher.customers.customer import Recipient
from services.dispatcher.letters.communication import Communication, ControlContacted, compose
from shared.contracts.campaigns import Arm
from shared.customers.letter_reference import parse_letter_reference
from shared.errors import Permanent
from tests.dispatcher.given.cleared import sent
from tests.dispatcher.given.people import CAMPAIGN, campaign, customer

KEY = b"k" * 32
CONTROL, PLAIN = campaign().plan.arms
ISSUED_AT = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)


class Letterbox:
    """A channel that keeps what it is sent."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    one_by_one = False
    capabilities = ChannelCapabilities()

    async def look_back(self, batch: Batch, ledger: object) -> bool:
        return False

    @asynccontextmanager
    async def reserved(self, batch: Batch, ledger: object) -> AsyncIterator[Way]:
        yield Way(self._keep)

    async def _keep(self, batch: Batch, clearance: SendClearance) -> None:
        self.batches.append(batch)


def composed(row: int = 7, arm: Arm = PLAIN, **described: object) -> Communication:
    return compose(campaign(), Recipient(row, customer(**described)), arm, KEY)  # type: ignore[arg-type]


def test_every_place_in_a_letter_is_filled_for_its_customer() -> None:
    letter = composed()
    assert letter.body.split("\n\n") == [
        "Dear Gwenllian Ap Rhys",
        f"We think that income from letting property may be missing from your return {customer().reference}.",
        f"Please check it by **30 October 2026**. Your letter reference is {letter.reference}.",
    ]
    assert parse_letter_reference(letter.reference) == letter.reference
    assert (letter.subject, letter.language, letter.format) == ("Income from letting property", "en", "standard")


def test_a_welsh_customer_gets_the_welsh_letter_and_whoever_cannot_read_small_print_another_format() -> None:
    letter = composed(language="cy", flags=frozenset({"large-print", "extra-support"}))
    assert (letter.subject, letter.language, letter.format) == ("Incwm o osod eiddo", "cy", "large-print")
    assert letter.body.startswith("Annwyl Gwenllian")
    assert [composed(flags=frozenset({form})).format for form in ("audio", "braille", "deceased")] == [
        "audio", "braille", "standard",
    ]  # fmt: skip


def test_a_letter_composed_again_is_the_same_to_the_letter_and_no_other_has_its_reference() -> None:
    assert composed() == composed()
    other_campaign = campaign().model_copy(update={"number": 4})
    elsewhere = compose(other_campaign, Recipient(7, customer()), PLAIN, KEY)
    references = {composed(row).reference for row in range(1, 50)} | {elsewhere.reference}
    assert len(references) == 50


def test_personal_data_is_not_in_what_a_letter_says_of_itself() -> None:
    shown = repr(composed()) + repr(Recipient(7, customer())) + repr(customer())
    assert not [text for text in ("Gwenllian", "Quillfeather", customer().reference) if text in shown]


def test_nothing_is_composed_for_a_customer_of_a_control_arm() -> None:
    with pytest.raises(ControlContacted) as refused:
        composed(arm=CONTROL)
    assert isinstance(refused.value, Permanent)  # never tried again, but seen in the dead letters
    with pytest.raises(ControlContacted):  # whatever letters somebody gave it
        composed(arm=CONTROL.model_copy(update={"letters": PLAIN.letters, "channel": "print"}))


async def test_no_batch_with_anything_for_a_control_arm_in_it_reaches_a_channel() -> None:
    box = Letterbox()
    smuggled = Communication("7KM2X-Q4R9E", 9, CONTROL, "en", "standard", "Subject", "Body", customer())
    guarded = GuardedChannel(box)
    fine, wrong = (
        Batch(CAMPAIGN, 1, "print", ISSUED_AT, letters)
        for letters in ([composed(1), composed(2)], [composed(1), composed(2), smuggled])
    )
    for asked, settled in ((wrong, fine), (fine, wrong)):
        with pytest.raises(ControlContacted, match="arm control"):
            await sent(guarded, asked, settled)
    assert box.batches == []
    await sent(guarded, fine)
    assert box.batches == [fine]
