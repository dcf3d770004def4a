"""Paper of PDFs: letters beyond Latin-1 are on it, and what its font lacks is named."""

from pathlib import Path

import pytest

from shared.errors import Invalid
from shared.rendering import paper
from shared.rendering.paper import Paper
from tests.support.clocks import NOON
from tests.support.pdf_text import pdf_text

NAMES = "Łukasz Şahin, Siân o'r Tŷ Ŵyn, Nguyễn Văn, Ελένη, Олена – “£5”"


@pytest.mark.parametrize("style", paper.STYLES)
def test_letters_beyond_latin_1_are_on_the_paper_in_every_style(style: str) -> None:
    page = Paper("Specimen", styles=sorted({"", style}))
    page.add_page()
    page.set_font(paper.FONT, style, 12)
    page.multi_cell(0, 6, page.legible(NAMES))
    assert pdf_text(bytes(page.output())) == NAMES


def test_a_sign_that_the_font_lacks_is_named_and_never_a_box_or_a_question_mark() -> None:
    page = Paper("Specimen")
    assert page.legible("Ann 李\nOther") == "Ann [U+674E]\nOther"
    assert (page.lacks("李"), page.lacks(NAMES)) == (True, False)


def test_the_same_words_give_the_same_bytes() -> None:
    def made() -> bytes:
        page = Paper("Specimen")
        page.set_creation_date(NOON)
        page.add_page()
        page.cell(text=NAMES)
        return bytes(page.output())

    assert made() == made()


def test_a_folder_that_is_named_comes_first_and_where_there_is_none_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = paper.font_files()
    for file in usual.values():
        (tmp_path / file.name).symlink_to(file)
    assert {file.parent for file in paper.font_files([tmp_path / "empty", tmp_path]).values()} == {tmp_path}
    monkeypatch.setattr(paper, "PLACES", ())
    monkeypatch.setattr(paper, "_of_matplotlib", list)
    with pytest.raises(Invalid, match="install DejaVu"):
        Paper("Specimen")
