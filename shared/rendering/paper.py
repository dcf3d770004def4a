"""Paper of every PDF: in DejaVu, which has Welsh, Polish, Turkish, Greek and Cyrillic letters.

The fonts of PDF itself have none beyond Latin-1. DejaVu is installed on most machines, and comes with matplotlib.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

from shared.errors import Invalid, Problem

FONT = "DejaVuSans"
STYLES = {"": "", "B": "-Bold", "I": "-Oblique", "BI": "-BoldOblique"}
PLACES = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/dejavu"))


class Paper(FPDF):
    """A document of A4 pages. `styles` are those of the font that it needs: to read one takes a tenth of a second.
    `folders` are looked at for DejaVu before those where it usually is. Raises `Invalid` where it is nowhere.
    """

    def __init__(
        self,
        title: str,
        *,
        language: str = "en-GB",
        wide: bool = False,
        styles: Sequence[str] = ("", "B"),
        folders: Sequence[Path] = (),
    ) -> None:
        super().__init__(orientation="landscape" if wide else "portrait", format="A4")
        files = font_files(folders)
        for style in styles:
            self.add_font(FONT, style, files[style])
        font = self.fonts[FONT.lower()]
        self._signs = font.cmap if isinstance(font, TTFFont) else {}
        self.set_font(FONT)
        self.set_lang(language)
        self.set_title(title)

    def lacks(self, text: str) -> bool:
        """Returns whether the text has a sign that the font has not, such as one of Chinese."""
        return self.legible(text) != text

    def legible(self, text: str) -> str:
        """Returns the text with the number of a sign, as in `[U+674E]`, for each that the font has not: an empty box
        would look like any other."""
        known = self._signs
        return "".join(sign if sign in "\n\t" or ord(sign) in known else f"[U+{ord(sign):04X}]" for sign in text)


def font_files(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Returns the font's file for each style. Raises `Invalid`, with what to do, where there is none."""
    for folder in (*folders, *PLACES, *_of_matplotlib()):
        files = {style: folder / f"{FONT}{ending}.ttf" for style, ending in STYLES.items()}
        if all(file.exists() for file in files.values()):
            return files
    message = "there is no font for PDF files here: install DejaVu, or ask for HTML"
    raise Invalid(message, Problem("font", "missing", message))


def _of_matplotlib() -> list[Path]:
    spec = find_spec("matplotlib")
    return [Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"] if spec and spec.origin else []
