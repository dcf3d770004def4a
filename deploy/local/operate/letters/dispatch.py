"""Dispatcher's account of a campaign, asked over its HTTP API, and its print files held against its ledger."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.local.client import Client, Endpoint
from deploy.local.operate.letters.print_files import file_findings, looked_into
from services.dispatcher.ledger.digest import Digest

AUDIT_SECONDS = 300.0
"""An audit reads the whole ledger."""


class Dispatching:
    """Dispatcher's account of one campaign. Raises `StackError` with dispatcher's words."""

    def __init__(self, dispatcher: Endpoint, campaign: str) -> None:
        self._path = f"/v1/campaigns/{campaign}"
        self._campaign = campaign
        self._dispatcher = Client(dispatcher, AUDIT_SECONDS)

    def look(self, what: str) -> dict[str, Any]:
        return dict(self._dispatcher.get(f"{self._path}/{what}"))

    def unconfirmed(self) -> list[dict[str, Any]]:
        return list(self._dispatcher.get(f"{self._path}/dispatch/unconfirmed"))

    def settle(self, letter: str, became: str) -> None:
        self._dispatcher.send("POST", f"{self._path}/dispatch/unconfirmed/{letter}", body={"became": became})

    def digests(self) -> Iterator[str]:
        """Yields dispatcher's digests as they come in: lines of CSV."""
        with self._dispatcher.stream(f"{self._path}/dispatch/digests") as answer:
            yield from answer.iter_lines()

    def audit(self, letters: Path | None) -> dict[str, Any]:
        """Dispatcher's own audit, and beside it the print files in `letters`, if that is where they are kept."""
        folder = letters / self._campaign if letters else None
        before = looked_into(folder) if folder else None
        findings = Counter(self.look("dispatch/audit")["findings"])
        if folder and before:
            digests = map(_digest, csv.DictReader(self.digests()))
            findings.update(file_findings(folder, self._campaign, before, digests))
        findings = +findings
        return {"campaign": self._campaign, "well": not findings, "findings": dict(sorted(findings.items()))}


def _digest(row: dict[str, Any]) -> Digest:
    return Digest(**{**row, "chunk": int(row["chunk"]), "references": int(row["references"])})
