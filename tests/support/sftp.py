"""A letter issuer's SFTP server, that lets one key in and keeps files in a folder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh


@dataclass(frozen=True)
class SftpServer:
    """`settings` are what a client needs to be let in."""

    files: Path
    settings: dict[str, Any]


@asynccontextmanager
async def sftp_server(folder: Path) -> AsyncIterator[SftpServer]:
    files, keys = folder / "sftp", folder / "keys"
    files.mkdir()
    keys.mkdir()
    host, client = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    client.write_private_key(str(keys / "client"))
    (keys / "authorized").write_bytes(client.export_public_key())

    def root(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(files).encode())

    server = await asyncssh.listen(
        "127.0.0.1", 0, server_host_keys=[host], authorized_client_keys=str(keys / "authorized"), sftp_factory=root
    )
    port = server.sockets[0].getsockname()[1]
    (keys / "known").write_text(f"[127.0.0.1]:{port} {host.export_public_key().decode()}")
    settings = {"host": "127.0.0.1", "port": port, "user": "otm", "private_key": keys / "client",
                "known_hosts": keys / "known", "folder": "in"}  # fmt: skip
    try:
        yield SftpServer(files, settings)
    finally:
        server.close()
        await server.wait_closed()
