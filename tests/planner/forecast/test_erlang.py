"""Erlang C and A against figures that others have published."""

import numpy as np
import pytest

from services.planner.forecast.helplines.erlang import (
    Impatience,
    Standard,
    advisers_needed,
    answered_within,
    erlang_b,
    erlang_c,
    patient_queue,
)


def test_the_worked_example_of_ten_erlangs_and_fourteen_agents_comes_out() -> None:
    """Call Centre Helper, "Erlang C Formula - made simple": 200 calls an hour of 3 minutes."""
    assert erlang_c(10, 14) == pytest.approx(0.174, abs=0.0005)
    assert answered_within(10, 14, 180, 20) == pytest.approx(0.888, abs=0.0005)
    assert patient_queue(10, 14, 180).mean_wait == pytest.approx(7.8, abs=0.05)
    assert advisers_needed(200, 180, Standard(share=0.8, seconds=20), None) == 14


def test_the_worked_example_of_fifty_five_agents_comes_out() -> None:
    """The Erlang-C formula, mitan.co.uk: 360 calls in half an hour of 4 minutes each, 55 agents."""
    assert erlang_c(48, 55) == pytest.approx(0.239, abs=0.0005)
    assert patient_queue(48, 55, 240).mean_wait == pytest.approx(8.2, abs=0.05)


def test_erlang_b_gives_the_values_of_the_traffic_tables() -> None:
    """The lines of the 1% and 5% columns of the common Erlang B tables (ITU-D, Teletraffic Engineering Handbook)."""
    one_percent = ((1, 0.0101), (5, 1.361), (10, 4.461), (20, 12.03))
    five_percent = ((1, 0.0526), (5, 2.218), (10, 6.216), (20, 15.25))
    for blocked, column in ((0.01, one_percent), (0.05, five_percent)):
        for servers, load in column:
            assert erlang_b(load, servers) == pytest.approx(blocked, rel=0.003)


def test_impatient_callers_give_the_published_comparison_of_erlang_a_and_c() -> None:
    """Mandelbaum and Zeltyn (2004), table 1: 50 agents, 48 calls a minute of 1 minute, patience of 2 minutes."""
    impatient = Impatience(48, 50, 60, 120)
    assert impatient.queue().lost == pytest.approx(0.031, abs=0.0005)
    assert impatient.queue().mean_wait == pytest.approx(3.7, abs=0.05)
    assert patient_queue(48, 50, 60).mean_wait == pytest.approx(20.8, abs=0.05)
    assert impatient.waits_longer(12.5) == pytest.approx(0.10, abs=0.002)
    assert 1 - answered_within(48, 50, 60, 58.1) == pytest.approx(0.10, abs=0.001)


def test_impatient_callers_fit_the_balance_of_births_and_deaths() -> None:
    """The stationary distribution of the queue, summed state by state, gives the same waits and losses."""
    for load, servers, patience in ((9.0, 10, 2.0), (12.0, 10, 0.5), (60.0, 40, 1.0), (3.0, 8, 5.0)):
        levels = np.arange(2_000)
        leaving = np.minimum(levels + 1, servers) + np.maximum(levels + 1 - servers, 0) / patience
        steady = np.concatenate(([0.0], np.cumsum(np.log(load / leaving))))
        steady = np.exp(steady - steady.max())
        steady /= steady.sum()
        queued = np.maximum(np.arange(2_001) - servers, 0) @ steady
        found = Impatience(load, servers, 1.0, patience).queue()
        assert found.waiting == pytest.approx(steady[servers:].sum(), rel=1e-6)
        assert found.lost == pytest.approx(queued / patience / load, rel=1e-6)


def test_callers_answered_in_time_and_callers_who_gave_up_make_up_all_callers() -> None:
    queue = Impatience(60, 50, 60, 90)
    assert queue.served_within(100_000) == pytest.approx(1 - queue.queue().lost, rel=1e-9)
    assert queue.served_within(0) == pytest.approx(1 - queue.queue().waiting, rel=1e-9)


def test_an_overloaded_queue_of_impatient_callers_overflows_nothing() -> None:
    assert Impatience(4_000, 1_000, 800, 3_000).queue().lost == pytest.approx(0.75, abs=1e-6)


def test_one_adviser_fewer_would_break_the_standard() -> None:
    standard = Standard(share=0.8, seconds=20)
    for patience in (None, 120.0):
        needed = advisers_needed(120, 828, standard, patience)
        load = 120 * 828 / 3600
        kept = [
            answered_within(load, n, 828, 20)
            if patience is None
            else Impatience(load, n, 828, patience).served_within(20)
            for n in (needed - 1, needed)
        ]
        assert kept[0] < 0.8 <= kept[1]
    assert advisers_needed(0, 828, standard, None) == 0


def test_callers_who_give_up_need_fewer_advisers() -> None:
    standard = Standard()
    assert advisers_needed(300, 828, standard, 120.0) < advisers_needed(300, 828, standard, None)
