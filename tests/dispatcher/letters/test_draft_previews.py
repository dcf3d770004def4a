"""A letter that is in no plan yet is shown as it would be sent, and refused for what would be refused at approval."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.support.inside import Inside, kept_in
from tests.support.pdf_text import pdf_text

WELSH = {"language": "cy", "subject": "Incwm o osod tŷ: {{ name }}",
         "body": "Annwyl **{{ name }}**\n\n* ŵyth `ŷd`\n\nErbyn {{ respond_by }}. {{ letter_reference }}",
         "agent": {"subject": "Eich cleient", "body": "Annwyl {{ agent_name }}, am {{ name }}"}}  # fmt: skip
ENGLISH = {"language": "en", "subject": "Your income", "body": "Dear {{ name }}"}


async def asked(dispatcher: Inside, caller: str | None = "designer", **draft: Any) -> httpx.Response:
    async with dispatcher.caller(caller) as designer:
        return await designer.post("/v1/previews", json=draft)


async def test_a_draft_is_shown_as_html_and_pdf_without_any_campaign_and_nothing_is_kept(unapproved: Inside) -> None:
    page = await asked(unapproved, letter=WELSH, respond_by="2026-10-31", format="large-print")
    assert page.status_code == 200, page.text
    assert "<strong>Gwenllïan Ŵyn Enghraifft</strong>" in page.text
    assert "Erbyn 31 Hydref 2026" in page.text
    assert "font-size:16pt" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    pdf = await asked(unapproved, letter=WELSH, **{"as": "pdf"})
    assert (pdf.status_code, pdf.content[:5], pdf.headers["Content-Type"]) == (200, b"%PDF-", "application/pdf")
    assert "Gwenllïan Ŵyn Enghraifft" in pdf_text(pdf.content)
    copy = await asked(unapproved, letter=WELSH, recipient="agent")
    assert "Annwyl Specimen and Partners, am Gwenllïan" in copy.text
    assert await kept_in(unapproved.service.store) == []


@pytest.mark.parametrize(
    ("letter", "field", "rule", "named"),
    [
        ({"body": "Dear {{ nmae }}, {{ amount }}"}, "letter", "unknown-field", "amount, nmae"),
        ({"subject": "About {{ agent_name }}"}, "letter", "unknown-field", "agent_name"),
        ({"body": "Dear {{ Name }}"}, "letter", "unknown-field", "{{ }}"),
        ({"agent": {"subject": "Yours", "body": "{{ tax }}"}}, "letter.agent", "unknown-field", "tax"),
    ],
)
async def test_a_draft_is_refused_by_the_places_that_nobody_can_fill(
    unapproved: Inside, letter: dict[str, Any], field: str, rule: str, named: str
) -> None:
    refused = await asked(unapproved, letter=ENGLISH | letter)
    assert refused.status_code == 422
    (problem,) = refused.json()["problems"]
    assert (problem["field"], problem["rule"]) == (field, rule)
    assert problem["message"].startswith(f"{named}: the places to fill are ")


@pytest.mark.parametrize(
    "draft",
    [
        {"letter": ENGLISH, "recipient": "agent"},  # who has no text
        {"letter": ENGLISH, "format": "braille"},
        {"letter": ENGLISH, "as": "docx"},
        {"letter": ENGLISH | {"agnet": {}}},
        {"letter": ENGLISH | {"language": "fr"}},
        {"letter": ENGLISH | {"body": "x" * 20_001}},
        {"letter": ENGLISH | {"body": "|a|\n|-|\n|" + "x" * 9_000}, "as": "pdf"},  # too high for a page
    ],
)
async def test_a_draft_that_is_none_or_does_not_fit_on_paper_is_refused(
    unapproved: Inside, draft: dict[str, Any]
) -> None:
    assert (await asked(unapproved, **draft)).status_code == 422


async def test_a_pdf_without_a_sign_that_the_letter_has_is_refused_and_the_page_shows_it(unapproved: Inside) -> None:
    letter = ENGLISH | {"body": f"{ENGLISH['body']} 李"}
    refused = await asked(unapproved, letter=letter, **{"as": "pdf"})
    assert (refused.status_code, refused.json()["title"]) == (
        422,
        "a PDF cannot show all the signs in it: ask for HTML",
    )
    assert "李" in (await asked(unapproved, letter=letter)).text


async def test_a_draft_is_shown_to_those_who_may_see_campaigns_and_up_to_a_size(unapproved: Inside) -> None:
    assert (await asked(unapproved, None, letter=ENGLISH)).status_code == 401
    assert (await asked(unapproved, "helpline", letter=ENGLISH)).status_code == 403
    assert (await asked(unapproved, letter=ENGLISH | {"body": "x" * 1_000_000})).status_code == 413


async def test_no_picture_is_fetched_or_opened_for_whoever_writes_a_letter(unapproved: Inside, tmp_path: Path) -> None:
    """Least of all one that is on the service's own disk."""
    picture = tmp_path / "picture.png"
    Image.new("RGB", (8, 8)).save(picture)
    letter = ENGLISH | {"body": f"Dear {{{{ name }}}} ![]({picture})"}
    pdf = await asked(unapproved, letter=letter, **{"as": "pdf"})
    assert (pdf.status_code, b"/Subtype /Image" in pdf.content) == (200, False)
    assert "<img" not in (await asked(unapproved, letter=letter)).text


async def otm(dispatcher: Inside, *arguments: Path | str) -> tuple[int, str]:
    async with dispatcher.listening() as url:
        key = dispatcher.key("designer")["Authorization"].removeprefix("Bearer ")
        environment = {**os.environ, "OTM_DISPATCHER_URL": url, "OTM_KEY": key, "COLUMNS": "200"}
        program = ("-m", "deploy.local", "preview", *map(str, arguments))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *program, env=environment, stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_otm_previews_a_letter_from_a_file(unapproved: Inside, tmp_path: Path) -> None:
    letter, agent = tmp_path / "letter.md", tmp_path / "agent.md"
    letter.write_text(f"# {WELSH['subject']}\n\n{WELSH['body']}\n")
    agent.write_text("# Eich cleient\n\nAnnwyl {{ agent_name }}\n")
    pdf, page = tmp_path / "letter.pdf", tmp_path / "agent.html"
    assert await otm(unapproved, letter, "--language", "cy", "-o", pdf) == (0, "")
    assert pdf.read_bytes()[:5] == b"%PDF-"
    assert await otm(unapproved, letter, "--language", "cy", "--agent", agent, "-o", page) == (0, "")
    assert "Annwyl Specimen and Partners" in page.read_text()
    letter.write_text("# Your income\n\nDear {{ nmae }}\n")
    code, said = await otm(unapproved, letter, "-o", tmp_path / "not.pdf")
    assert (code, "nmae: the places to fill are" in said) == (1, True), said
    letter.write_text("Dear {{ name }}\n")
    code, said = await otm(unapproved, letter, "-o", tmp_path / "not.pdf")
    assert (code, "must begin with its subject" in said) == (1, True), said
    assert not (tmp_path / "not.pdf").exists()
