"""Randomisation: fair to within a block, the same for ever from the recorded seed, and whole for those who belong
together."""

from collections import Counter, defaultdict
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatcher.population import row_memory as load_desk
from services.dispatcher.population.row_memory import RowMemory
from services.dispatcher.schedule.allocation import Allocator, Place
from shared.contracts.campaigns import Arm
from shared.errors import Invalid

SHARES = (1, 2, 2)
HERE = Path("/tmp")  # noqa: S108 - its files have no names
seeds = st.integers(0, 10**8)
strata = st.lists(st.sampled_from("abc"), max_size=120)
clusters = st.none() | st.integers(0, 5).map(lambda n: bytes([n]))
people = st.lists(st.tuples(st.sampled_from("ab"), clusters), max_size=60)


def arms(*shares: int) -> list[Arm]:
    return [Arm(code=f"arm-{n}", share=share) for n, share in enumerate(shares)]


def places(customers: list[tuple[str, bytes | None]]) -> list[Place]:
    with RowMemory(HERE) as desk:
        return [desk.place(stratum, cluster) for stratum, cluster in customers]


def allocated(shares: tuple[int, ...], seed: int, customers: str) -> list[str]:
    allocator = Allocator(arms(*shares), seed)
    return [allocator.arm(place) for place in places([(stratum, None) for stratum in customers])]


def test_a_recorded_seed_gives_the_same_allocation_for_ever() -> None:
    """Fixed: who is in which arm must come out the same on any machine, in any version."""
    found = [arm[-1] for arm in allocated(SHARES, 20_260_907, "aaaaabbbbbaaaaa")]
    assert "".join(found) == "220111022120211"


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), seeds, strata)
def test_in_every_stratum_the_arms_are_in_proportion_to_within_a_block(
    shares: list[int], seed: int, customers: list[str]
) -> None:
    block = sum(shares)
    given_out: dict[str, list[str]] = defaultdict(list)
    for stratum, arm in zip(customers, allocated(tuple(shares), seed, "".join(customers)), strict=True):
        given_out[stratum].append(arm)
        handed = Counter(given_out[stratum])
        whole, rest = divmod(len(given_out[stratum]), block)
        for each in arms(*shares):
            over = handed[each.code] - whole * each.share
            assert 0 <= over <= min(rest, each.share)


@given(seeds, strata)
def test_strata_do_not_disturb_each_other_and_shares_count_only_in_proportion(seed: int, customers: list[str]) -> None:
    together = allocated(SHARES, seed, "".join(customers))
    for stratum in set(customers):
        alone = allocated((2, 4, 4), seed, stratum * customers.count(stratum))
        assert alone == [arm for arm, of in zip(together, customers, strict=True) if of == stratum]


@given(seeds, people)
def test_a_cluster_is_in_one_arm_and_counts_as_one(seed: int, customers: list[tuple[str, bytes | None]]) -> None:
    allocator = Allocator(arms(*SHARES), seed)
    found = [allocator.arm(place) for place in places(customers)]
    arms_of = defaultdict(set)
    for (_, cluster), arm in zip(customers, found, strict=True):
        if cluster is not None:
            arms_of[cluster].add(arm)
    assert all(len(each) == 1 for each in arms_of.values())
    seen: set[bytes | None] = set()
    first = [n for n, (_, c) in enumerate(customers) if c is None or not (c in seen or seen.add(c))]  # type: ignore[func-returns-value]
    assert [found[n] for n in first] == allocated(SHARES, seed, "".join(customers[n][0] for n in first))


@given(seeds, people, st.integers(0, 10**6))
def test_any_replica_finds_the_same_arms_whichever_customers_it_is_given_and_in_which_order(
    seed: int, customers: list[tuple[str, bytes | None]], shuffling: int
) -> None:
    found = places(customers)
    together = [Allocator(arms(*SHARES), seed).arm(place) for place in found]
    order = list(range(len(found)))
    Random(shuffling).shuffle(order)
    another = Allocator(arms(*SHARES), seed)
    assert {n: another.arm(found[n]) for n in order} == dict(enumerate(together))


def test_every_order_within_a_block_comes_up_about_as_often() -> None:
    orders = Counter(tuple(allocated((1, 1, 1), seed, stratum * 3)) for seed, stratum in product(range(400), "abc"))
    assert len(orders) == 6
    assert all(140 < count < 260 for count in orders.values())  # 200 each on average; fixed seeds, so never a surprise


def test_strata_that_are_nearly_as_many_as_customers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_desk, "MOST_STRATA", 3)
    assert len(places([(stratum, None) for stratum in "abcabc"])) == 6
    with pytest.raises(Invalid, match="coarser"):
        places([(stratum, None) for stratum in "abcd"])


def test_a_load_remembers_customers_and_leaves_no_file(tmp_path: Path) -> None:
    with RowMemory(tmp_path) as desk:
        found = [desk.earlier(bytes([n]) * 16, row) for row, n in enumerate((1, 2, 1, 1), start=1)]
        assert found == [None, None, (1, "en"), (1, "en")]
        assert list(tmp_path.iterdir()) == []
