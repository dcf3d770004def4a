"""Personal data at rest: readable with the right key at the right place, and found without being read."""

import base64
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.stack.home import Home
from deploy.local.stack.keyring import ensure_keyring
from shared.errors import Invalid
from shared.protection import PURPOSES, Cipher, Keyring, Undecryptable, blind_index, load_keyring

OLD, NEW = os.urandom(32), os.urandom(32)
BEFORE = Keyring("k1", {"k1": OLD}, index=b"i" * 32, references=b"r" * 32)
ROTATED = replace(BEFORE, current="k2", keys={"k1": OLD, "k2": NEW})
PLACE = "contacts.personal:17"

scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars.filter(lambda value: value not in (float("inf"), float("-inf"))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values, st.text(max_size=40))
def test_whatever_json_can_hold_comes_back_as_it_went_in(value: object, place: str) -> None:
    cipher = Cipher(BEFORE)
    again = cipher.decrypt(cipher.encrypt(value, place), place)
    assert again == value
    assert json.dumps(again) == json.dumps(value)  # which tells 1 from True and 0.0 from -0.0 as well


def test_nothing_of_a_value_can_be_seen_and_equal_values_look_different() -> None:
    cipher = Cipher(BEFORE)
    sealed = [cipher.encrypt("Mrs Jones", PLACE) for _ in range(50)]
    assert len(set(sealed)) == 50
    assert not any(b"Jones" in value for value in sealed)


def test_a_value_moved_to_another_record_cannot_be_read() -> None:
    cipher = Cipher(BEFORE)
    with pytest.raises(Undecryptable):
        cipher.decrypt(cipher.encrypt("Mrs Jones", PLACE), "contacts.personal:18")


@given(st.integers(0), st.integers(1, 255))
def test_a_value_of_which_one_byte_was_changed_cannot_be_read(position: int, change: int) -> None:
    cipher = Cipher(BEFORE)
    sealed = bytearray(cipher.encrypt("Mrs Jones", PLACE))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(Undecryptable):
        cipher.decrypt(bytes(sealed), PLACE)


def test_after_a_rotation_old_values_are_still_read_and_new_ones_use_the_new_key() -> None:
    old = Cipher(BEFORE).encrypt("from before", PLACE)
    rotated = Cipher(ROTATED)
    assert rotated.decrypt(old, PLACE) == "from before"
    new = rotated.encrypt("from after", PLACE)
    assert rotated.decrypt(new, PLACE) == "from after"
    with pytest.raises(Undecryptable, match="not in the keyring"):
        Cipher(BEFORE).decrypt(new, PLACE)
    with pytest.raises(Undecryptable, match="not in the keyring"):
        Cipher(replace(ROTATED, keys={"k2": NEW})).decrypt(old, PLACE)


@pytest.mark.parametrize("name", ["2026-key", "key-of-2026", "k 1", "", "ключ1"])
def test_a_key_whose_id_does_not_fit_beside_a_value_is_refused_before_it_encrypts_any(name: str) -> None:
    with pytest.raises(Invalid):
        Cipher(replace(BEFORE, current=name, keys={name: NEW}))


def test_a_keyring_without_its_current_key_is_refused() -> None:
    with pytest.raises(Invalid, match="current"):
        Cipher(replace(BEFORE, current="k2"))


def test_a_blind_index_is_the_same_for_ever_and_tells_nothing_without_its_key() -> None:
    def found(keyring: Keyring, kind: str = "customer", value: str = "1955839661") -> str:
        return blind_index(keyring, kind, value)

    assert found(BEFORE) == found(ROTATED) == "856b6a2bf43c80017ef6555d03b9af2b"
    others = {found(replace(BEFORE, index=b"j" * 32)), found(BEFORE, "cluster"), found(BEFORE, value="1955839662")}
    assert len(others | {found(BEFORE)}) == 4


def test_a_keyring_is_read_from_the_file_that_the_stack_makes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    ensure_keyring(home)
    stored = json.loads(home.keyring.read_text())
    keyring = load_keyring(home.keyring)
    assert keyring.keys == {"k1": base64.b64decode(stored["encryption"]["keys"]["k1"])}
    assert (keyring.index, keyring.references) == tuple(
        base64.b64decode(stored[name]) for name in ("index", "references")
    )
    assert {purpose: keyring.own_of(purpose) for purpose in PURPOSES} == {
        purpose: base64.b64decode(key) for purpose, key in stored["derived"].items()
    }
    assert not any(repr(secret) in repr(keyring) for secret in (keyring.index, keyring.references, keyring.keys["k1"]))
    assert Cipher(keyring).decrypt(Cipher(keyring).encrypt([1], PLACE), PLACE) == [1]


def test_a_keyring_without_keys_for_purposes_gives_those_that_were_made_of_its_index_key() -> None:
    """By them audit trails were written, and links mailed, before there were others."""
    assert {purpose: BEFORE.own_of(purpose) for purpose in PURPOSES} == dict.fromkeys(PURPOSES, b"i" * 32)
    audit, sessions = BEFORE.made_for("audit", "audit trail|intake"), BEFORE.made_for("sessions", "site|sealed")
    assert audit.hex() == "22bb9024b9bbeeaa53f35c207fead793365a1366a52c294a5584ff7d516a2761"
    assert sessions.hex() == "15c78356af3a138c2c4a036eb63df60538ce152384efd151c618eea66cd6c3c3"
    apart = replace(BEFORE, derived={"audit": b"a" * 32})
    assert apart.made_for("audit", "audit trail|intake") != audit
    assert apart.made_for("sessions", "site|sealed") == sessions


@pytest.mark.parametrize(("purpose", "key"), [("adit", b"a" * 32), ("audit", b"a" * 15), ("audit", b"")])
def test_a_key_for_no_purpose_or_a_short_one_is_refused(tmp_path: Path, purpose: str, key: bytes) -> None:
    home = Home(tmp_path)
    ensure_keyring(home)
    stored = json.loads(home.keyring.read_text())
    stored["derived"][purpose] = base64.b64encode(key).decode()
    home.keyring.write_text(json.dumps(stored))
    with pytest.raises(Invalid, match=purpose):
        load_keyring(home.keyring)
