"""The compiled look and what it was made from."""

import hashlib
from pathlib import Path

HERE = Path(__file__).parent
LOOK = HERE / "look"
ASSETS = HERE / "assets"
SHEET = ASSETS / "site.css"
DIGEST = LOOK / "inputs.sha256"
INPUTS = ("package.json", "package-lock.json", "site.scss", "_own.scss")


def inputs_digest() -> str:
    """Returns the digest of all that the style sheet is compiled from; the lock file fixes what comes from npm."""
    digest = hashlib.sha256()
    for name in INPUTS:
        content = (LOOK / name).read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def compiled_digest() -> str:
    """Returns the digest in the form in which `inputs.sha256` has it: of the inputs, then of the style sheet."""
    return f"{inputs_digest()} {hashlib.sha256(SHEET.read_bytes()).hexdigest()}"
