"""Print files held against the ledger's digests, a chunk at a time: each must have the letters that went, and these
alone."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from services.dispatcher.ledger.digest import AGENT, CUSTOMER, Digest, digest_of

MANIFEST = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Wording:
    """Names of the faults of letters, or of copies of them."""

    twice: str
    missing: str
    surplus: str
    others: str


WORDING = {
    CUSTOMER: Wording("printed-twice", "issued-but-not-printed", "printed-but-not-issued", "other-letters-than-issued"),
    AGENT: Wording(
        "copy-printed-twice", "copied-but-not-printed", "copy-not-in-the-ledger", "other-copies-than-in-the-ledger"
    ),
}


@dataclass(frozen=True, slots=True)
class Printed:
    """One chunk's letter references by recipient, each as often as it is there."""

    references: Mapping[str, Counter[str]] = field(default_factory=lambda: {CUSTOMER: Counter(), AGENT: Counter()})
    as_said: bool = True


def manifests_in(folder: Path) -> frozenset[str]:
    """The names of the files that there are manifests of, which is when they are complete."""
    return frozenset(file.name.removesuffix(MANIFEST) for file in folder.glob(f"*{MANIFEST}"))


def file_findings(folder: Path, campaign: str, there: frozenset[str], digests: Iterable[Digest]) -> dict[str, int]:
    """Counts the faults by name. `there` are the files looked for before anybody asked for the digests: what was
    printed by then is in them, while a later one may be of a chunk that went out since."""
    findings: Counter[str] = Counter()
    unexpected = set(there)
    ours = (digest for digest in digests if digest.channel == "print")
    for chunk, of_chunk in groupby(ours, lambda digest: digest.chunk):
        name = f"{campaign}-{chunk:06d}"
        unexpected.discard(name)
        findings.update(_chunk_findings(_printed(folder, name), {each.recipient: each for each in of_chunk}))
    for name in unexpected:
        findings.update(_chunk_findings(_printed(folder, name), {}))
    return +findings


def _chunk_findings(printed: Printed, digests: Mapping[str, Digest]) -> Counter[str]:
    found = Counter({"file-not-as-its-manifest-says": int(not printed.as_said)})
    for recipient, references in printed.references.items():
        found.update(_against(digests.get(recipient), references, WORDING[recipient]))
    letters, copies = printed.references[CUSTOMER], printed.references[AGENT]
    found["copy-without-its-letter"] += len(copies.keys() - letters.keys())
    return found


def _against(digest: Digest | None, printed: Counter[str], wording: Wording) -> dict[str, int]:
    issued = digest.references if digest else 0
    as_many = digest is not None and len(printed) == issued
    return {
        wording.twice: printed.total() - len(printed),
        wording.missing: max(issued - len(printed), 0),
        wording.surplus: max(len(printed) - issued, 0),
        wording.others: int(as_many and digest is not None and digest_of(printed) != digest.sha256),
    }


def _printed(folder: Path, name: str) -> Printed:
    """Nothing where there is no manifest."""
    manifest, file = folder / f"{name}{MANIFEST}", folder / f"{name}.csv"
    if not manifest.exists():
        return Printed()
    said, data = json.loads(manifest.read_bytes()), file.read_bytes() if file.exists() else b""
    printed = Printed()
    for reference, recipient in _records(data):
        printed.references[recipient][reference] += 1
    return Printed(printed.references, _as_said(said, data, printed))


def _as_said(said: Mapping[str, Any], data: bytes, printed: Printed) -> bool:
    """A manifest that says nothing of recipients is of the time before there were agents' copies."""
    counted = {to: references.total() for to, references in printed.references.items() if references}
    return bool(
        hashlib.sha256(data).hexdigest() == said["sha256"]
        and sum(counted.values()) == said["records"]
        and counted == said["totals"].get("recipient", {CUSTOMER: said["records"]})
    )


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """The reference and the recipient of each record, however the file was altered."""
    for record in csv.DictReader(io.StringIO(data.decode(errors="replace"), newline="")):
        recipient = record.get("recipient")
        yield record.get("letter_reference") or "", recipient if recipient in WORDING else CUSTOMER
