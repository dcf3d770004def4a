"""The look is compiled from what lies beside it, and nothing of it comes from outside."""

import re
import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.running.settings import SiteSettings
from shared.web.site.__main__ import compile_look
from shared.web.site.assets import Assets
from shared.web.site.compiled import DIGEST, SHEET, compiled_digest
from shared.web.site.policy import page_headers

LARGEST = 120_000


def test_the_style_sheet_is_the_one_that_was_compiled_from_its_inputs() -> None:
    assert DIGEST.read_text().strip() == compiled_digest(), "run make assets"


@pytest.mark.long
def test_the_style_sheet_compiled_anew_is_the_same(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("there is no npm: the digest of the inputs has to do")
    assert compile_look(tmp_path) == SHEET.read_bytes(), "run make assets"


def test_the_look_has_nothing_from_outside_and_claims_to_be_nobody() -> None:
    sheet = SHEET.read_text()
    assert not re.search(r"url\(|@import|@font-face", sheet)
    assert not re.search("crest|crown|gds transport", sheet, re.IGNORECASE)
    assert len(sheet) < LARGEST


def test_no_inline_script_or_style_is_let_through() -> None:
    policy = page_headers()["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_an_asset_is_named_by_its_content() -> None:
    one, other = Assets(SiteSettings()), Assets(SiteSettings(colour="#5c1d3d"))
    assert one.url("brand.css") != other.url("brand.css")
    assert one.url("site.css") == other.url("site.css")
    assert b"#5c1d3d" in other.get(other.url("brand.css").removeprefix("/assets/")).content


@pytest.mark.parametrize("colour", ["#ffdd00", "#88aacc"])
def test_a_colour_that_white_text_cannot_be_read_on_is_refused(colour: str) -> None:
    with pytest.raises(ValidationError, match="darker"):
        SiteSettings(colour=colour)
