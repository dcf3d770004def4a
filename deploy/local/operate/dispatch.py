"""Dispatcher's account of a campaign, asked over its HTTP API, and its print files held against its ledger."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from deploy.local.errors import StackError
from deploy.local.operate.print_files import file_findings, manifests_in
from services.dispatcher.ledger.digest import Digest

ANSWER_WITHIN = 300.0  # seconds: an audit reads the whole ledger


class Dispatching:
    def __init__(self, url: str, key: str, campaign: str) -> None:
        self._path = f"{url}/v1/campaigns/{campaign}"
        self._campaign = campaign
        self._http = httpx.Client(timeout=ANSWER_WITHIN, headers={"Authorization": f"Bearer {key}"})

    def look(self, what: str) -> dict[str, Any]:
        """Raises `StackError` with what dispatcher says."""
        with _reaching():
            answer = self._http.get(f"{self._path}/{what}")
            _expect_answer(answer)
            return dict(answer.json())

    def digests(self) -> Iterator[str]:
        """Dispatcher's digests as they come in: lines of CSV. Raises `StackError` with what dispatcher says."""
        with _reaching(), self._http.stream("GET", f"{self._path}/dispatch/digests") as answer:
            if answer.is_error:
                answer.read()
            _expect_answer(answer)
            yield from answer.iter_lines()

    def audit(self, letters: Path | None) -> dict[str, Any]:
        """Dispatcher's own audit, and beside it the print files in `letters`, if that is where they are kept."""
        folder = letters / self._campaign if letters else None
        there = manifests_in(folder) if folder else frozenset()
        findings = Counter(self.look("dispatch/audit")["findings"])
        if folder:
            findings.update(file_findings(folder, self._campaign, there, map(_digest, csv.DictReader(self.digests()))))
        findings = +findings
        return {"campaign": self._campaign, "well": not findings, "findings": dict(sorted(findings.items()))}


def _digest(row: dict[str, str]) -> Digest:
    return Digest(int(row["chunk"]), row["channel"], row["recipient"], int(row["references"]), row["sha256"])


def _expect_answer(answer: httpx.Response) -> None:
    if answer.is_error:
        raise StackError(f"dispatcher answers {answer.status_code}: {answer.json().get('title', '')}")


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        raise StackError(f"dispatcher cannot be reached: {type(error).__name__}") from None
