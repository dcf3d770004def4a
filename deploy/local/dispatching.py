"""What dispatcher did with a campaign, asked over its HTTP API, and its print files held against its ledger."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from deploy.local.errors import StackError

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
            issued = sum(row["count"] for row in self.look("dispatch")["ledger"] if row["state"] == "issued")
            findings.update(file_findings(letters / self._campaign, issued))
        findings = +findings
        return {"campaign": self._campaign, "well": not findings, "findings": dict(sorted(findings.items()))}


def file_findings(folder: Path, issued: int) -> dict[str, int]:
    """What is wrong with print files: they must fit their manifests, hold each reference once, and `issued` letters."""
    findings: Counter[str] = Counter()
    references: Counter[str] = Counter()
    for manifest in sorted(folder.glob("*.manifest.json")):
        said = json.loads(manifest.read_text())
        data = (folder / said["file"]).read_bytes() if (folder / said["file"]).exists() else b""
        records = list(_references(data))
        references.update(records)
        findings["file-not-as-its-manifest-says"] += (
            hashlib.sha256(data).hexdigest() != said["sha256"] or len(records) != said["records"]
        )
    findings["printed-twice"] = sum(count - 1 for count in references.values())
    findings["issued-but-not-printed"] = max(issued - len(references), 0)
    findings["printed-but-not-issued"] = max(len(references) - issued, 0)
    return +findings


def _references(data: bytes) -> Iterator[str]:
    for record in csv.DictReader(data.decode().splitlines(keepends=True)):
        yield record["letter_reference"]
