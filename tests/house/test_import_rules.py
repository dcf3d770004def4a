"""A new module is held to the import rules of its layer, although no list names it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULE = "services/intake/contacts/kindness.py"
OFFENDERS = {
    RULE: ["fastapi", "motor", "faststream", "aio_pika", "shared.storage.store", "shared.web.callers.access"],
    "services/planner/plan/kindness.py": ["services.planner.repository", "services.dispatcher.app"],
    "services/dispatcher/channels/kindness.py": ["pymongo", "shared.messaging.publishing"],
    "services/intake/desk/pages/kindness.py": ["motor", "shared.storage.store", "markupsafe", "faststream"],
    "services/planner/drafting/pages/kindness.py": ["services.planner.api.campaigns"],
    "services/intake/desk/kindness.py": ["services.intake.desk.pages.shown", "shared.web.site.look"],
    "shared/kindness.py": ["services.notifier.app", "fastapi"],
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, with a new module in some of its rooms that import what their layer may not."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in ("shared", "services", "deploy"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def _broken_rules(house: Path) -> str:
    """Returns the text that lint-imports prints where a rule is broken; empty where all are kept."""
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "COLUMNS": "300"},  # wide, so that no line is broken
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if found.returncode == 0 else found.stdout


def test_the_house_as_it_stands_keeps_its_rules(house: Path) -> None:
    assert _broken_rules(house) == ""


def test_a_new_module_that_imports_what_its_layer_may_not_is_named(house: Path) -> None:
    for path, imports in OFFENDERS.items():
        (house / path).write_text("".join(f"import {name}\n" for name in imports))
    printed = _broken_rules(house)
    for path, imports in OFFENDERS.items():
        (house / path).unlink()
        module = path.removesuffix(".py").replace("/", ".")
        for name in imports:
            assert f"{module} -> {name}" in printed or f"{module} is not allowed to import {name}" in printed, name
