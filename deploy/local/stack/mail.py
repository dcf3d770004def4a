"""A mail server that delivers nothing: it keeps every message as a file.

`python -m deploy.local.stack.mail --host 127.0.0.1 --port 2525 --folder mail`
"""

import argparse
import asyncio
import hashlib
import signal
import time
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.stack.files import write_whole


class MessageFolder:
    """One `.eml` file for each message, exactly as it came. Names sort by arrival and tell repeated messages apart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's)
        content = envelope.original_content or b""
        await asyncio.to_thread(write_whole, self._folder / file_name(content), content)
        return "250 Message kept"


def file_name(content: bytes) -> str:
    """Arrival in nanoseconds, and a hash that is the same for messages with the same Message-ID."""
    message_id = BytesHeaderParser().parsebytes(content)["Message-ID"]
    identity = hashlib.sha256(message_id.encode() if message_id else content).hexdigest()[:12]
    return f"{time.time_ns():020d}-{identity}.eml"


async def serve(host: str, port: int, folder: Path) -> None:
    """Serves until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: SMTP(MessageFolder(folder), enable_SMTPUTF8=True), host, port)
    await stop.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Keep every message that is sent here as a file.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(chosen.host, chosen.port, chosen.folder))


if __name__ == "__main__":
    main()
