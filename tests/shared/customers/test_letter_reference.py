"""Letter references: each letter has its own, and what is misread over the phone is caught."""

import hmac
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers import letter_reference as module
from shared.customers.letter_reference import ALPHABET, HIGHEST, letter_reference, parse_letter_reference
from shared.errors import Invalid

KEY = b"a key of 32 bytes, as it must be"
numbers = st.integers(0, HIGHEST)
references = st.builds(letter_reference, numbers, st.binary(min_size=1, max_size=32))


def test_a_letter_has_the_same_reference_for_ever() -> None:
    """Fixed: a redo years later, or under a new version of the code, must name the same letter."""
    found = [letter_reference(number, KEY) for number in (0, 1, 33_554_433, HIGHEST)]
    assert found == ["5YCK7-R66GC", "9EAQ3-TKR4Y", "7CVQA-BUBJ7", "C7336-4KSYY"]


@given(numbers, st.binary(max_size=100))
def test_each_round_is_the_hmac_of_the_half_under_a_key_of_any_length(number: int, key: bytes) -> None:
    left, right = number >> 22, number & 0x3FFFFF
    for turn in range(8):
        digest = hmac.digest(key, bytes([turn]) + right.to_bytes(3, "big"), "sha256")
        left, right = right, left ^ (int.from_bytes(digest[:3], "big") & 0x3FFFFF)
    body, value = "", left << 22 | right
    while len(body) < 9:
        value, digit = divmod(value, len(ALPHABET))
        body = ALPHABET[digit] + body
    assert letter_reference(number, key).replace("-", "")[:9] == body


def test_no_two_letters_share_a_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown on every number of a smaller network: 2 × 5 bits instead of 2 × 22, and the same rounds."""
    assert len(ALPHABET) ** 9 > HIGHEST  # so nine characters have room for every number
    monkeypatch.setattr(module, "_HALF_BITS", 5)
    monkeypatch.setattr(module, "_MASK", 31)
    everything = [letter_reference(number, KEY) for number in range(1024)]
    assert len(set(everything)) == 1024


def test_references_of_neighbours_tell_nothing_without_the_key() -> None:
    mine = [letter_reference(number, KEY) for number in range(200)]
    assert len({reference[:2] for reference in mine}) > 100  # spread out, although the numbers are not
    assert not set(mine) & {letter_reference(number, b"another key") for number in range(200)}


@given(references)
def test_every_wrong_character_and_every_swap_of_neighbours_is_caught(reference: str) -> None:
    spoken = reference.replace("-", "")
    wrong = [spoken[:n] + c + spoken[n + 1 :] for n in range(10) for c in ALPHABET if c != spoken[n]]
    wrong += [spoken[:n] + spoken[n + 1] + spoken[n] + spoken[n + 2 :] for n in range(9) if spoken[n] != spoken[n + 1]]
    for text in wrong:
        with pytest.raises(Invalid) as refused:
            parse_letter_reference(text)
        assert refused.value.problems[0].rule == "check-character"


@given(references, st.randoms(use_true_random=False))
def test_a_reference_is_understood_in_any_case_and_spacing(reference: str, chance: random.Random) -> None:
    said = "".join(
        chance.choice((c, c.lower())) + chance.choice(("", "", " ", "-", " - ", "\u2013", "\u2011", "\u00a0", "\u200b"))
        for c in reference.replace("-", "")
    )
    assert parse_letter_reference(f" {said}"[:40]) == reference


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "length"),
        ("7KM2X-Q4R9", "length"),
        ("7KM2X-Q4R9EE", "length"),
        ("7KM2X-Q4R9E" + " " * 40 + "and more", "length"),
        ("7KM2X-Q4R9" + "0", "alphabet"),
        ("7KM2X-Q4R9É", "alphabet"),
        ("٧KM2X-Q4R9E", "alphabet"),
        ("7KM2X-Q4R9D", "check-character"),
    ],
)
def test_what_is_no_reference_is_refused_by_the_rule_it_breaks(text: str, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_letter_reference(text)
    assert [(problem.field, problem.rule) for problem in refused.value.problems] == [("letter_reference", rule)]
    assert not text or text not in refused.value.message


def test_a_number_beyond_the_highest_is_a_mistake_of_ours() -> None:
    for number in (-1, HIGHEST + 1):
        with pytest.raises(ValueError, match="between 0 and"):
            letter_reference(number, KEY)
