"""The command that compiles the look anew, `make assets`: npm fetches what `package.json` names, sass compiles it."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from shared.web.site.compiled import DIGEST, INPUTS, LOOK, SHEET, compiled_digest

NOTICE = b"/* In here: GOV.UK Frontend, see LICENCE-govuk-frontend.txt */\n"


def main() -> None:
    """Writes the style sheet, and the digest of it and of what it was made from."""
    with tempfile.TemporaryDirectory() as folder:
        SHEET.write_bytes(compile_look(Path(folder)))
    DIGEST.write_text(compiled_digest() + "\n")
    print(f"{SHEET.name}: {SHEET.stat().st_size:,} bytes")


def compile_look(folder: Path) -> bytes:
    """Returns the style sheet, compiled in an empty folder. Raises `SystemExit` where there is no npm."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("make assets needs node and npm: apt-get install nodejs npm")
    for name in INPUTS:
        shutil.copy(LOOK / name, folder)
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    sass: list[str | Path] = [
        folder / "node_modules" / ".bin" / "sass",
        "--load-path=node_modules",
        "--style=compressed",
    ]
    sheet = subprocess.run(
        [*sass, "--no-source-map", "--no-charset", "site.scss"], cwd=folder, check=True, capture_output=True
    )
    return NOTICE + sheet.stdout


if __name__ == "__main__":
    main()
