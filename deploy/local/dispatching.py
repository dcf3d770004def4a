"""What dispatcher did with a campaign, asked over its HTTP API, and its print files held against its ledger."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from deploy.local.errors import StackError

CUSTOMER, AGENT = "customer", "agent"
ANSWER_WITHIN = 300.0  # seconds: an audit reads the whole ledger


class Dispatching:
    def __init__(self, url: str, key: str, campaign: str) -> None:
        self._path = f"{url}/v1/campaigns/{campaign}"
        self._campaign = campaign
        self._http = httpx.Client(timeout=ANSWER_WITHIN, headers={"Authorization": f"Bearer {key}"})

    def look(self, what: str) -> dict[str, Any]:
        """Raises `StackError` with what dispatcher says."""
        try:
            answer = self._http.get(f"{self._path}/{what}")
        except httpx.HTTPError as error:
            raise StackError(f"dispatcher cannot be reached: {type(error).__name__}") from None
        if answer.is_error:
            raise StackError(f"dispatcher answers {answer.status_code}: {answer.json().get('title', '')}")
        return dict(answer.json())

    def audit(self, letters: Path | None) -> dict[str, Any]:
        """Dispatcher's own audit, and beside it the print files in `letters`, if that is where they are kept."""
        found = self.look("dispatch/audit")
        findings = Counter(found["findings"])
        if letters is not None:
            printed = found["issued"].get("print", {"communications": 0, "agent_copies": 0})
            findings.update(file_findings(letters / self._campaign, printed["communications"], printed["agent_copies"]))
        findings = +findings
        return {"campaign": self._campaign, "well": not findings, "findings": dict(sorted(findings.items()))}


def file_findings(folder: Path, issued: int, copies: int) -> dict[str, int]:
    """What is wrong with print files: they must fit their manifests, and hold each reference of `issued` letters once,
    and once more for each of `copies` agents' copies."""
    findings: Counter[str] = Counter()
    printed: dict[str, Counter[str]] = {CUSTOMER: Counter(), AGENT: Counter()}
    for manifest in sorted(folder.glob("*.manifest.json")):
        said = json.loads(manifest.read_text())
        data = (folder / said["file"]).read_bytes() if (folder / said["file"]).exists() else b""
        records = list(_records(data))
        for recipient, references in printed.items():
            references.update(reference for reference, to in records if to == recipient)
        findings["file-not-as-its-manifest-says"] += not _as_said(said, data, records)
    letters, agents = printed[CUSTOMER], printed[AGENT]
    findings.update(_against(letters, issued, "printed-twice", "issued-but-not-printed", "printed-but-not-issued"))
    findings.update(_against(agents, copies, "copy-printed-twice", "copied-but-not-printed", "copy-not-in-the-ledger"))
    findings["copy-without-its-letter"] += len(agents.keys() - letters.keys())
    return +findings


def _as_said(said: Mapping[str, Any], data: bytes, records: Sequence[tuple[str, str]]) -> bool:
    """A manifest that says nothing of recipients is of the time before there were agents' copies."""
    recipients = said["totals"].get("recipient", {CUSTOMER: said["records"]})
    counted = Counter(to for _, to in records)
    return bool(
        hashlib.sha256(data).hexdigest() == said["sha256"]
        and len(records) == said["records"]
        and counted == Counter(recipients)
    )


def _against(printed: Counter[str], issued: int, twice: str, missing: str, surplus: str) -> dict[str, int]:
    return {
        twice: sum(count - 1 for count in printed.values()),
        missing: max(issued - len(printed), 0),
        surplus: max(len(printed) - issued, 0),
    }


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """The reference of each record, and whom it is for."""
    for record in csv.DictReader(data.decode().splitlines(keepends=True)):
        yield record["letter_reference"], record.get("recipient", CUSTOMER)
