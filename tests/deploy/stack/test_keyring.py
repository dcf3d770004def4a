import base64
import hashlib
import json
from stat import S_IMODE

from deploy.local.stack.access import CALLERS, ensure_access
from deploy.local.stack.home import Home
from deploy.local.stack.keyring import add_index_key, ensure_keyring
from shared.protection import load_keyring


def test_the_keyring_is_made_once(home: Home) -> None:
    home.prepare()
    ensure_keyring(home)
    made = home.keyring.read_bytes()
    ensure_keyring(home)
    assert home.keyring.read_bytes() == made
    keyring = json.loads(made)
    keys = [keyring["encryption"]["keys"][keyring["encryption"]["current"]], keyring["index"], keyring["references"]]
    keys += keyring["derived"].values()
    assert [len(base64.b64decode(key)) for key in keys] == [32] * 7
    assert len(set(keys)) == 7


def test_a_keyring_of_before_gets_no_keys_for_purposes_by_which_its_audit_trails_would_be_broken(home: Home) -> None:
    home.prepare()
    ensure_keyring(home)
    before = json.loads(home.keyring.read_bytes())
    del before["derived"], before["signing"]
    home.keyring.write_text(json.dumps(before))
    ensure_keyring(home)
    now = json.loads(home.keyring.read_bytes())
    assert now.pop("signing")
    assert now == before


def test_every_caller_has_a_key_that_services_know_by_its_hash_alone(home: Home) -> None:
    home.prepare()
    ensure_access(home)
    keys, access = json.loads(home.credentials.read_bytes()), json.loads(home.access.read_bytes())["keys"]
    assert list(keys) == [entry["subject"] for entry in access] == [caller.subject for caller in CALLERS]
    for entry in access:
        key = keys[entry["subject"]]
        assert key.startswith(f"otm_{entry['id']}_")
        assert len(key.split("_", 2)[2]) == 43
        assert hashlib.sha256(key.encode()).hexdigest() == entry["sha256"]
        assert key not in home.access.read_text()


def test_keys_stay_the_same_and_a_new_caller_gets_one(home: Home) -> None:
    home.prepare()
    ensure_access(home)
    keys = json.loads(home.credentials.read_bytes())
    home.credentials.write_text(json.dumps({name: key for name, key in keys.items() if name != "operator"}))
    ensure_access(home)
    again = json.loads(home.credentials.read_bytes())
    assert again.keys() == keys.keys()
    assert [name for name in keys if again[name] != keys[name]] == ["operator"]


def test_secrets_are_for_their_owner_alone(home: Home) -> None:
    home.prepare()
    ensure_keyring(home)
    ensure_access(home)
    assert S_IMODE(home.folder.stat().st_mode) == 0o700
    assert {S_IMODE(file.stat().st_mode) for file in (home.keyring, home.access, home.credentials)} == {0o600}


def test_an_index_key_is_added_and_what_was_made_with_the_first_stays_with_it(home: Home) -> None:
    home.prepare()
    ensure_keyring(home)
    before = json.loads(home.keyring.read_bytes())
    del before["derived"]
    home.keyring.write_text(json.dumps(before))
    assert add_index_key(home) == 2
    once = json.loads(home.keyring.read_bytes())
    assert once["index"][0] == before["index"]
    assert {once["derived"][purpose] for purpose in ("audit", "links", "digests")} == {before["index"]}
    assert once["derived"]["sessions"] not in (before["index"], *once["index"])
    assert add_index_key(home) == 3
    twice = json.loads(home.keyring.read_bytes())
    assert twice["index"][:2] == once["index"]
    assert {**twice, "index": None} | {"derived": None} == {**once, "index": None} | {"derived": None}
    assert {**twice["derived"], "sessions": None} == {**once["derived"], "sessions": None}
    keyring = load_keyring(home.keyring)
    assert keyring.generation == 3
    assert [base64.b64encode(keyring.index_key(n)).decode() for n in (1, 2, 3)] == twice["index"]
