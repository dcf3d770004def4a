"""The file of a backup: a tar archive whose last member says what must be in it."""

import hashlib
import io
import json
import tarfile
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from deploy.local.errors import StackError

MANIFEST = "manifest.json"
FORMAT = 1
LENGTH_BYTES = 4
"""BSON says its own length in its first bytes."""
IN_MEMORY_BYTES = 16 * 1024 * 1024


@dataclass
class Writer:
    """Writes members of any size in bounded memory. `counts` and `digests` are by the member's name."""

    tar: tarfile.TarFile
    counts: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    async def add(self, name: str, records: AsyncIterator[bytes]) -> None:
        """Adds the records one after another as a member."""
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as spool:
            digest, count = hashlib.sha256(), 0
            async for record in records:
                spool.write(record)
                digest.update(record)
                count += 1
            self._member(name, spool)
        self.counts[name], self.digests[name] = count, digest.hexdigest()

    def close(self, facts: dict[str, Any]) -> None:
        """Adds the manifest, without which a file is no backup."""
        whole = {"format": FORMAT, **facts, "counts": self.counts, "sha256": self.digests}
        self._member(MANIFEST, io.BytesIO(json.dumps(whole, indent=2).encode()))

    def _member(self, name: str, content: IO[bytes]) -> None:
        information = tarfile.TarInfo(name)
        information.size = content.seek(0, io.SEEK_END)
        information.mode = 0o600
        content.seek(0)
        self.tar.addfile(information, content)


class Reader:
    """Reads a backup that was found whole: every member is there, and has the digest that the manifest names."""

    def __init__(self, path: Path, tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
        self.manifest = manifest
        self._path, self._tar = path, tar

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Raises `StackError` for a file that is no backup, is not whole, or was changed."""
        try:
            tar = tarfile.open(path)  # noqa: SIM115 - open as long as the reader is
            manifest = json.loads(_content(tar, MANIFEST).read())
            changed = [name for name, digest in manifest["sha256"].items() if _digest(tar, name) != digest]
        except (OSError, EOFError, zlib.error, tarfile.TarError, KeyError, ValueError, AttributeError) as error:
            raise StackError(f"{path} is no backup, or not whole: {type(error).__name__}") from None
        if manifest.get("format") != FORMAT:
            raise StackError(f"{path} has another format: restore it with the version that wrote it")
        if changed:
            raise StackError(f"{path} was changed: {', '.join(changed)}")
        return cls(path, tar, manifest)

    def members(self, kind: str) -> list[str]:
        """Returns the names that begin with `kind/`."""
        return [name for name in self.manifest["counts"] if name.startswith(f"{kind}/")]

    def documents(self, name: str) -> Iterator[bytes]:
        """Yields the BSON documents of a member."""
        content = _content(self._tar, name)
        while head := content.read(LENGTH_BYTES):
            yield head + content.read(int.from_bytes(head, "little") - LENGTH_BYTES)

    def lines(self, name: str) -> Iterator[Any]:
        """Yields the JSON lines of a member."""
        for line in _content(self._tar, name):
            yield json.loads(line)

    def close(self) -> None:
        self._tar.close()


def _content(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


def _digest(tar: tarfile.TarFile, name: str) -> str:
    return hashlib.file_digest(_content(tar, name), "sha256").hexdigest()  # type: ignore[arg-type]
