"""A ZIP file whose every byte is accounted for: a manifest of its files, and in its comment the hash of the rest."""

import hashlib
import hmac
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping

from shared.errors import Malformed, Problem, TooLarge

MANIFEST = "manifest.json"
PREFIX = b"sha256:"
COMMENT = re.compile(rb"sha256:([0-9a-f]{64})\Z")
EPOCH = (1980, 1, 1, 0, 0, 0)
LARGEST_BYTES = 4 * 1024**3
"""Bytes that all files of an archive may have together, unpacked."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """Returns the archive; the same files give the same bytes."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = json.dumps({"sha256": digests}, indent=2).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: manifest, **files}.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
        archive.comment = PREFIX + b"0" * 64
    packed = buffer.getvalue()
    body = packed[: -len(archive.comment)]
    return body + PREFIX + hashlib.sha256(body).hexdigest().encode()


def unpack(packed: bytes) -> dict[str, bytes]:
    """Returns the files. Raises `Malformed` where any byte is not the one that was written."""
    comment = COMMENT.search(packed[-71:])
    if comment is None:
        raise Malformed("this is not a trial's export, or its end was cut off or changed: ask for it again")
    body = packed[: -len(comment.group())]
    if not hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), comment.group(1)):
        raise Malformed("the export was changed after it was written: its bytes do not have its hash; ask for it again")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_BYTES:
                raise TooLarge("the export is larger than 4 GB unpacked: that is none of ours")
            files = {name: archive.read(name) for name in archive.namelist()}
        digests = dict(json.loads(files.pop(MANIFEST))["sha256"])
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, RuntimeError, EOFError):
        raise Malformed("this is no ZIP file with a manifest: it is not a trial's export") from None
    _expect_files(files, digests)
    return files


def _expect_files(files: Mapping[str, bytes], digests: Mapping[str, str]) -> None:
    changed = [name for name, content in files.items() if digests.get(name) != hashlib.sha256(content).hexdigest()]
    missing = sorted(set(digests) - set(files))
    if changed or missing:
        problems = [Problem(name, "unchanged", "not the file that was exported") for name in (*changed, *missing)]
        raise Malformed(
            f"the export's files are not those of its manifest: {', '.join((*changed, *missing))}", *problems
        )
