"""Everybody who tells intake something: each a noun of its API, asked again and again until it has answered."""

from dataclasses import dataclass
from typing import Any

from tests.intake.given.letters import report
from tests.journeys.intake_alone import LETTERS, SIGNER, Alone, answers, lines
from tests.journeys.intake_books import Book, changed_to

PDF = b"%PDF-1.7\n" + b"Rent book, page by page. " * 25_000
SAID = {"kind": "disclosure", "description": "Two flats were left out", "amount_pence": 734_500}


@dataclass
class Customer:
    """One customer, about one letter, who does one thing after the other. What they do has a number, `call`."""

    intake: Alone
    book: Book
    letter: str

    async def story(self, call: int) -> None:
        contact = await self.volunteers(call)
        await self.is_passed_on(contact, call)
        await self.is_corrected(contact, call)
        await self.rings_by_mistake(call)
        await self.pays(call)
        await self.moves_away(call)

    async def volunteers(self, call: int) -> str:
        """And sends a file; the team says that it has them."""
        receipt = await self._rings(f"volunteers-{call}", reason="cannot-pay", volunteered=SAID)
        disclosure, path = receipt["disclosure"], f"/v1/disclosures/{receipt['disclosure']}"
        self._note(f"volunteered {disclosure}", f"referred {receipt['contact']} to debt-management")
        file = await self._post("helpline", f"{path}/attachments", f"file-{call}", content=PDF)
        self._note(f"attached {file['id']}", said=False)
        await self._post("intake-lead", f"{path}/acknowledge")
        self._note(f"acknowledged {disclosure}", said=False)
        return str(receipt["contact"])

    async def is_passed_on(self, contact: str, call: int) -> None:
        body = {"team": "extra-support", "reason": "large-print", "details": {"message": "Reads with a glass"}}
        referral = (await self._post("intake-lead", f"/v1/contacts/{contact}/referrals", f"passed-{call}", json=body))[
            "id"
        ]
        self._note(f"referred {contact} to extra-support")
        await self._post("intake-lead", f"/v1/referrals/{referral}/accept")
        await self._post("intake-lead", f"/v1/referrals/{referral}/close", json={"why": "done"})
        self._note(f"accepted {referral}", f"closed {referral}", said=False)

    async def is_corrected(self, contact: str, call: int) -> None:
        body = {"report": report(letter_reference=self.letter, duration_seconds=call), "why": "wrong-button"}
        await self._post("helpline", f"/v1/contacts/{contact}/corrections", f"corrected-{call}", json=body)
        self._note(changed_to(contact, 2, void=False))

    async def rings_by_mistake(self, call: int) -> None:
        contact = (await self._rings(f"by-mistake-{call}"))["contact"]
        path = f"/v1/contacts/{contact}/void"
        await self._post("helpline", path, f"void-{call}", json={"why": "recorded-twice"})
        self._note(changed_to(contact, 2, void=True))

    async def pays(self, call: int) -> None:
        body = {"letter_reference": self.letter, "outcome": "paid", "amount_pence": call, "on": "2026-09-09"}
        outcome = await self._post("analyst", "/v1/outcomes", f"paid-{call}", json=body)
        self._note(f"outcome {outcome['id']}")

    async def moves_away(self, call: int) -> None:
        at = f"2026-09-09T07:{call // 60 % 60:02}:{call % 60:02}+00:00"
        body = {"letters": [{"letter_reference": self.letter, "reason": "gone-away", "at": at}]}
        await self._post(SIGNER, "/v1/letter-issuer/returned-mail", f"returned-{call}", json=body)
        self._note("report of 1", said=False)
        self.book.note(self.letter, f"returned {self.letter} at {at}", kept=False)

    async def _rings(self, key: str, **changes: Any) -> Any:
        body = report(letter_reference=self.letter, **changes)
        receipt = await self._post("helpline", "/v1/contacts", key, json=body)
        self._note(f"contact {receipt['contact']}")
        return receipt

    async def _post(self, subject: str, path: str, key: str | None = None, **content: Any) -> Any:
        named = f"{self.letter}-{key}" if key else None
        return (await self.intake.insist(subject, path, named, **content)).json()

    def _note(self, *facts: str, said: bool = True) -> None:
        self.book.note(self.letter, *facts, said=said)


@dataclass
class Streams:
    """Callers who send many customers at a time: helplines, the letter issuer, who signs it all, and analysts."""

    intake: Alone
    book: Book
    size: int

    async def story(self, call: int) -> None:
        contacts = [report(letter_reference=LETTERS[n % len(LETTERS)], duration_seconds=n) for n in range(self.size)]
        first, *_ = await self._send("helpline", "/v1/contacts/batch", f"stream-{call}", contacts, "contact")
        await self._send(SIGNER, "/v1/letter-issuer/contacts/batch", f"signed-{call}", contacts, "contact")
        await self.intake.insist(
            "helpline", f"/v1/contacts/{first}/void", f"void-{call}", json={"why": "recorded-twice"}
        )
        self.book.note_unordered(changed_to(first, 2, void=True))
        paid = {"outcome": "paid", "on": "2026-09-09"}
        outcomes = [paid | {"letter_reference": LETTERS[n % len(LETTERS)], "amount_pence": n} for n in range(self.size)]
        await self._send("analyst", "/v1/outcomes/file", f"file-{call}", outcomes, "outcome")

    async def _send(self, subject: str, path: str, key: str, objects: list[dict[str, Any]], kind: str) -> list[str]:
        kept = [each[kind] for each in answers(await self.intake.insist(subject, path, key, content=lines(*objects)))]
        self.book.note_unordered(*(f"{kind} {each}" for each in kept))
        return kept
