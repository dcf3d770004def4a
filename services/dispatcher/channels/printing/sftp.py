"""Print, pushed to the letter issuer's SFTP server: under a passing name first, the manifest last."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath

import asyncssh
from pydantic import SecretStr

from services.dispatcher.channels.channel import Batch, SendClearance, Way
from services.dispatcher.channels.printing.files import PRINT, is_of, manifest_name, print_files
from services.dispatcher.ledger.ports import SendLedger
from shared.errors import Permanent, Unavailable
from shared.identifiers import new_id
from shared.values import Value

FILE_SECONDS = 30.0  # seconds for one file


class SftpRefused(Permanent):
    """The letter issuer's server does not let us in or does not take the file: somebody must see to it."""

    code = "sftp-refused"


class SftpSettings(Value):
    """`known_hosts` names the server's key, without which nothing is sent to it."""

    host: str
    port: int = 22
    user: str
    private_key: Path
    passphrase: SecretStr | None = None
    known_hosts: Path
    folder: str = "."


class SftpPrintChannel:
    """A redo overwrites each file with the same bytes, in one step on the server's side."""

    one_by_one = False
    capabilities = PRINT

    def __init__(self, settings: SftpSettings) -> None:
        self._settings = settings

    @asynccontextmanager
    async def reserved(self, batch: Batch, ledger: SendLedger) -> AsyncIterator[Way]:
        async with self._reached() as server:
            folder = PurePosixPath(self._settings.folder) / batch.campaign
            await server.makedirs(folder, exist_ok=True)
            yield Way(partial(_send, server, folder))

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        """The manifest comes last: where it is, all is. Who takes the files away may have taken it, which nobody here
        can tell from one that never came."""
        manifest = PurePosixPath(self._settings.folder) / batch.campaign / manifest_name(batch)
        async with self._reached() as server:
            if not await server.exists(manifest):
                return False
            async with server.open(manifest, "rb") as file:
                return is_of(await file.read(), batch)

    @asynccontextmanager
    async def _reached(self) -> AsyncIterator[asyncssh.SFTPClient]:
        try:
            async with asyncio.timeout(FILE_SECONDS * 2), self._server() as server:
                yield server
        except (asyncssh.PermissionDenied, asyncssh.HostKeyNotVerifiable, asyncssh.SFTPPermissionDenied) as error:
            raise SftpRefused(f"the letter issuer's server refuses: {type(error).__name__}") from None
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise Unavailable(f"the letter issuer's server cannot be reached: {type(error).__name__}") from None

    @asynccontextmanager
    async def _server(self) -> AsyncIterator[asyncssh.SFTPClient]:
        settings = self._settings
        connection = asyncssh.connect(
            settings.host,
            settings.port,
            username=settings.user,
            client_keys=[str(settings.private_key)],
            passphrase=settings.passphrase.get_secret_value() if settings.passphrase else None,
            known_hosts=str(settings.known_hosts),
            config=None,
            agent_path=None,
        )
        async with connection as ssh, ssh.start_sftp_client() as server:
            yield server


async def _send(server: asyncssh.SFTPClient, folder: PurePosixPath, batch: Batch, clearance: SendClearance) -> None:
    """Both files are there under passing names before the hand-over is recorded, and have no other name until then."""
    files = await asyncio.to_thread(print_files, batch)
    whole = {folder / files.data_name: files.data, folder / files.manifest_name: files.manifest}
    drafts = {file: file.with_name(f".{file.name}.{new_id()}.part") for file in whole}
    try:
        for file, draft in drafts.items():
            async with server.open(draft, "wb") as out:
                await out.write(whole[file])
        await clearance.handing_over(files.digests)
        for file, draft in drafts.items():
            await server.posix_rename(draft, file)
    except Exception:  # a full disk is not filled further by each try, and a draft has people's names in it
        for draft in drafts.values():
            with suppress(asyncssh.Error):
                await server.remove(draft)
        raise
