"""Randomisation: fair to within a block, the same for ever from the recorded seed, and whole for those who belong
together."""

from collections import Counter, defaultdict
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from services.dispatcher.allocation import Allocator
from shared.contracts.campaigns import Arm

SHARES = (1, 2, 2)
seeds = st.integers(0, 10**8)
strata = st.lists(st.sampled_from("abc"), max_size=120)


def arms(*shares: int) -> list[Arm]:
    return [Arm(code=f"arm-{n}", share=share) for n, share in enumerate(shares)]


def allocated(shares: tuple[int, ...], seed: int, customers: str) -> list[str]:
    allocator = Allocator(arms(*shares), seed)
    return [allocator.next_arm(stratum) for stratum in customers]


def test_a_recorded_seed_gives_the_same_allocation_for_ever() -> None:
    """Fixed: who is in which arm must come out the same on any machine, in any version."""
    allocator = Allocator(arms(*SHARES), 20_260_907)
    found = [allocator.next_arm(stratum)[-1] for stratum in "aaaaabbbbbaaaaa"]
    assert "".join(found) == "220111022120211"


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), seeds, strata)
def test_in_every_stratum_the_arms_are_in_proportion_to_within_a_block(
    shares: list[int], seed: int, customers: list[str]
) -> None:
    allocator, block = Allocator(arms(*shares), seed), sum(shares)
    given_out: dict[str, list[str]] = defaultdict(list)
    for stratum in customers:
        given_out[stratum].append(allocator.next_arm(stratum))
        handed = Counter(given_out[stratum])
        whole, rest = divmod(len(given_out[stratum]), block)
        for arm in arms(*shares):
            over = handed[arm.code] - whole * arm.share
            assert 0 <= over <= min(rest, arm.share)


@given(seeds, strata)
def test_strata_do_not_disturb_each_other_and_shares_count_only_in_proportion(seed: int, customers: list[str]) -> None:
    together = allocated(SHARES, seed, "".join(customers))
    for stratum in set(customers):
        alone = allocated((2, 4, 4), seed, stratum * customers.count(stratum))
        assert alone == [arm for arm, of in zip(together, customers, strict=True) if of == stratum]


@given(seeds, st.lists(st.tuples(st.sampled_from("ab"), st.none() | st.integers(0, 5).map(str)), max_size=60))
def test_those_who_belong_together_are_in_one_arm_and_count_as_one(
    seed: int, customers: list[tuple[str, str | None]]
) -> None:
    allocator = Allocator(arms(*SHARES), seed)
    found = [allocator.next_arm(stratum, cluster) for stratum, cluster in customers]
    arms_of = defaultdict(set)
    for (_, cluster), arm in zip(customers, found, strict=True):
        if cluster is not None:
            arms_of[cluster].add(arm)
    assert all(len(each) == 1 for each in arms_of.values())
    seen: set[str | None] = set()
    first = [n for n, (_, c) in enumerate(customers) if c is None or not (c in seen or seen.add(c))]  # type: ignore[func-returns-value]
    assert [found[n] for n in first] == allocated(SHARES, seed, "".join(customers[n][0] for n in first))


def test_every_order_within_a_block_comes_up_about_as_often() -> None:
    orders = Counter(tuple(allocated((1, 1, 1), seed, stratum * 3)) for seed, stratum in product(range(400), "abc"))
    assert len(orders) == 6
    assert all(140 < count < 260 for count in orders.values())  # 200 each on average; fixed seeds, so never a surprise
