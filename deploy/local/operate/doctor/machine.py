"""This machine: room on its disk, and the versions of what is installed."""

import shutil
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from deploy.local.operate.doctor.finding import Finding, many

LEAST_BYTES = 1_000_000_000
PYTHON = (3, 11)


def disk(folder: Path) -> Finding:
    """Room where the stack's folder is, or will be."""
    there = next(each for each in (folder.resolve(), *folder.resolve().parents) if each.exists())
    free = shutil.disk_usage(there).free
    remedy = "free disk: the broker stops publishers, and the store takes no writes, when it is full"
    words = f"{free / 1e9:.1f} GB free in {there}"
    return Finding(part="disk", words=words, remedy=remedy if free < LEAST_BYTES else "")


def versions(distribution: str = "one-to-many") -> Finding:
    """Python and the installed packages, held against what the project asks for."""
    try:
        asked = [Requirement(text) for text in requires(distribution) or ()]
    except PackageNotFoundError:
        return Finding(part="versions", words=f"{distribution} is not installed", remedy="pip install -e .")
    needed = [each for each in asked if each.marker is None or each.marker.evaluate({"extra": ""})]
    wrong = [words for each in needed if (words := _wrong(each))]
    if sys.version_info[:2] < PYTHON:
        wrong.append(f"Python {sys.version_info.major}.{sys.version_info.minor}")
    running = (
        f"Python {sys.version.split()[0]}, {distribution} {version(distribution)}, faststream {version('faststream')}"
    )
    if not wrong:
        return Finding(part="versions", words=running)
    return Finding(
        part="versions",
        words=f"not as asked for: {many(wrong)}",
        remedy="pip install -r requirements.lock, Python 3.11",
    )


def _wrong(asked: Requirement) -> str:
    """Returns what is wrong with an installed package; an empty text where nothing is."""
    try:
        found = version(asked.name)
    except PackageNotFoundError:
        return f"{asked.name} is missing"
    return "" if asked.specifier.contains(found, prereleases=True) else f"{asked.name} {found}, not {asked.specifier}"
