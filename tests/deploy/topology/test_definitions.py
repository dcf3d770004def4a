"""Definitions, passwords and differences, without a broker."""

import copy
import re
from pathlib import Path

import pytest

from deploy.catalogue import SERVICES
from deploy.local.errors import StackError
from deploy.local.operate.topology.definitions import definitions
from deploy.local.operate.topology.drift import drifts
from deploy.local.operate.topology.passwords import ensure_passwords, fits, password_hash, read_passwords
from deploy.local.operate.topology.rights import users
from shared.contracts import CampaignLaunched

PASSWORDS = {user.name: f"secret of {user.name}" for user in users()}
WANTED = definitions("otm", PASSWORDS)


def test_each_queue_has_one_policy_and_each_service_says_only_its_own_events() -> None:
    for queue in WANTED["queues"]:
        assert sum(bool(re.search(policy["pattern"], queue["name"])) for policy in WANTED["policies"]) == 1, queue
    said = {it["user"]: it["write"] for it in WANTED["topic_permissions"]}
    assert set(said) == set(SERVICES)
    assert [name for name, keys in said.items() if re.search(keys, CampaignLaunched.event_type)] == ["planner"]
    assert not any(re.search(keys, f"{CampaignLaunched.event_type}x") for keys in said.values())


def test_a_services_user_reaches_no_queue_of_another_and_changes_nothing_that_is_shared() -> None:
    rights = {it["user"]: it for it in WANTED["permissions"] if it["user"] in SERVICES}
    for name, right in rights.items():
        for queue in WANTED["queues"]:
            own = queue["name"].startswith(f"{name}.")
            assert bool(re.search(right["configure"], queue["name"])) == own
            assert bool(re.search(right["write"], queue["name"])) == own
        assert not re.search(right["configure"], "otm.events")
        assert re.search(right["write"], "otm.events")


def test_nothing_differs_from_itself_and_each_change_is_named() -> None:
    assert drifts(WANTED, WANTED, {}, PASSWORDS) == []
    there = copy.deepcopy(WANTED)
    there["queues"] = [q for q in there["queues"] if q["name"] != "intake.dead"]
    there["queues"].append(there["queues"][0] | {"name": "intake.campaign.forgotten.v1"})
    there["policies"][0]["definition"] = {"max-length-bytes": 1}
    there["exchanges"][0]["arguments"] = {"alternate-exchange": "elsewhere"}
    there["users"][0]["password_hash"] = password_hash("another")
    there["bindings"].append(there["bindings"][-1] | {"routing_key": "of.old.v1"})
    there["users"].append({"name": "guest", "password_hash": "", "tags": "administrator"})
    found = {it.thing: (it.difference, bool(it.remedy)) for it in drifts(WANTED, there, {}, PASSWORDS)}
    last = there["bindings"][-1]
    assert found == {
        "queue intake.dead": ("is not there", False),
        "queue intake.campaign.forgotten.v1": ("nobody owns it; messages not counted", True),
        "policy otm-consumed": ("has another definition", False),
        "exchange otm.unrouted": ("has another arguments", True),
        "user planner": ("has another password", False),
        f"binding of {last['destination']} to {last['source']} by of.old.v1": ("no code asks for it", True),
        "user guest": ("the broker's default user is there", True),
    }


def test_passwords_are_made_once_kept_for_the_owner_and_known_by_their_hashes(tmp_path: Path) -> None:
    file = tmp_path / "passwords.json"
    made = ensure_passwords(file, ["planner"])
    assert (
        ensure_passwords(file, ["planner", "intake"])["planner"] == made["planner"] == read_passwords(file)["planner"]
    )
    assert file.stat().st_mode & 0o777 == 0o600
    assert fits(made["planner"], password_hash(made["planner"]))
    assert not fits(made["planner"], password_hash("another"))
    assert not fits(made["planner"], "no base64")


@pytest.mark.parametrize("content", ["", "[]", '{"planner": 1}', '{"planner": ""}', None])
def test_a_file_that_holds_no_passwords_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "passwords.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(StackError, match=r"passwords\.json"):
        read_passwords(file)
