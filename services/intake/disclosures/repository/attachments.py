"""Attachments in GridFS, each encrypted with a key of its own, which is kept encrypted beside what is known of it.

So a new key of the keyring means new encryption of 32 bytes, whatever the size of the file.
"""

import base64
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from bson import ObjectId
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from gridfs import NoFile
from motor.motor_asyncio import AsyncIOMotorGridFSBucket
from pymongo import ASCENDING, IndexModel

from services.intake.disclosures.attachment import Attachment, expect_room
from shared.errors import Conflict, NotFound
from shared.protection import NONCE, Cipher
from shared.storage.store import Document, Indexes, Session, Store

ATTACHMENTS = Indexes("attachments", (IndexModel("disclosure"),))
UPLOADS = Indexes("attachment_uploads", (IndexModel("disclosure"),))
FILES = (
    Indexes("attachment_files.files", (IndexModel([("filename", ASCENDING), ("uploadDate", ASCENDING)]),)),
    Indexes("attachment_files.chunks", (IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], unique=True),)),
)
"""As GridFS makes them by itself at the first upload."""


class MongoAttachments:
    def __init__(self, store: Store, cipher: Cipher) -> None:
        self._store = store
        self._attachments = store["attachments"]
        self._disclosures = store["disclosures"]
        self._uploads = store["attachment_uploads"]
        self._database = store.database
        self._cipher = cipher

    @property
    def _files(self) -> AsyncIOMotorGridFSBucket:
        """Made when it is used: it belongs to the event loop that runs then."""
        return AsyncIOMotorGridFSBucket(self._database, "attachment_files")

    async def add(self, attachment: Attachment, content: bytes) -> Attachment:
        """Keeps the file first and its row after: until the row is there nobody can see the file."""
        uploads = {"disclosure": attachment.disclosure, "attachment": attachment.id}
        row = await self._attachments.find_one({"_id": attachment.id})
        try:
            row = row or await self._uploaded(attachment, content)
        except Conflict:
            await self._sweep(uploads)
            raise
        await self._sweep(uploads, row["file"])
        return _attachment(row)

    async def of(self, disclosure: str) -> Sequence[Attachment]:
        return [_attachment(row) async for row in self._attachments.find({"disclosure": disclosure})]

    async def content(self, disclosure: str, attachment: str) -> bytes:
        row = await self._attachments.find_one({"_id": attachment, "disclosure": disclosure})
        if row is None:
            raise NotFound("there is no such attachment")
        key = base64.b64decode(self._cipher.decrypt(row["personal"], f"attachments.personal:{attachment}"))
        stream = await self._files.open_download_stream(row["file"])
        return _decrypted(await stream.read(), key, attachment)

    async def forget(self, disclosure: str, session: Session) -> None:
        """Deletes the rows of all attachments of a disclosure within the caller's transaction, and with them the keys
        of their files. The files are noted for `sweep`."""
        for row in await self._attachments.find({"disclosure": disclosure}, session=session).to_list(None):
            noted = {"attachment": row["_id"], "disclosure": disclosure}
            await self._uploads.update_one({"_id": row["file"]}, {"$set": noted}, upsert=True, session=session)
            await self._attachments.delete_one({"_id": row["_id"]}, session=session)

    async def sweep(self, disclosure: str) -> None:
        """Deletes the files of a disclosure whose attachments are forgotten."""
        await self._sweep({"disclosure": disclosure})

    async def _uploaded(self, attachment: Attachment, content: bytes) -> Document:
        """Uploads a file and returns the row under its id. The upload is noted first: a crash leaves a note to find it
        by. A file that is not the one of the row is deleted here: the note may have gone while it was uploaded."""
        file, key = ObjectId(), AESGCM.generate_key(256)
        noted = {"_id": file, "attachment": attachment.id, "disclosure": attachment.disclosure}
        await self._uploads.insert_one(noted)
        await self._files.upload_from_stream_with_id(file, attachment.id, _encrypted(content, key, attachment.id))
        row = self._document(attachment, key) | {"file": file}
        try:
            kept = await self._store.commit(partial(self._insert, row))
        except Conflict:
            await self._delete(file)
            raise
        if kept["file"] != file:
            await self._delete(file)
        return kept

    async def _insert(self, row: Document, session: Session) -> Document:
        """Keeps the row of a file, and returns the one that is under its id. The disclosure is changed by it, so that
        two files at once, or a file and an erasure, are one after the other."""
        kept: Document | None = await self._attachments.find_one({"_id": row["_id"]}, session=session)
        if kept is not None:
            return kept
        disclosure = await self._disclosures.find_one({"_id": row["disclosure"]}, session=session)
        count = len(await self._attachments.find({"disclosure": row["disclosure"]}, session=session).to_list(None))
        expect_room(count, disclosure)
        await self._disclosures.update_one({"_id": row["disclosure"]}, {"$inc": {"locks": 1}}, session=session)
        await self._attachments.insert_one(row, session=session)
        return row

    async def _sweep(self, uploads: Document, kept: ObjectId | None = None) -> None:
        """Deletes the files of uploads that have ended, except the one that is kept."""
        async for upload in self._uploads.find(uploads):
            if upload["_id"] != kept:
                await self._delete(upload["_id"])
            await self._uploads.delete_one({"_id": upload["_id"]})

    async def _delete(self, file: ObjectId) -> None:
        """Deletes a file, also one that was cut off and has only pieces."""
        with suppress(NoFile):
            await self._files.delete(file)

    def _document(self, attachment: Attachment, key: bytes) -> Document:
        fields = attachment.model_dump()
        sealed = self._cipher.encrypt(base64.b64encode(key).decode(), f"attachments.personal:{attachment.id}")
        return {"_id": fields.pop("id"), **fields, "digest": attachment.digest, "personal": sealed}


def _encrypted(content: bytes, key: bytes, name: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def _decrypted(stored: bytes, key: bytes, name: str) -> bytes:
    """Raises `InvalidTag` for a file that is not whole or that belongs to another attachment."""
    return AESGCM(key).decrypt(stored[:NONCE], stored[NONCE:], name.encode())


def _attachment(row: Document) -> Attachment:
    fields = {name: row[name] for name in Attachment.model_fields if name in row}
    return Attachment.model_validate({"id": row["_id"], **fields})
