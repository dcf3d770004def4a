"""The folder that holds one stack: its data, secrets, logs and state."""

import hashlib
from pathlib import Path


class Home:
    """The paths of one stack's files. The folder is for its owner alone, because secrets are in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.state = self.folder / "stack.json"
        self.lock = self.folder / "lock"
        self.ports = self.folder / "ports.json"
        self.keyring = self.folder / "keyring.json"
        self.access = self.folder / "access.json"
        self.retired_keys = self.folder / "keyring.retired.json"
        self.audit_heads = self.folder / "audit-heads.json"
        self.credentials = self.folder / "credentials.json"
        self.clock = self.folder / "clock.json"
        self.logs = self.folder / "logs"
        self.broker = self.folder / "broker"
        self.store = self.folder / "store"
        self.mail = self.folder / "mail"
        self.letters = self.folder / "letter-issuer"
        self.spool = self.folder / "spool"

    def prepare(self) -> None:
        """Makes the folders that are missing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        for folder in (self.logs, self.broker, self.store, self.mail, self.letters, self.spool):
            folder.mkdir(exist_ok=True)

    @property
    def tag(self) -> str:
        """Eight hex digits that tell this folder from others, for names outside it (containers, volumes)."""
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]
