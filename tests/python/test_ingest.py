# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Long columns into panels, against a dictionary of cells; and ids against a dictionary of ids."""

import gc

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import childwell as cw
from childwell._ingest import STATES

FIRST = 20332  # 1 September 2025, a Monday
SESSIONS = [(FIRST + day, number) for day in (0, 1, 2, 3, 4, 7) for number in (0, 1)]
CODES = {0: "present", 1: ("late", 1), 2: ("unexcused", 2), 8: "present", 15: ("illness", 15)}
PRESENT, DISPUTED = STATES.index("present"), STATES.index("disputed")


def columns(rows):
    made = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return made[:, 0].astype(np.int32), made[:, 1].astype(np.int32), made[:, 2].astype(np.int8), made[:, 3].astype(np.int8)


def expected(rows, children):
    """Cells by child and slot, counts, and the row, reason and column of what is set aside: by dictionaries."""
    slots = {session: slot for slot, session in enumerate(SESSIONS)}
    held = {date for date, _ in SESSIONS}
    cells, aside = {}, []
    for number, (child, date, session, code) in enumerate(rows):
        if not 0 <= child < children:
            aside.append((number, "E16", "child"))
        elif (date, session) not in slots:
            aside.append((number, "E29", "session" if date in held else "date"))
        elif code not in CODES:
            aside.append((number, "E05", "code"))
        else:
            meaning = CODES[code]
            word, units = (meaning, 0) if isinstance(meaning, str) else meaning
            cells.setdefault((child, slots[date, session]), []).append((number, STATES.index(word) | units << 4))
    made, corrected = {}, 0
    for key, marks in cells.items():
        if len({cell for _, cell in marks}) == 1:
            made[key] = marks[0][1]
            corrected += len(marks) - 1
        else:
            made[key] = DISPUTED
            aside += [(number, "E02", "") for number, _ in marks]
    accepted = sum(cell != DISPUTED for cell in made.values())
    return made, (len(rows), accepted, corrected, len(aside)), sorted(aside)


def told(panel):
    cells = panel.cells
    tiles, slots, lanes = np.nonzero(cells)
    made = {(int(tile) * 64 + int(lane), int(slot)): int(cells[tile, slot, lane]) for tile, slot, lane in zip(tiles, slots, lanes, strict=True)}
    ledger, aside = panel.ledger, panel.quarantine
    rows = [aside[name] for name in ("row", "reason", "column")]
    return (made, tuple(ledger[name] for name in ("read", "accepted", "corrected", "quarantined")),
            [(int(row), str(reason), column or "") for row, reason, column in zip(*rows, strict=True)])  # fmt: skip


numbers = st.one_of(st.integers(0, 70), st.sampled_from([-(2**31), -1, 2**31 - 1, 1000]))
days = st.one_of(st.sampled_from([date for date, _ in SESSIONS]), st.sampled_from([-(2**31), FIRST + 5, 2**31 - 1, 0]))
marks = st.tuples(numbers, days, st.sampled_from([0, 0, 0, 1, 1, 1, 2, -128, 127]), st.sampled_from([0, 0, 0, 0, 1, 2, 8, 15, 3, -1, 127]))
one_session = st.tuples(st.sampled_from(SESSIONS), st.integers(0, 60), st.integers(1, 71)).map(
    lambda given: [(child, *given[0], 0) for child in range(given[1], min(given[1] + given[2], 71))]
)  # fmt: skip
one_child = st.integers(0, 70).map(lambda child: [(child, date, number, 0) for date, number in SESSIONS])
tables = st.lists(st.one_of(st.lists(marks, max_size=4), one_session, one_child), max_size=12).map(lambda parts: [row for part in parts for row in part])


@settings(max_examples=120, deadline=None)
@given(rows=tables, cut=st.integers(0, 200), threads=st.sampled_from([1, 2]))
def test_any_rows_in_any_cut_are_those_of_a_dictionary(rows, cut, threads):
    wanted = expected(rows, 71)
    options = {"children": 71, "sessions": SESSIONS, "codes": CODES, "threads": threads}
    assert told(cw.ingest(*columns(rows), **options)) == wanted
    for rows_again in (False, True):
        builder = cw.PanelBuilder(**options, rows_again=rows_again)
        builder.add(*columns(rows[:cut])).add(*columns(rows[cut:]))
        panel = builder.finish([columns(rows)] if rows_again else None)
        assert told(panel) == wanted


def test_a_worked_example_by_hand():
    rows = [(0, FIRST, 0, 0), (0, FIRST, 0, 8), (1, FIRST, 0, 0), (1, FIRST, 0, 2), (1, FIRST, 1, 2), (9, FIRST, 0, 0)]
    panel = cw.ingest(*columns(rows), children=2, sessions=[("2025-09-01", 0), (np.datetime64("2025-09-01"), 1)], codes=CODES)
    assert panel.cells.shape == (1, 2, 64) and not panel.cells.flags.writeable
    assert panel.cells[0, :, :2].tolist() == [[PRESENT, DISPUTED], [0, STATES.index("unexcused") | 2 << 4]]
    assert panel.ledger["reasons"] == {"E01": 1, "E02": 2, "E16": 1}
    assert [(int(row), str(reason)) for row, reason in zip(panel.quarantine["row"], panel.quarantine["reason"], strict=True)] == [
        (2, "E02"), (3, "E02"), (5, "E16")]  # fmt: skip
    assert str(panel.sessions["date"][0]) == "2025-09-01" and panel.children == 2
    assert repr(panel) == "childwell.Panel: 2 children, 2 sessions, 6 rows read, 3 quarantined"


def test_nothing_gives_an_empty_panel():
    panel = cw.ingest(*columns([]), children=0, sessions=[], codes={})
    assert panel.cells.shape == (0, 0, 64) and panel.ledger["read"] == 0


def test_the_view_of_the_cells_outlives_the_panel():
    cells = cw.ingest(*columns([(0, FIRST, 0, 0)]), children=100_000, sessions=SESSIONS, codes=CODES).cells
    gc.collect()
    assert int(cells.sum()) == PRESENT


def test_columns_of_other_types_are_read_and_what_does_not_fit_is_set_aside():
    options = {"children": 5, "sessions": SESSIONS, "codes": CODES}
    wide = np.array([0, 1, 2**40, -(2**40)]), np.array(["2025-09-01", "2025-09-02", "2025-09-01", "NaT"], dtype="datetime64[s]")
    panel = cw.ingest(*wide, np.array([0, 0, 0, 0]), np.array([0, 300, 0, 0]), **options)
    assert told(panel)[1:] == ((4, 1, 0, 3), [(1, "E05", "code"), (2, "E16", "child"), (3, "E16", "child")])
    dates = pa.array([FIRST, FIRST, None], pa.int32()).cast(pa.date32())
    batch = pa.record_batch({"child": pa.array([0, 1, 2], pa.int32()), "date": dates, "session": pa.array([0, 1, 0], pa.int8()),
                             "code": pa.array([0, None, 0], pa.int8())})  # fmt: skip
    for table in (batch, pa.table(batch)):
        panel = cw.ingest(*(table[name] for name in ("child", "date", "session", "code")), **options)
        assert told(panel)[1:] == ((3, 1, 0, 2), [(1, "E05", "code"), (2, "E29", "date")])


def test_columns_of_the_right_type_are_not_copied():
    from childwell._ingest import _column

    own = np.arange(10, dtype=np.int32)
    assert np.shares_memory(_column(own, "child", np.int32, "test"), own)
    arrow = pa.array(own).cast(pa.date32())
    assert _column(arrow, "date", np.int32, "test").__array_interface__["data"][0] == arrow.buffers()[1].address


@pytest.mark.parametrize(("change", "said"), [
    ({"children": -1}, "children"),
    ({"threads": 0}, "threads"),
    ({"sessions": [("1.9.2025", 0)]}, "sessions"),
    ({"sessions": [(FIRST, 0), (FIRST, 0)]}, "twice"),
    ({"sessions": [(FIRST, 128)]}, "out of range"),
    ({"sessions": [5]}, "pairs"),
    ({"sessions": [(2**31, 0)]}, "out of range"),
    ({"sessions": [(0, 0), (40_000, 0)]}, "hundred years"),
    ({"codes": {16: "present"}}, "codes"),
    ({"codes": {1: "presnt"}}, "present"),
    ({"codes": {1: ("late", 16)}}, "units"),
    ({"codes": {1: "disputed"}}, "disputed"),
    ({"codes": {1: "not_recorded"}}, "not_recorded"),
    ({"child": np.zeros(1, dtype=np.int32)}, "length"),
    ({"child": np.zeros((2, 1), dtype=np.int32)}, "dimension"),
    ({"child": np.array(["a", "b"])}, "DenseIds"),
    ({"date": np.array([0.5, 1.0])}, "dates"),
])  # fmt: skip
def test_a_mistake_is_said_without_a_value(change, said):
    child, date, session, code = columns([(123456, FIRST, 0, 0), (123456, FIRST, 0, 1)])
    options = {"child": child, "date": date, "session": session, "code": code, "children": 2, "sessions": SESSIONS, "codes": CODES} | change
    with pytest.raises(ValueError, match=r"^childwell[:.].*" + said) as caught:
        cw.ingest(**options)
    assert "123456" not in str(caught.value)


def test_a_builder_ends_once_and_reads_the_same_rows_again():
    rows = columns([(0, FIRST, 0, 0), (0, FIRST, 0, 2)])
    options = {"children": 70, "sessions": SESSIONS, "codes": CODES}
    builder = cw.PanelBuilder(**options, rows_again=True).add(*rows)
    assert repr(builder) == "childwell.PanelBuilder: 70 children, 12 sessions, 2 rows so far"
    with pytest.raises(ValueError, match="again"):
        builder.finish()
    with pytest.raises(ValueError, match="second reading"):
        builder.finish([columns([(0, FIRST, 0, 0)])])
    for ended in (builder.finish, lambda: builder.add(*rows)):
        with pytest.raises(ValueError, match="finished"):
            ended()
    other = cw.PanelBuilder(**options, rows_again=True).add(*rows)
    with pytest.raises(ValueError, match="second reading"):
        other.finish([columns([(0, FIRST, 0, 0), (1, FIRST, 0, 2)])])
    halves = [cw.Marks(*(column[:1] for column in rows)), cw.Marks(*(column[1:] for column in rows))]
    assert told(cw.PanelBuilder(**options, rows_again=True).add(*rows).finish(halves))[1] == (2, 0, 0, 2)
    unread = cw.PanelBuilder(**options, rows_again=True).add(*columns([(0, FIRST, 0, 0)]))
    assert told(unread.finish(iter(lambda: pytest.fail("nothing contradicts, so nothing is read again"), None)))[1] == (1, 1, 0, 0)


@settings(max_examples=80, deadline=None)
@given(batches=st.lists(st.lists(st.one_of(st.integers(0, 40), st.integers(-(2**63), 2**63 - 1)), max_size=200), max_size=3), again=st.booleans())
def test_numbers_of_ids_are_those_of_a_dictionary(batches, again):
    if again:
        batches = batches * 3  # day after day
    known, texts, whole, written = {}, cw.DenseIds(), cw.DenseIds(), {}
    for batch in batches:
        wanted = [known.setdefault(one, len(known)) for one in batch]
        assert whole.encode(np.array(batch, dtype=np.int64)).tolist() == wanted
        words = [str(one) for one in batch]
        wanted = [written.setdefault(word, len(written)) for word in words]
        for form in (np.array(words, dtype=str), pa.array(words, pa.string()), pa.chunked_array([pa.array(words, pa.large_string())])):
            assert texts.encode(form).tolist() == wanted
    assert len(whole) == len(known) and len(texts) == len(written)
    assert repr(whole) == f"childwell.DenseIds: {len(known)} ids"


def test_ids_of_arrow_with_gaps_slices_and_dictionaries():
    ids = cw.DenseIds()
    words = pa.array(["x", "bb", None, "x", "", "童"])
    assert ids.encode(words).tolist() == [0, 1, -1, 0, 2, 3]
    assert ids.encode(words.slice(1, 3)).tolist() == [1, -1, 0]
    assert ids.encode(words.dictionary_encode()).tolist() == [0, 1, -1, 0, 2, 3]
    assert ids.encode(np.array(["童", "bb"], dtype=object)).tolist() == [3, 1]
    assert ids.encode(np.array(["童", "y"])).tolist() == [3, 4]
    assert ids.encode(pa.chunked_array([], pa.string())).tolist() == [] and ids.encode(pa.array([], pa.string())).tolist() == []
    with pytest.raises(ValueError, match="one kind"):
        ids.encode(np.array([1, 2]))
    with pytest.raises(ValueError, match="float64"):
        cw.DenseIds().encode(np.array([1.5]))


def test_ids_of_any_kind_lead_to_one_panel():
    rng = np.random.default_rng(4)
    child = np.tile(np.arange(70), len(SESSIONS))
    date, session = (np.repeat(np.array(part), 70) for part in zip(*SESSIONS, strict=True))
    code = rng.choice([0, 1, 2], len(child)).astype(np.int8)
    names = rng.permutation(10**12 + np.arange(70))
    panels = []
    for column in (names[child], names[child].astype(str), pa.array(names[child]), pa.array(names[child].astype(str)).dictionary_encode()):
        ids = cw.DenseIds()
        panels.append(cw.ingest(ids.encode(column), date.astype(np.int32), session, code, children=len(ids), sessions=SESSIONS, codes=CODES))
    wanted = cw.ingest(child, date, session, code, children=70, sessions=SESSIONS, codes=CODES)
    assert all(np.array_equal(panel.cells, wanted.cells) for panel in panels)
