"""The register of letters in MongoDB."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import IndexModel

from services.intake.campaigns.campaign import KnownCampaign, known_campaign
from services.intake.campaigns.repository import MongoCampaigns
from services.intake.contacts.repository.rows import ContactRows
from services.intake.register.letter import RegisteredLetter
from services.intake.register.register import EarlierContact, History
from services.intake.restriction import Restrictions
from shared.contracts import CampaignApproved, LinesToTakePublished
from shared.customers.generations import is_token
from shared.storage.finding import found_by
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

LETTERS = Indexes("letters", (IndexModel("campaign"), IndexModel("customer", sparse=True)))
CONTACTS_SHOWN = 20
CONTACTS_READ = 1_000
SHOWN = {"channel": 1, "reason": 1, "outcome": 1, "team": 1, "received_at": 1, "support": 1, "personal": 1, "void": 1,
         "about": 1, "block": 1}  # fmt: skip


class MongoRegister:
    def __init__(self, store: Store, campaigns: MongoCampaigns, rows: ContactRows, restrictions: Restrictions) -> None:
        self._letters = store["letters"]
        self._contacts = store["contacts"]
        self._campaigns = campaigns
        self._rows = rows
        self._restrictions = restrictions

    async def campaign_approved(self, approved: CampaignApproved) -> None:
        await self._campaigns.approved(known_campaign(approved), approved.plan_version)

    async def letters_paused(self, campaign: str, version: int, at: datetime | None) -> None:
        await self._campaigns.paused(campaign, version, at)

    async def lines_published(self, published: LinesToTakePublished) -> None:
        await self._campaigns.publish(published)

    async def add(self, letters: Sequence[RegisteredLetter]) -> None:
        await insert_new(self._letters, [_document(letter) for letter in letters])

    async def letters(self, references: Sequence[str]) -> dict[str, RegisteredLetter]:
        return {row["_id"]: _letter(row) for row in await found_by(self._letters, "_id", references)}

    async def letters_to(self, customer: str) -> list[RegisteredLetter]:
        return (await self.letters_to_all([customer])).get(customer, [])

    async def letters_to_all(self, customers: Sequence[str]) -> dict[str, list[RegisteredLetter]]:
        """The newest of each customer first."""
        found: dict[str, list[RegisteredLetter]] = {}
        letters = [_letter(row) for row in await found_by(self._letters, "customer", customers)]
        for letter in sorted(letters, key=lambda letter: letter.issued_at, reverse=True):
            found.setdefault(str(letter.customer), []).append(letter)
        return found

    async def registered(self, campaign: str) -> int:
        return await self._letters.count_documents({"campaign": campaign})

    async def campaigns(self) -> Sequence[KnownCampaign]:
        return list((await self._campaigns.known()).values())

    async def lines(self, campaign: str, version: int | None) -> LinesToTakePublished | None:
        return await self._campaigns.lines(campaign, version)

    async def history(self, letter: RegisteredLetter) -> History:
        keys = [letter.reference, letter.customer] if letter.customer else [letter.reference]
        found = self._rows.opened(
            await self._contacts.find({"about": {"$in": keys}}, SHOWN).to_list(CONTACTS_READ), keys
        )
        hidden = await self._restricted(found, keys)
        shown = (row for row in found if not row["void"] and hidden.isdisjoint(row["about"]))
        rows = sorted(shown, key=lambda row: row["received_at"], reverse=True)
        offered = [said for row in rows if row["support"] and (said := self._offered(row))]
        return History(
            contacts=len(rows),
            newest=tuple(_earlier(row) for row in rows[:CONTACTS_SHOWN]),
            extra_support=any(row["support"] for row in rows),
            support_offered=tuple(dict.fromkeys(offered)),
        )

    async def _restricted(self, rows: Sequence[Document], asked: Sequence[str]) -> set[str]:
        """Returns the restricted ones among other customers that these contacts name (by token, not by letter). There
        are hardly ever any, and then nothing is read."""
        others = {name for row in rows for name in row["about"] if is_token(name)} - set(asked)
        return await self._restrictions.among(list(others))

    def _offered(self, row: Document) -> str | None:
        said: str | None = self._rows.said(row).get("support_offered")
        return said


def _earlier(row: Document) -> EarlierContact:
    shown = ("channel", "reason", "outcome", "team", "received_at")
    return EarlierContact.model_validate({"contact": row["_id"], **{name: row[name] for name in shown}})


def _document(letter: RegisteredLetter) -> Document:
    fields = letter.model_dump(exclude_defaults=True)
    return {"_id": fields.pop("reference"), **fields}


def _letter(document: Document) -> RegisteredLetter:
    fields = dict(document)
    return RegisteredLetter.model_construct(reference=fields.pop("_id"), **fields)  # checked when it was heard of
