"""Packages that are shipped have licences that allow it, and hashes."""

from pathlib import Path

import pytest

from deploy.audit.licences import IMAGE, WHOLE, dependencies, may_be_shipped, unhashed


def test_everything_that_is_shipped_may_be_and_has_a_hash() -> None:
    found = dependencies()
    assert {"fastapi", "scipy"} <= {each.name for each in found if each.shipped}
    assert [f"{each.name}: {each.licence}" for each in found if not each.acceptable] == []
    assert unhashed(WHOLE) == unhashed(IMAGE) == []


@pytest.mark.parametrize(
    ("licence", "may_be"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("EPL-2.0 OR GPL-2.0-or-later", True),
        ("GPL-2.0-only AND CC-BY-4.0", False),
        ("GNU Affero General Public License v3", False),
        ("unknown", False),
    ],
)
def test_strong_copyleft_and_the_unknown_are_not_shipped(licence: str, may_be: bool) -> None:
    assert may_be_shipped(licence) == may_be


def test_a_package_without_a_hash_is_found(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("a==1 \\\n    --hash=sha256:00\nb==2\nc==3 \\\n    --hash=sha256:11\n")
    assert unhashed(lock) == ["b"]
