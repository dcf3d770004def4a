"""The register of letters in MongoDB."""

from collections.abc import Sequence

from pymongo import ASCENDING, IndexModel

from services.intake.contact import RegisteredLetter
from services.intake.register import Answer
from shared.contracts import CampaignApproved, LinesToTakePublished
from shared.errors import NotFound
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

LETTERS = Indexes("letters", (IndexModel([("campaign", ASCENDING)]),))


class MongoRegister:
    def __init__(self, store: Store) -> None:
        self._campaigns = store["campaigns"]
        self._lines = store["lines_to_take"]
        self._letters = store["letters"]
        self._contacts = store["contacts"]

    async def campaign_approved(self, approved: CampaignApproved) -> None:
        known = {"title": approved.title, "regime": approved.regime}
        await self._campaigns.update_one({"_id": approved.campaign}, {"$set": known}, upsert=True)

    async def lines_published(self, published: LinesToTakePublished) -> None:
        document = {"_id": _version(published.campaign, published.version), **published.model_dump(mode="json")}
        await insert_new(self._lines, [document])

    async def add(self, letters: Sequence[RegisteredLetter]) -> None:
        await insert_new(self._letters, [_document(letter) for letter in letters])

    async def letter(self, reference: str) -> RegisteredLetter | None:
        document = await self._letters.find_one({"_id": reference})
        return _letter(document) if document else None

    async def look_up(self, reference: str) -> Answer:
        letter = await self.letter(reference)
        if letter is None:
            raise NotFound("no letter with this reference has been issued; record the contact all the same")
        campaign = await self._campaigns.find_one({"_id": letter.campaign}) or {}
        lines = await self._lines.find_one({"_id": _version(letter.campaign, letter.lines_to_take)}) or {}
        applying = [
            line
            for line in lines.get("lines", [])
            if line["language"] == letter.language and (not line["arms"] or letter.arm in line["arms"])
        ]
        return Answer.model_validate(
            {
                "letter": letter,
                "campaign": letter.campaign,
                "title": campaign.get("title", letter.campaign),
                "lines_to_take": applying,
                "earlier_contacts": await self._contacts.count_documents({"reference": reference}),
            }
        )


def _version(campaign: str, version: int) -> str:
    return f"{campaign}:{version}"


def _document(letter: RegisteredLetter) -> Document:
    fields = letter.model_dump()
    return {"_id": fields.pop("reference"), **fields}


def _letter(document: Document) -> RegisteredLetter:
    fields = dict(document)
    return RegisteredLetter.model_validate({"reference": fields.pop("_id"), **fields})
