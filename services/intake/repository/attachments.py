"""Attachments in GridFS, each encrypted with a key of its own, which is kept encrypted beside what is known of it.

So a new key of the keyring means new encryption of 32 bytes, whatever the size of the file.
"""

import base64
import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from motor.motor_asyncio import AsyncIOMotorGridFSBucket
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from services.intake.attachments import Attachment
from shared.errors import NotFound
from shared.protection import NONCE, Cipher
from shared.storage.store import Document, Indexes, Store

ATTACHMENTS = Indexes("attachments", (IndexModel("disclosure"),))


class MongoAttachments:
    def __init__(self, store: Store, cipher: Cipher) -> None:
        self._attachments = store["attachments"]
        self._database = store.database
        self._cipher = cipher

    @property
    def _files(self) -> AsyncIOMotorGridFSBucket:
        """Made when it is used: it belongs to the event loop that runs then."""
        return AsyncIOMotorGridFSBucket(self._database, "attachment_files")

    async def add(self, attachment: Attachment, content: bytes) -> Attachment:
        """The file first, under a name of its own: until what is known of it is there too, nobody can see it."""
        if kept := await self._attachments.find_one({"_id": attachment.id}):
            return _attachment(kept)
        key = AESGCM.generate_key(256)
        file = await self._files.upload_from_stream(attachment.id, _encrypted(content, key, attachment.id))
        try:
            await self._attachments.insert_one(self._document(attachment, key) | {"file": file})
        except DuplicateKeyError:
            await self._files.delete(file)
            return _attachment(await self._attachments.find_one({"_id": attachment.id}) or {})
        return attachment

    async def of(self, disclosure: str) -> Sequence[Attachment]:
        return [_attachment(row) async for row in self._attachments.find({"disclosure": disclosure})]

    async def content(self, disclosure: str, attachment: str) -> bytes:
        row = await self._attachments.find_one({"_id": attachment, "disclosure": disclosure})
        if row is None:
            raise NotFound("there is no such attachment")
        key = base64.b64decode(self._cipher.decrypt(row["personal"], f"attachments.personal:{attachment}"))
        stream = await self._files.open_download_stream(row["file"])
        return _decrypted(await stream.read(), key, attachment)

    async def forget(self, disclosure: str) -> None:
        """All of a disclosure's, files included."""
        async for row in self._attachments.find({"disclosure": disclosure}):
            await self._files.delete(row["file"])
            await self._attachments.delete_one({"_id": row["_id"]})

    def _document(self, attachment: Attachment, key: bytes) -> Document:
        fields = attachment.model_dump()
        sealed = self._cipher.encrypt(base64.b64encode(key).decode(), f"attachments.personal:{attachment.id}")
        return {"_id": fields.pop("id"), **fields, "personal": sealed}


def _encrypted(content: bytes, key: bytes, name: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def _decrypted(stored: bytes, key: bytes, name: str) -> bytes:
    """Raises `InvalidTag` for a file that is not whole or that belongs to another attachment."""
    return AESGCM(key).decrypt(stored[:NONCE], stored[NONCE:], name.encode())


def _attachment(row: Document) -> Attachment:
    fields = {name: row[name] for name in Attachment.model_fields if name in row}
    return Attachment.model_validate({"id": row["_id"], **fields})
