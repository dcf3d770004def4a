"""Samples: each event version is compared with a frozen sample, because old messages must be understood for ever."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.contracts import CONTRACTS, Contract
from tests.support.samples import FOLDER, stored

Path = tuple[str | int, ...]
MAY_BE_MISSING = {
    "AgreementChanged": {"lines_to_take", "gates", "teams", "conditions", "reviews", "refused", "contributors"},
    "Arm": {"control", "share", "channel", "letters"},
    "CampaignAmended": {"reopened", "void", "respond_by", "waves", "expected_contacts", "stakeholders"},
    "CampaignApproved": {
        "generation", "respond_by", "expected_contacts", "stakeholders", "lines_to_take", "liability_expected",
        "letter_issuer_takes_calls", "volunteered", "helplines", "directorate", "analysis_plan_sha256", "corrects",
        "told_since", "contacts", "special_treatments", "hand_over",
    },
    "ArmReconciliation": {"failed"},
    "CampaignPaused": {"excursion", "acts_until"},
    "CampaignResumed": {"excursion", "acts_until", "waves", "expected_contacts"},
    "CampaignSlowed": {"daily_limit", "excursion", "acts_until"},
    "CampaignSubmitted": {"again"},
    "CommunicationsIssued": {"generation", "suppressed_late", "failed"},
    "CommunicationsReturned": {"reason"},
    "ConditionState": {"met"},
    "ContactRoute": {"how"},
    "ContactCorrected": {"campaign", "letter", "arm", "was"},
    "CountedContact": {"campaign", "arm"},
    "ContactRecorded": {"campaign", "letter", "arm", "duration_seconds"},
    "ContactVolumeBelow": {"team"},
    "ContactVolumeExceeded": {"team"},
    "ContactVolumeRecovered": {"team"},
    "ContactVolumeForecast": {
        "opens_minute", "closes_minute", "ratio_percent", "false_alarm_days", "recovery_odds", "day_noise_percent",
        "quarter_weights", "teams", "revision",
    },
    "LoopTimeEnded": {"daily_limit", "also"},
    "RefitProposed": {"after_excursion", "fewer_letters", "also"},
    "DeliveryReported": {"reason"},
    "Corrected": {"languages"},
    "FiguresChanged": {"expected_contacts"},
    "GateState": {"why_open", "expires_at"},
    "EvaluationPublished": {"new_plan"},
    "InformationAssigned": {"campaign", "arm"},
    "InformationOverdue": {"campaign"},
    "InformationVolunteered": {"campaign", "arm"},
    "Issued": {"customer", "extra_support"},
    "Letter": {"agent"},
    "Line": {"language", "arms"},
    "LinesToTakePublished": {"scripts", "media"},
    "MediaLine": {"language", "embargo"},
    "NoticeAcknowledged": {"campaign", "plan_version", "lines_to_take"},
    "NoticeFailed": {"campaign"},
    "NoticeSent": {"campaign", "plan_version", "lines_to_take"},
    "OutcomeCount": {"arm", "amount_pence"},
    "OutcomeFact": {"reference", "customer", "generation", "arm", "amount_pence"},
    "OutcomeCorrected": {"void"},
    "UnitOutcome": {"version", "amount_pence", "void"},
    "RecordedContact": {"campaign", "letter", "arm", "duration_seconds"},
    "OfferedChannel": {"formats", "languages", "agent_copies", "a_day", "a_minute"},
    "ReferralRaised": {"campaign"},
    "Script": {"language", "arms", "audience"},
    "Stratum": {"randomised"},
    "TeamState": {"why"},
    "VolunteeredProcess": {"process"},
}  # fmt: skip
"""Fields that a reader may not count on; every other one was promised, and a promise is for ever."""
each_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.event_type)


def test_every_contract_has_a_sample_and_no_sample_is_left_over() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == {contract.event_type for contract in CONTRACTS}
    assert len({contract.event_type for contract in CONTRACTS}) == len(CONTRACTS)


@each_contract
def test_a_sample_is_read_and_said_again_exactly_as_it_is(contract: type[Contract]) -> None:
    said = contract.model_validate_json(json.dumps(stored(contract))).model_dump_json()
    assert json.loads(said) == stored(contract)


@each_contract
def test_fields_of_a_later_addition_are_passed_over(contract: type[Contract]) -> None:
    added = stored(contract)
    for part in [value for _, value in _objects(added, ())]:
        part["added_later"] = {"anything": [1]}
    assert contract.model_validate(added) == contract.model_validate(stored(contract))


@each_contract
def test_without_a_field_that_is_needed_an_event_is_refused(contract: type[Contract]) -> None:
    whole = contract.model_validate(stored(contract))
    for path in [(*path, name) for path, part in _models(whole, ()) for name in _needed(part)]:
        with pytest.raises(ValidationError) as refused:
            contract.model_validate(_without(stored(contract), path))
        assert [(error["loc"], error["type"]) for error in refused.value.errors()] == [(path, "missing")]


@each_contract
def test_an_event_cannot_be_changed_once_it_is_made(contract: type[Contract]) -> None:
    for _, part in _models(contract.model_validate(stored(contract)), ()):
        for name in type(part).model_fields:
            with pytest.raises(ValidationError, match="frozen"):
                setattr(part, name, getattr(part, name))


def _needed(part: BaseModel) -> list[str]:
    return sorted(set(type(part).model_fields) - MAY_BE_MISSING.get(type(part).__name__, set()))


def _without(document: Any, path: Path) -> Any:
    document = copy.deepcopy(document)
    *way, last = path
    place = document
    for step in way:
        place = place[step]
    del place[last]
    return document


def _objects(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if isinstance(inner, dict | list):
            yield from _objects(inner, (*path, key))


def _models(value: Any, path: Path) -> Iterator[tuple[Path, BaseModel]]:
    """`value` and all models inside it, each with the way to it."""
    if isinstance(value, BaseModel):
        yield path, value
        for name in type(value).model_fields:
            yield from _models(getattr(value, name), (*path, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _models(inner, (*path, index))
