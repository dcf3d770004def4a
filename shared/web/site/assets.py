"""Assets of the pages: few, small, our own, and named by their content, so that browsers keep them for good."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from shared.errors import NotFound
from shared.running.settings import SiteSettings
from shared.web.site.compiled import ASSETS

KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
LARGEST_LOGO = 50_000  # bytes


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str


class Assets:
    """The assets of a site with its organisation's colour and logo."""

    def __init__(self, settings: SiteSettings) -> None:
        self._assets: dict[str, Asset] = {}
        self._names: dict[str, str] = {}
        for name in ("site.css", "site.js", "icon.svg"):
            self._add(name, (ASSETS / name).read_bytes())
        self._add("brand.css", f":root{{--govuk-brand-colour:{settings.colour}}}\n".encode())
        if settings.logo_file is not None:
            self._add("logo.svg", _logo(settings.logo_file))

    def url(self, name: str) -> str:
        """Returns the address of an asset. Raises `KeyError` for one that there is not."""
        return f"/assets/{self._names[name]}"

    @property
    def has_logo(self) -> bool:
        return "logo.svg" in self._names

    def get(self, name: str) -> Asset:
        """Returns an asset by the name in its address. Raises `NotFound`."""
        found = self._assets.get(name)
        if found is None:
            raise NotFound("there is no such asset")
        return found

    def _add(self, name: str, content: bytes) -> None:
        stem, _, ending = name.partition(".")
        named = f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
        self._names[name] = named
        self._assets[named] = Asset(content, KINDS[f".{ending}"])


def _logo(file: Path) -> bytes:
    content = file.read_bytes()
    if len(content) > LARGEST_LOGO:
        raise ValueError(f"the logo has more than {LARGEST_LOGO:,} bytes")
    return content
