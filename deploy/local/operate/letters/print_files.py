"""Print files held against the ledger's digests, a chunk at a time: each must have the letters that went, and these
alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from deploy.local.operate.letters.printed import Printed, printed
from services.dispatcher.channels.printing.files import MANIFEST
from services.dispatcher.ledger.digest import AGENT, CUSTOMER, Digest, digest_of


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
class Folder:
    """Contents of a campaign's folder: names of files that there are manifests of, which is when they are complete, of
    files without one, and how many drafts that nobody finished."""

    complete: frozenset[str]
    without_manifest: frozenset[str]
    drafts: frozenset[str]


def looked_into(folder: Path) -> Folder:
    complete = frozenset(file.name.removesuffix(MANIFEST) for file in folder.glob(f"*{MANIFEST}"))
    files = frozenset(file.stem for file in folder.glob("*.csv"))
    return Folder(complete, files - complete, frozenset(file.name for file in folder.glob(".*.part")))


def file_findings(folder: Path, campaign: str, before: Folder, digests: Iterable[Digest]) -> dict[str, int]:
    """Counts the faults by name. `before` is what was there before anybody asked for the digests: what was printed by
    then is in them, while a later one may be of a chunk that went out since."""
    findings: Counter[str] = Counter()
    unexpected = set(before.complete)
    ours = (digest for digest in digests if digest.channel == "print")
    for chunk, of_chunk in groupby(ours, lambda digest: digest.chunk):
        name = f"{campaign}-{chunk:06d}"
        unexpected.discard(name)
        findings.update(_chunk_findings(printed(folder, name), {each.recipient: each for each in of_chunk}))
    for name in unexpected:
        findings.update(_chunk_findings(printed(folder, name), {}))
    still = looked_into(folder)
    findings["file-without-manifest"] += len(before.without_manifest & still.without_manifest)
    findings["draft-left-behind"] += len(before.drafts & still.drafts)
    return +findings


def _chunk_findings(printed: Printed, digests: Mapping[str, Digest]) -> Counter[str]:
    found = Counter({"file-not-as-its-manifest-says": int(not printed.as_said)})
    for recipient, references in printed.references.items():
        found.update(_against(digests.get(recipient), references, WORDING[recipient]))
    letters, copies = printed.references[CUSTOMER], printed.references[AGENT]
    found["copy-without-its-letter"] += len(copies.keys() - letters.keys())
    for digest in list(digests.values())[:1]:
        found["file-not-as-handed-over"] += int(digest.file_sha256 not in ("", printed.file_sha256))
        found["manifest-not-as-handed-over"] += int(digest.manifest_sha256 not in ("", printed.manifest_sha256))
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
