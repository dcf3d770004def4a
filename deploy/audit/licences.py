"""Licences of what the lock files pin, as the installed packages say them."""

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHOLE, IMAGE = ROOT / "requirements.lock", ROOT / "deploy" / "image" / "requirements.lock"
UNKNOWN = "unknown"
LONGEST = 60
"""Characters of a licence's name: some packages put the whole text there."""
COPYLEFT = re.compile(r"\b(A?GPL|General Public)", re.IGNORECASE)
LINKED = re.compile(r"LGPL|Lesser|Library General|Mozilla|\bMPL\b|Classpath", re.IGNORECASE)
"""Weak ones: used as libraries, as they are."""


@dataclass(frozen=True)
class Dependency:
    """A pinned package; `shipped` tells those of the container image from those for development."""

    name: str
    version: str
    licence: str
    shipped: bool

    @property
    def acceptable(self) -> bool:
        """Whether it may be shipped: known, and no strong copyleft."""
        return not self.shipped or may_be_shipped(self.licence)


def may_be_shipped(licence: str) -> bool:
    """Returns whether one of the choices that a licence leaves is known and no strong copyleft."""
    choices = re.split(r"\bOR\b", licence)
    return licence != UNKNOWN and any(LINKED.search(each) or not COPYLEFT.search(each) for each in choices)


def dependencies() -> list[Dependency]:
    """Returns all that the lock file pins, by name."""
    shipped = {name for name, _ in pinned(IMAGE)}
    return [Dependency(name, version, licence_of(name), name in shipped) for name, version in sorted(pinned(WHOLE))]


def pinned(lock: Path) -> list[tuple[str, str]]:
    """Returns names and versions."""
    return re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text(), re.MULTILINE)


def unhashed(lock: Path) -> list[str]:
    """Returns the pinned packages that could be anything: those without a hash."""
    entries = re.split(r"\n(?=\S)", lock.read_text())
    return [entry.split("==")[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]


def licence_of(name: str) -> str:
    try:
        return _said(distribution(name))
    except PackageNotFoundError:
        return UNKNOWN


def _said(package: Distribution) -> str:
    """Returns the expression, else the classifiers, else the first line of the free text."""
    facts = package.metadata.json
    if expression := facts.get("license_expression"):
        return str(expression)
    named = [str(each).rpartition(" :: ")[2] for each in facts.get("classifier", ()) if each.startswith("License :: ")]
    named = [each for each in named if each != "OSI Approved"]
    text = str(facts.get("license", "")).strip().partition("\n")[0]
    return "; ".join(named) or (text if 0 < len(text) <= LONGEST and text != "UNKNOWN" else UNKNOWN)
