"""Catalogue of events: each is said by one service and heard by another, and the documents agree with the code."""

import json
from pathlib import Path
from typing import Any

from deploy.catalogue import SERVICES, hearers, sayers
from deploy.docs.__main__ import documents
from shared.contracts import CONTRACTS
from shared.running.composition import COMMON


def test_every_event_is_said_by_one_service_and_heard_by_another() -> None:
    for contract in set(CONTRACTS) - set(COMMON):
        (sayer,) = sayers(contract)
        assert set(hearers(contract)) - {sayer}, f"nobody hears {contract.event_type}"


def test_what_all_services_have_in_common_is_said_and_heard_by_all() -> None:
    for contract in COMMON:
        assert sayers(contract) == hearers(contract) == list(SERVICES)


def test_no_service_says_or_waits_for_what_is_not_in_the_catalogue() -> None:
    said = {contract for service in SERVICES.values() for contract in service.says}
    heard = {contract for service in SERVICES.values() for contract in service.hears if not contract.private}
    assert said == heard == set(CONTRACTS)


def test_the_documents_are_as_the_code_has_them() -> None:
    assert len(documents()) == 10 + len(SERVICES)
    drifted = [file.name for file, text in documents().items() if _read(file, file.read_text()) != _read(file, text)]
    assert drifted == [], "run make docs"


def _read(file: Path, text: str) -> Any:
    """Returns the content of a document; the order of names in a JSON object says nothing."""
    return json.loads(text) if file.suffix == ".json" else text
