"""Previews of letters as HTML and PDF, made beside the work of a service."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from shared.letters.page import LetterPage, as_html


class Previews:
    """`fonts` are folders to look for DejaVu in, before those where it usually is."""

    def __init__(self, fonts: Sequence[Path] = ()) -> None:
        self._fonts = fonts
        self._one_at_a_time = asyncio.Lock()

    def html(self, page: LetterPage) -> str:
        return as_html(page)

    async def pdf(self, page: LetterPage) -> bytes:
        """Raises `Invalid` for what cannot be laid out. One after the other: a long one takes a processor for seconds,
        and letters are being issued meanwhile."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(_pdf, page, self._fonts)


def _pdf(page: LetterPage, fonts: Sequence[Path]) -> bytes:
    """Imports what lays out PDFs only now: a service is ready sooner without it."""
    from shared.letters.pdf import as_pdf

    return as_pdf(page, fonts)
