"""Documents of chunks, as they are kept."""

from typing import Any

from services.dispatcher.schedule.chunk import Assignment, Chunk, FileDigests, Issue, Settlement


def document_of(chunk: Chunk) -> dict[str, Any]:
    return {
        "_id": chunk.id,
        "campaign": chunk.campaign,
        "number": chunk.number,
        "wave": chunk.wave,
        "rows": [assignment.row for assignment in chunk.assignments],
        "arms": [assignment.arm for assignment in chunk.assignments],
        "schedule": chunk.schedule,
        "settled": {},
        "left_out": [],
        "revision": 0,
        "out": [],
        "finished": False,
        "deferred_until": None,
        "owner": None,
        "bundles": 0,
    }


def chunk_of(document: dict[str, Any]) -> Chunk:
    return Chunk(
        campaign=document["campaign"],
        number=document["number"],
        wave=document["wave"],
        assignments=tuple(Assignment(*pair) for pair in zip(document["rows"], document["arms"], strict=True)),
        schedule=document["schedule"],
        settled={channel: _settlement(kept) for channel, kept in document["settled"].items()},
        left_out=frozenset(document["left_out"]),
        revision=document["revision"],
        out=frozenset(document["out"]),
        finished=document["finished"],
        said=document.get("said", False),
        deferred_until=document["deferred_until"],
        files={channel: FileDigests(*kept) for channel, kept in document.get("files", {}).items()},
    )


def settlement_document(settlement: Settlement) -> dict[str, Any]:
    return {
        "issue": list(settlement.issue),
        "suppressed": [[row, reason] for row, reason in sorted(settlement.suppressed.items())],
    }


def _settlement(document: dict[str, Any]) -> Settlement:
    return Settlement(Issue(*document["issue"]), dict(document["suppressed"]))
