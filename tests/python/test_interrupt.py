# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C ends every step within 200 ms, forks are safe, and the number of threads changes no bit."""

import hashlib
import os
import signal
import statistics
import time

import pytest

import childwell as cw

KEY = cw.Key.from_bytes(bytes(range(32)))
POLICIES = ["us_edfacts_chronic", "not_seen_10_sessions", "cn_pass_60"]


@pytest.fixture(scope="module")
def city():
    return cw.synthetic.city(children=12000, seed=3)


@pytest.fixture(scope="module")
def steps(city):
    """Each step as a call without arguments."""
    records = cw.admit(city, key=KEY, purpose=city.purpose, codes=city.codes)
    cohort = cw.assemble(records)
    dates = [city.as_of] * 12
    indicators = cw.measure(cohort, as_of=dates, policies=POLICIES)
    return {
        "admit": lambda: cw.admit(city, key=KEY, purpose=city.purpose, codes=city.codes),
        "assemble": lambda: cw.assemble(records),
        "measure": lambda: cw.measure(cohort, as_of=dates, policies=POLICIES),
        "aggregate": lambda: cw.aggregate(indicators, by=["city", "county", "township", "school", "class"]),
    }


def delay_of_interrupt(call, after):
    """Seconds from the signal to the exception; None where the call was done before."""
    running = True

    def ring(number, frame):
        if running:  # a bell that rings just after the call has returned interrupts nothing
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, ring)
    asked = time.perf_counter() + after
    signal.setitimer(signal.ITIMER_REAL, after)
    try:
        call()
        running = False
    except KeyboardInterrupt:
        return time.perf_counter() - asked
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return None


@pytest.mark.parametrize("step", ["admit", "assemble", "measure", "aggregate"])
def test_an_interrupt_ends_a_step_within_200_ms_and_the_next_call_is_whole(steps, step):
    start = time.perf_counter()
    steps[step]()
    whole = time.perf_counter() - start
    delays = [delay_of_interrupt(steps[step], whole * part / 8) for part in range(1, 8)]
    met = [delay for delay in delays if delay is not None]
    assert len(met) >= 3, "the step was over before it was asked to stop"
    # the machine may be busy: one late answer in seven is its own affair
    assert statistics.quantiles(met, n=4)[2] < 0.2, met
    steps[step]()


def digest(cohort, as_of):
    table = cw.measure(cohort, as_of=as_of, policies=POLICIES, windows=["year_to_date", "last_20_sessions"]).table()
    text = b"".join(table[name].tobytes() if table[name].dtype != object else repr(table[name].tolist()).encode() for name in table.columns)
    return hashlib.sha256(text).hexdigest()


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    city = cw.synthetic.city(children=900, seed=5)
    made = set()
    for threads in ("1", "2", "7"):
        monkeypatch.setenv("CHILDWELL_NUM_THREADS", threads)
        study = cw.open_study(city, key=KEY)
        made.add((digest(study.cohort, city.as_of), repr(cw.aggregate(study.measure(as_of=city.as_of)).table().to_arrow().to_pylist())))
    assert len(made) == 1


def test_a_child_process_after_a_fork_measures_the_same(monkeypatch):
    monkeypatch.setenv("CHILDWELL_NUM_THREADS", "2")
    city = cw.synthetic.city(children=300, seed=5)
    cohort = cw.open_study(city, key=KEY).cohort
    expected = digest(cohort, city.as_of)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, digest(cohort, city.as_of).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        assert pipe.read() == expected
    assert os.waitpid(child, 0)[1] == 0
