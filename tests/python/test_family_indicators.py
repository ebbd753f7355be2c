# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Contact, separation, left-behind status, guardianship and visits: worked by hand on whole paths, ordinary and edge."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats as distributions
from ten_days import KEY, columns, iso

import childwell as cw

AS_OF = date(2025, 12, 31)  # the window, a school year to date, has 122 days
FIRST = date(2025, 9, 1)
EVERY = ["contact", "separation", "left_behind", "guardianship", "visits"]
MONTH = 30.4375


def day(number):
    return iso(FIRST + timedelta(number))


def measured(tables, as_of=AS_OF, families=EVERY, policies=("visit_each_90_days",), windows=("year_to_date",), **options):
    cohort = cw.assemble(cw.admit(tables, key=KEY, **options))
    return cw.measure(cohort, as_of=as_of, families=families, policies=list(policies), windows=list(windows)).table()


def of(table, child, indicator):
    rows = (table["child"] == KEY.pseudonym("child", child)) & (table["indicator"] == indicator)
    assert rows.sum() == 1, (indicator, rows.sum())
    return {name: table[name][rows][0] for name in ("value", "lower", "upper", "n_expected", "n_observed", "status")}


def numbers(estimate):
    return estimate["value"], estimate["lower"], estimate["upper"]


def roll(*children, since=FIRST, **more):
    return columns([{"child": child, "school": "S", "class": "S1", "from": iso(since)} | more for child in children],
                   ("child", "school", "class", "from", "to"))


CONTACT = ("child", "person", "time", "channel", "initiator", "seconds", "connected", "known_on")
LOG = ("child", "from", "to", "known_on")


def calls(*rows):
    return columns([{"person": "p", "channel": "call", "initiator": "family", "connected": True} | row for row in rows], CONTACT)


# ---- contact ---------------------------------------------------------------------------------------------------------


def forty_children():
    """Logs open from 1 September to 31 October (61 days); child n has n contacts, on its first n mornings."""
    rows = [{"child": f"c{n}", "time": f"{day(number)} 07:00"} for n in range(40) for number in range(n)]
    log = columns([{"child": f"c{n}", "from": day(0), "to": "2025-10-31"} for n in range(40)], LOG)
    return {"contacts": calls(*rows), "contact_log": log, "enrolment": roll(*(f"c{n}" for n in range(40)))}


def test_a_rate_counts_only_the_weeks_of_an_open_log_and_is_drawn_to_the_others():
    table = measured(forty_children())
    fit = cw.stats.fit_gamma_poisson(np.arange(40.0), np.full(40, 61 / 7))
    assert fit.status == "ok"
    for child, count in (("c0", 0), ("c10", 10), ("c39", 39)):
        rate = of(table, child, "contact.rate_per_week")
        posterior = distributions.gamma(fit.shape + count, scale=1 / (fit.rate + 61 / 7))
        assert numbers(rate) == pytest.approx((posterior.mean(), *posterior.ppf([0.025, 0.975])), rel=1e-10)
        assert (rate["n_expected"], rate["status"]) == (61, "ok")


def test_fewer_than_twenty_children_tell_no_distribution():
    tables = forty_children()
    few = {name: {column: values[np.isin(table["child"], ["c1", "c2"])] for column, values in table.items()} for name, table in tables.items()}
    assert of(measured(few), "c2", "contact.rate_per_week")["status"] == "not_enough_data"


def test_contacts_by_hand_with_a_log_that_closed():
    rows = [{"child": "a", "time": f"{day(2)} 20:00", "channel": "video", "initiator": "child", "seconds": 300},
            {"child": "a", "time": f"{day(5)} 20:00", "seconds": 660},
            {"child": "a", "time": f"{day(6)} 20:00", "connected": False, "seconds": 0},
            {"child": "a", "time": f"{day(9)} 08:00", "channel": None, "initiator": None},
            {"child": "a", "time": f"{day(35)} 12:00"},                                     # the log was closed
            {"child": "a", "time": f"{day(40)} 12:00", "channel": "visit", "initiator": "school"}]  # no contact with the family
    log = columns([{"child": "a", "from": day(0), "to": day(29)}, {"child": "a", "from": day(60), "to": day(69)}], LOG)
    table = measured({"contacts": calls(*rows), "contact_log": log, "enrolment": roll("a")})
    assert numbers(of(table, "a", "contact.days_since_last")) == (121 - 35, 0, 121 - 35)
    longest = of(table, "a", "contact.longest_gap_days")
    assert longest["value"] == 30 - 9 - 1 / 3                # from the contact on day 9 at eight to the end of the stretch
    assert longest["n_observed"] == 40
    assert numbers(of(table, "a", "contact.video_share")) == (1 / 2, 1 / 3, 2 / 3)
    assert numbers(of(table, "a", "contact.child_initiated_share")) == (1 / 2, 1 / 3, 2 / 3)
    assert numbers(of(table, "a", "contact.median_minutes")) == (8.5, 8, 9)
    assert of(table, "a", "contact.burstiness")["status"] == "not_enough_data"


def test_gaps_of_five_contacts_by_hand_and_all_alike():
    times = {"a": (0, 1, 2, 3, 16), "b": (0, 2, 4, 6, 8)}    # gaps 1, 1, 1, 13: mean 4, deviation the root of 27
    rows = [{"child": child, "time": f"{day(number)} 12:00"} for child, numbers_ in times.items() for number in numbers_]
    log = columns([{"child": child, "from": day(0)} for child in "ab"], LOG)
    table = measured({"contacts": calls(*rows), "contact_log": log})
    spread = math.sqrt(27)
    assert of(table, "a", "contact.burstiness")["value"] == pytest.approx((spread - 4) / (spread + 4), abs=1e-14)
    assert of(table, "b", "contact.burstiness")["value"] == -1


def test_no_log_is_not_no_contact():
    table = measured({"enrolment": roll("a", "b"), "contacts": calls({"child": "a", "time": day(100)}),
                      "contact_log": columns([{"child": "b", "from": day(21)}], LOG)})
    assert numbers(of(table, "a", "contact.days_since_last")) == (21, 0, 21)
    assert of(table, "a", "contact.rate_per_week")["status"] == "not_recorded"
    silent = of(table, "b", "contact.days_since_last")       # none since the log opened, and none known before
    assert (silent["status"], silent["lower"], silent["upper"]) == ("cannot_tell", 101, np.inf)
    assert of(table, "b", "contact.longest_gap_days")["value"] == 101
    for indicator in ("days_since_last", "rate_per_week", "longest_gap_days", "video_share", "median_minutes"):
        assert of(measured({"enrolment": roll("a")}), "a", f"contact.{indicator}")["status"] == "not_recorded"


def test_a_contact_of_last_school_year_is_the_last_one_and_not_of_this_years_rate():
    log = columns([{"child": "a", "from": "2025-03-01"}], LOG)
    table = measured({"contacts": calls({"child": "a", "time": "2025-08-20"}), "contact_log": log, "enrolment": roll("a")})
    assert numbers(of(table, "a", "contact.days_since_last")) == (133, 133, 133)
    assert of(table, "a", "contact.longest_gap_days")["value"] == 122


def test_what_was_known_later_is_not_seen_and_a_lag_leaves_the_last_days_without_a_say():
    rows = [{"child": "a", "time": day(10)}, {"child": "a", "time": day(50), "known_on": day(80)}]
    log = columns([{"child": "a", "from": day(0)}], LOG)
    tables = {"contacts": calls(*rows), "contact_log": log, "enrolment": roll("a")}
    for as_of, since in ((79, 69), (80, 30)):
        assert of(measured(tables, as_of=day(as_of)), "a", "contact.days_since_last")["value"] == since
    lagged = of(measured(tables, as_of=day(79), lag_days={"contacts": 14}), "a", "contact.days_since_last")
    assert numbers(lagged) == (69, 0, 69)
    assert of(measured(tables, as_of=day(79), lag_days={"contacts": 14}), "a", "contact.longest_gap_days")["n_expected"] == 66
    opened_later = {**tables, "contact_log": columns([{"child": "a", "from": day(0), "known_on": day(90)}], LOG)}
    assert of(measured(opened_later, as_of=day(89)), "a", "contact.longest_gap_days")["status"] == "not_recorded"


# ---- separation ------------------------------------------------------------------------------------------------------

MIGRATION = ("child", "parent", "from_earliest", "from_latest", "to_earliest", "to_latest", "known_on")


def away(*rows):
    return columns([{"child": "a"} | row for row in rows], MIGRATION)


def exactly(parent, begin, end=None, **more):
    return {"parent": parent, "from_earliest": day(begin), "from_latest": day(begin),
            "to_earliest": None if end is None else day(end), "to_latest": None if end is None else day(end)} | more


def family(*rows, birth="2015-01-15", **more):
    return {"children": columns([{"child": "a", "birth_month": birth}], ("child", "birth_month")), "migration": away(*rows),
            "enrolment": roll("a")} | more


def test_months_apart_by_hand_with_dates_known_to_within_an_interval():
    rows = ({"parent": "mother", "from_earliest": day(10), "from_latest": day(20), "to_earliest": day(50), "to_latest": day(70)},
            exactly("father", 40))
    table = measured(family(*rows), parents_asked_from="2014-01-01")
    assert numbers(of(table, "a", "separation.months_any")) == pytest.approx((107 / MONTH, 102 / MONTH, 112 / MONTH), rel=1e-14)
    assert numbers(of(table, "a", "separation.months_both")) == pytest.approx((20 / MONTH, 10 / MONTH, 30 / MONTH), rel=1e-14)
    assert numbers(of(table, "a", "separation.current_days")) == (107, 102, 112)
    share = of(table, "a", "separation.share_of_life")       # born in January 2015: 4,018 days at the most, 3,988 at least
    assert numbers(share)[1:] == pytest.approx((102 / 4018, 112 / 3988), rel=1e-14)
    assert share["status"] == "ok"


def test_a_parent_of_whom_nobody_asked_is_not_at_home():
    table = measured(family(exactly("mother", 30, 60)))
    months = of(table, "a", "separation.months_any")
    assert (months["status"], months["lower"], months["upper"]) == ("cannot_tell", 30 / MONTH, 122 / MONTH)
    assert months["n_observed"] == 30
    assert of(table, "a", "separation.share_of_life")["status"] == "cannot_tell"
    asked = measured(family(exactly("mother", 30, 60)), parents_asked_from=day(0))
    assert numbers(of(asked, "a", "separation.months_any")) == (30 / MONTH,) * 3
    assert numbers(of(asked, "a", "separation.current_days")) == (0, 0, 0)
    none = measured({"enrolment": roll("b")}, parents_asked_from=day(0))  # a declaration without the table says nothing
    assert of(none, "b", "separation.months_any")["status"] == "not_recorded"


def test_an_absence_told_later_is_not_seen_before():
    tables = family(exactly("father", 20, known_on=day(60)))
    for as_of, months in ((59, 0), (60, 41)):
        table = measured(tables, as_of=day(as_of), parents_asked_from=day(0))
        assert of(table, "a", "separation.months_any")["value"] == pytest.approx(months / MONTH, rel=1e-14)


# ---- left behind -----------------------------------------------------------------------------------------------------

RURAL = columns([{"place": "V", "kind": "village", "urban_rural": "rural"}, {"place": "T", "kind": "township", "urban_rural": "town"}],
                ("place", "kind", "parent", "urban_rural"))
HOME = columns([{"child": "a", "place": "V"}], ("child", "place"))


def status(table, definition):
    """The four words of the data model, from the share of days and its bounds."""
    made = of(table, "a", f"left_behind.{definition}")
    if made["lower"] == 1:
        return "yes"
    if made["upper"] == 0:
        return "no"
    return "changed" if made["lower"] > 0 and made["upper"] < 1 else "unknown"


DEFINITIONS = ("roll_three_months", "state_council_2016", "research_six_months")


def statuses(tables, **options):
    table = measured(tables, **({"parents_asked_from": "2014-01-01"} | options))
    return [status(table, definition) for definition in DEFINITIONS]


def test_three_definitions_disagree_by_hand():
    here = {"places": RURAL, "residence": HOME}
    assert statuses(family(**here)) == ["no", "no", "no"]
    long_ago = exactly("father", -400)
    assert statuses(family(long_ago, **here)) == ["yes", "unknown", "yes"]  # of the mother nothing says that she can guard
    assert statuses(family(long_ago, exactly("mother", -400), **here)) == ["yes", "yes", "yes"]
    table = measured(family(exactly("father", 0), **here), parents_asked_from="2014-01-01")
    share = of(table, "a", "left_behind.roll_three_months")  # three months after 1 September is 1 December: 31 of 122 days
    assert numbers(share) == (31 / 122,) * 3
    assert status(table, "roll_three_months") == "changed"
    assert status(table, "research_six_months") == "no"


def test_the_edges_of_the_definitions():
    both = (exactly("father", -400), exactly("mother", -400))
    town = {"places": RURAL, "residence": columns([{"child": "a", "place": "T"}], ("child", "place"))}
    assert statuses(family(*both, **town))[1] == "unknown"   # a town holds people of both kinds of registration
    assert statuses(family(*both))[1] == "unknown"
    here = {"places": RURAL, "residence": HOME}
    table = measured(family(*both, birth="2009-11-01", **here), parents_asked_from="2014-01-01")
    council = of(table, "a", "left_behind.state_council_2016")  # 16 on some day of November: 61 days before it, 32 from its end on
    assert (council["lower"], council["upper"]) == (61 / 122, 90 / 122)
    assert council["value"] == 61 / 93
    assert statuses(family(*both, birth="2009-07-01", **here))[1] == "no"
    assert statuses(family(exactly("father", -400, 50)), parents_asked_from=None)[0] == "unknown"  # nobody asked about the mother after it
    household = {"places": RURAL, "households": columns([{"household": "h", "place": "V"}], ("household", "place")),
                 "children": columns([{"child": "a", "birth_month": "2015-01-01", "household": "h"}], ("child", "birth_month", "household"))}
    assert statuses(family(*both) | household)[1] == "yes"   # the home of the household stands for the child's


# ---- guardianship ----------------------------------------------------------------------------------------------------

GUARDIANSHIP = ("child", "guardian", "from", "to", "role", "kind", "document", "known_on")


def guarded(*rows):
    return {"guardianship": columns([{"child": "a", "guardian": f"g{number}"} | row for number, row in enumerate(rows)], GUARDIANSHIP),
            "enrolment": roll("a", "b")}


def test_days_without_a_guardian_or_a_document_by_hand():
    table = measured(guarded({"from": "2015-01-01", "to": day(9), "kind": "parental"},
                             {"from": day(5), "to": day(29), "kind": "entrusted", "document": False},
                             {"from": day(20), "to": day(24), "kind": "entrusted", "document": True},
                             {"from": day(100), "kind": "appointed"}))
    assert numbers(of(table, "a", "guardianship.gap_days")) == (85, 85, 85)       # days 10 to 99 but for 20 to 24
    assert numbers(of(table, "a", "guardianship.undocumented_days")) == (20, 20, 20)
    assert of(table, "b", "guardianship.gap_days")["status"] == "not_recorded"    # nothing is written of b: no gap


def test_a_document_dated_back_closes_the_gap_when_it_is_known_and_an_unknown_one_stays_open():
    tables = guarded({"from": "2015-01-01", "to": day(9), "kind": "parental"},
                     {"from": day(10), "kind": "entrusted", "document": True, "known_on": day(60)})
    assert of(measured(tables, as_of=day(59)), "a", "guardianship.gap_days")["value"] == 50
    assert of(measured(tables, as_of=day(60)), "a", "guardianship.gap_days")["value"] == 0
    between = of(measured(tables, as_of=day(60), windows=[f"{day(0)}..{day(40)}"]), "a", "guardianship.gap_days")
    assert between["value"] == 0                             # of an earlier window, with what is known now
    unknown = of(measured(guarded({"from": day(22), "kind": "entrusted"})), "a", "guardianship.gap_days")
    assert (unknown["status"], unknown["lower"], unknown["upper"]) == ("cannot_tell", 22, 122)


# ---- visits ----------------------------------------------------------------------------------------------------------


def visits(*rows):
    return calls(*[{"child": "a", "channel": "visit", "initiator": "school"} | row for row in rows])


EVERY_30 = {"id": "each_30", "kind": "visits", "interval_days": 30}


def test_visits_due_and_done_by_hand():
    rows = ({"time": day(0)}, {"time": day(20), "connected": False}, {"time": day(40)}, {"time": day(45), "initiator": "family"})
    tables = {"contacts": visits(*rows), "contact_log": columns([{"child": "a", "from": "2025-01-01"}], LOG), "enrolment": roll("a")}
    table = measured(tables, policies=[EVERY_30])
    assert numbers(of(table, "a", "visits.done")) == (2, 2, 2)
    assert numbers(of(table, "a", "visits.days_since_last")) == (81, 81, 81)
    assert of(table, "a", "visits.due")["value"] == 4
    assert numbers(of(table, "a", "visits.overdue_share")) == (62 / 122,) * 3     # days 30 to 39 and 70 to 121
    assert of(table, "a", "visits.overdue")["value"] == 1
    assert of(measured(tables), "a", "visits.overdue")["value"] == 0              # 81 days, of 90
    assert not np.isin("visits.due", measured(tables, policies=[])["indicator"])  # without a policy nothing is due


def test_a_visit_that_a_closed_log_may_hide_is_not_overdue_for_certain():
    tables = {"contacts": visits({"time": day(0)}, {"time": day(60), "connected": None}), "enrolment": roll("a", since=FIRST - timedelta(90)),
              "contact_log": columns([{"child": "a", "from": day(0), "to": day(49)}, {"child": "a", "from": day(100)}], LOG)}
    table = measured(tables, policies=[EVERY_30])
    done = of(table, "a", "visits.done")
    assert numbers(done) == (1, 1, np.inf)
    assert numbers(of(table, "a", "visits.days_since_last")) == (121, 22, 121)    # day 99 is the last on which nobody wrote
    overdue = of(table, "a", "visits.overdue")
    assert (overdue["status"], overdue["lower"], overdue["upper"]) == ("cannot_tell", 0, 1)
    share = of(table, "a", "visits.overdue_share")           # surely on days 30 to 49; from day 50 on somebody may have come
    assert (share["lower"], share["upper"], share["n_observed"]) == (20 / 122, 92 / 122, 50)
    gone = measured({**tables, "enrolment": roll("a", to=day(80))}, policies=[EVERY_30])
    assert of(gone, "a", "visits.overdue")["status"] == "not_expected"


def grouped(tables, **options):
    cohort = cw.assemble(cw.admit(tables, key=KEY))
    indicators = cw.measure(cohort, as_of=AS_OF, **options)
    return cw.aggregate(indicators, by=["school"], policy={"id": "all", "kind": "disclosure", "minimum_cell": 1}).table().to_arrow().to_pylist()


def test_groups_of_contact_are_means_of_the_children_who_have_a_rate():
    table = measured(forty_children(), policies=())
    rates = [of(table, f"c{n}", "contact.rate_per_week")["value"] for n in range(40)]
    row, = (row for row in grouped(forty_children(), families=["contact"], policies=[]) if row["measure"] == "contact.rate_per_week")
    assert (row["n"], row["kind"], row["place"]) == (40, "mean", "S") and row["value"] == pytest.approx(np.mean(rates), rel=1e-12)


def test_groups_of_guardianship_and_visits_count_children_of_whom_it_can_be_told():
    # a has no guardian from day 10 on, b always has one, of c a document is not known, and of d nothing is written
    rows = [{"child": "a", "from": "2015-01-01", "to": day(9), "kind": "parental"}, {"child": "b", "from": "2015-01-01", "kind": "parental"},
            {"child": "c", "from": day(22), "kind": "entrusted"}, {"child": "c", "from": "2015-01-01", "to": day(21), "kind": "parental"}]
    tables = {"guardianship": columns([{"guardian": f"g{n}"} | row for n, row in enumerate(rows)], GUARDIANSHIP), "enrolment": roll("a", "b", "c", "d")}
    gap, = (row for row in grouped(tables, families=["guardianship"], policies=[]) if row["measure"] == "guardianship.gap")
    assert (gap["value"], gap["n"], gap["n_expected"]) == (1 / 2, 2, 3)
    assert (gap["lower"], gap["upper"]) == pytest.approx((1 / 3, 2 / 3))
    # a was last visited on day 40 and b on day 100 of 122, of c a visit may lie hid after day 50; thirty days are the rule
    called = [{"child": "a", "time": day(40)}, {"child": "b", "time": day(100)}, {"child": "c", "time": day(0)}]
    logs = [{"child": "a", "from": "2025-01-01"}, {"child": "b", "from": "2025-01-01"}, {"child": "c", "from": "2025-01-01", "to": day(50)}]
    tables = {"contacts": calls(*[{"channel": "visit", "initiator": "school"} | row for row in called]), "contact_log": columns(logs, LOG),
              "enrolment": roll("a", "b", "c")}
    late, = (row for row in grouped(tables, families=["visits"], policies=[EVERY_30]) if row["measure"] == "visits.overdue")
    assert (late["value"], late["n"], late["n_expected"], late["policy"]) == (1 / 2, 2, 3, "each_30")


# ---- all of them -----------------------------------------------------------------------------------------------------


def test_withdrawn_consent_of_one_table_withholds_its_families_alone():
    tables = family(exactly("father", 10)) | guarded({"from": "2015-01-01", "kind": "parental"})
    tables |= {"contacts": visits({"time": day(0)}), "contact_log": columns([{"child": "a", "from": day(0)}], LOG)}
    subjects = {"contacts": ("contact.", "visits."), "migration": ("separation.", "left_behind."), "guardianship": ("guardianship.",)}
    for subject, prefixes in subjects.items():
        consents = columns([{"child": "a", "purpose": "review", "table": subject, "from": day(0), "basis": "withdrawn"}],
                           ("child", "purpose", "table", "from", "basis"))
        table = measured(tables | {"consents": consents}, purpose="review")
        mine = table["child"] == KEY.pseudonym("child", "a")
        for indicator, word, value in zip(table["indicator"][mine], table["status"][mine], table["value"][mine], strict=True):
            assert (word == "withheld") == indicator.startswith(prefixes), (subject, indicator)
            assert word != "withheld" or np.isnan(value)


def test_every_indicator_has_its_words_and_its_request():
    rules = cw.catalogue()
    asked = np.isin(rules["request"], EVERY)
    assert set(rules["request"][asked]) == set(EVERY)
    import tomllib

    named = tomllib.loads(cw._core.rules("measures"))
    for name in rules["id"][asked]:
        assert set(named[name]) == {"zh", "en", "zh_definition", "en_definition"}, name
    for name, direction in zip(rules["id"], rules["direction"], strict=True):
        if name.startswith("left_behind."):
            assert direction == "neither"                    # a grouping, and never a reason
        if name.startswith("separation."):
            assert direction == "high_is_a_question"


def test_nothing_is_measured_that_was_not_asked_for():
    tables = family(exactly("father", 10))
    table = measured(tables, families=["separation"])
    assert {name.split(".")[0] for name in table["indicator"]} == {"separation"}
    assert not any(name.startswith(("contact", "separation")) for name in measured(tables, families=[])["indicator"])
