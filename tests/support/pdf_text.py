"""Text of a PDF, read by a reader that has nothing to do with the program that wrote it."""

from io import BytesIO

from pypdf import PdfReader


def pdf_text(content: bytes) -> str:
    """Returns the words of all pages with single blanks between them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())
