"""A contact finds its campaign as soon as its letter is known, also if both come at the same moment."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from services.intake.contacts.contact import ContactReport
from services.intake.contacts.corrections import Corrections
from services.intake.contacts.excursions import Excursions
from services.intake.contacts.ports import Announce, StoredContact
from services.intake.contacts.recogniser import IncomingContact, RecognisedContact, Recogniser
from services.intake.contacts.recorder import Recorder
from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.handlers import Handlers
from services.intake.helpline.ports import HeardCapacities
from services.intake.late_arrivals.letters import SETTLING_TIME, LateLetters
from services.intake.late_arrivals.repository.late_arrivals import MongoLateLetters
from services.intake.outcomes.repository import MongoOutcomes
from services.intake.register.ports import Register
from services.intake.register.repository import MongoRegister
from shared.contracts import CommunicationsIssued, ContactCorrected
from shared.events import first_event
from shared.identifiers import new_id
from shared.protection import blind_index, load_keyring
from tests.intake.given.letters import CALLED, UNKNOWN, report
from tests.support.clocks import NOON, StoppedClock
from tests.support.inside import Corner, Inside
from tests.support.samples import sample


class Meanwhile:
    """Keeps contacts, and just before it does hears that their letter was issued."""

    def __init__(self, contacts: MongoContacts, handlers: Handlers) -> None:
        self._contacts = contacts
        self._handlers = handlers

    async def add(
        self, taken: Sequence[RecognisedContact], together: bool, announce: Announce
    ) -> Sequence[StoredContact]:
        letter = [{"reference": UNKNOWN, "arm": "plain", "language": "en"}]
        issued = sample(CommunicationsIssued, chunk=8, communications=letter)
        await self._handlers.register_letters(first_event(issued, "somebody", NOON))
        return await self._contacts.add(taken, together, announce)


async def test_a_contact_that_is_kept_at_the_moment_its_letter_is_registered_is_adopted_later(
    intake: Inside, corner: Corner
) -> None:
    clock, contacts, register = StoppedClock(CALLED), intake.part(MongoContacts), intake.part(MongoRegister)
    registrations = MongoLateLetters(intake.service.store, register)
    adoption = LateLetters(contacts, intake.part(MongoOutcomes), intake.part(Corrections), registrations, clock)
    token = partial(blind_index, load_keyring(corner.home.keyring), "customer")
    hear = Handlers(intake.part(Register), adoption, intake.part(Excursions), intake.part(HeardCapacities))
    meanwhile = Meanwhile(contacts, hear)
    recorder = Recorder(meanwhile, Recogniser(register, token), clock)
    told = ContactReport.model_validate(report(letter_reference=UNKNOWN))
    receipt = await recorder.record(IncomingContact(told, "adviser-7", "helpline", new_id(), "", again=False))
    assert receipt.campaign is None, "nobody had heard of the letter when it was looked for"
    await intake.service.store["registrations"].delete_many({"_id": {"$ne": await _cause(intake)}})

    clock.move(seconds=SETTLING_TIME.total_seconds() - 1)
    assert await adoption.look_again() is False
    assert (await contacts.get(receipt.contact)).campaign is None
    clock.move(seconds=2)
    assert await adoption.look_again() is True
    assert (await contacts.get(receipt.contact)).campaign == "OTM-26-0042"
    assert await adoption.look_again() is False
    said = [each for each in await intake.said() if each.type == ContactCorrected.event_type]
    assert [ContactCorrected.model_validate_json(each.body).contact for each in said] == [receipt.contact]
    assert await intake.service.store["registrations"].count_documents({}) == 0


async def test_letters_that_cannot_be_adopted_now_hold_up_no_others(intake: Inside) -> None:
    registrations = MongoLateLetters(intake.service.store, intake.part(MongoRegister))
    await intake.service.store["registrations"].delete_many({})
    for number in range(2):
        await registrations.note(f"cause-{number}", [], NOON + timedelta(seconds=number))
    later = NOON + timedelta(hours=1)
    found = [await registrations.oldest(later, later) for _ in range(3)]
    assert [each and each[0] for each in found] == ["cause-0", "cause-1", None]
    await registrations.forget("cause-0")
    assert (await registrations.oldest(later + timedelta(hours=1), later) or [""])[0] == "cause-1"


async def _cause(intake: Inside) -> str:
    row = await intake.service.store["registrations"].find_one({"letters": UNKNOWN})
    assert row is not None
    return str(row["_id"])
