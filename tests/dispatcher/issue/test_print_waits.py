"""Letters that wait for the printer are judged again when they go, and say why they wait and until when."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from services.dispatcher.campaigns.soundness import expect_sound
from services.dispatcher.channels.printing import folder as print_folder
from services.dispatcher.channels.printing.files import PRINT
from shared.contracts import CommunicationsIssued
from shared.errors import Invalid
from tests.dispatcher.given.desk import heard
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.waiting import CUSTOMERS, cut_short, dies_once, plan, ready, told
from tests.support.inside import Inside

CORRECTED = "Corrected"


async def waiting(dispatcher: Inside) -> list[dict[str, object]]:
    async with dispatcher.caller("analyst") as analyst:
        found: list[dict[str, object]] = (await analyst.get(f"/v1/campaigns/{CAMPAIGN}/dispatch")).json()["waiting"]
    return found


def no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


async def test_letters_that_a_full_disk_held_up_go_by_what_is_known_on_the_day_they_go(
    dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path / "letters", "print")
    with monkeypatch.context() as disk:
        disk.setattr(print_folder, "_drafts", no_room)
        await desk.issue(chunk)
    (wait,) = await waiting(dispatcher)
    assert (wait["channel"], wait["chunks"]) == ("print", 1)
    assert "ENOSPC" in str(wait["why"])
    await dies_once(dispatcher, 0)
    await desk.hear.approve(heard(plan("print", 3, CORRECTED)))
    desk.clock.move(days=1)
    await desk.issue(chunk)
    (event,) = desk.spoken.of(CommunicationsIssued)
    assert told(event) == (CUSTOMERS - 1, 3, 1, desk.clock.instant.day)
    assert [t.reason for t in event.suppressed_late] == ["deceased"]
    assert len(desk.printed()) == CUSTOMERS - 1
    assert all(CORRECTED in file.read_text() for file in (tmp_path / "letters").rglob("*.csv"))
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS - 1, ("plain", "suppressed-late"): 1}
    assert await waiting(dispatcher) == []


async def test_letters_whose_files_may_have_been_seen_go_again_as_they_were(
    dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letter issuer takes the manifest as soon as it is there, and the disk fails just after."""
    desk, chunk = await ready(dispatcher, tmp_path / "letters", "print")
    publish, taken = print_folder._publish, dict[str, bytes]()

    def taken_and_failed(drafts: Mapping[Path, Path]) -> None:
        publish(drafts)
        taken.update({file.name: file.read_bytes() for file in drafts})
        for file in drafts:
            file.unlink()
        no_room()

    with monkeypatch.context() as disk:
        disk.setattr(print_folder, "_publish", taken_and_failed)
        await desk.issue(chunk)
    await dies_once(dispatcher, 0)
    await desk.hear.approve(heard(plan("print", 3, CORRECTED)))
    desk.clock.move(days=1)
    await desk.issue(chunk)
    assert {file.name: file.read_bytes() for file in (tmp_path / "letters").rglob("*.*")} == taken


async def test_a_chunk_that_was_handed_over_before_a_crash_is_not_judged_again(
    dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path / "letters", "print")
    await cut_short(desk, chunk, monkeypatch, before="finish")
    files = {file.name: file.read_bytes() for file in (tmp_path / "letters").rglob("*.*")}
    await dies_once(dispatcher, 0)
    desk.clock.move(days=1)
    await desk.issue(chunk)
    assert {file.name: file.read_bytes() for file in (tmp_path / "letters").rglob("*.*")} == files
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS}


async def test_nothing_goes_out_once_the_day_to_respond_by_has_come(dispatcher: Inside, tmp_path: Path) -> None:
    desk, chunk = await ready(dispatcher, tmp_path / "letters", "print")
    respond_by = (await desk.campaign()).plan.respond_by
    assert respond_by is not None
    desk.clock.instant = desk.clock.instant.replace(year=respond_by.year, month=respond_by.month, day=respond_by.day)
    await desk.issue(chunk)
    (wait,) = await waiting(dispatcher)
    assert (wait["why"], wait["channel"]) == ("respond-by-passed", None)
    assert desk.printed() == []


def test_a_plan_whose_last_wave_is_not_before_the_day_to_respond_by_is_refused() -> None:
    late = plan("print", 2).model_copy(update={"respond_by": date(2026, 9, 8)})
    with pytest.raises(Invalid) as refused:
        expect_sound(late, {"print": PRINT})
    assert [problem.rule for problem in refused.value.problems] == ["before-the-last-wave"]
