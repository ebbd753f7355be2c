// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/sessions.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

using Book = std::vector<KnownSession>;
using Claims = std::pair<std::size_t, std::size_t>;  // stretch of a book, half-open

/// How strongly a cell says where the child was: a mark, a register by exception, or nothing.
int evidence_rank(State state) {
  if (state == State::implied) return 1;
  return is_observed(state) || state == State::disputed ? 2 : 0;
}

int day_rank(const Book& book, Claims day) {
  int rank = 0;
  for (std::size_t i = day.first; i < day.second; ++i) rank = std::max(rank, evidence_rank(book[i].cell.state()));
  return rank;
}

void withdraw(KnownSession& claim) { claim.cell = Cell(State::not_enrolled, 0); }

void withdraw_day(Book& book, Claims day) {
  for (std::size_t i = day.first; i < day.second; ++i) withdraw(book[i]);
}

bool expected_at_all(const Book& book, Claims day) {
  for (std::size_t i = day.first; i < day.second; ++i) {
    if (is_expected(book[i].cell.state())) return true;
  }
  return false;
}

bool same_session(const KnownSession& a, const KnownSession& b) {
  return a.session == b.session || a.session < 0 || b.session < 0;
}

/// Two schools, both with a mark that day: what only one of them holds is its own, what both hold is disputed.
void settle_marks(Book& earlier, Claims first, Book& later, Claims second) {
  for (std::size_t i = second.first; i < second.second; ++i) {
    if (!is_expected(later[i].cell.state())) continue;
    for (std::size_t j = first.first; j < first.second; ++j) {
      KnownSession& rival = earlier[j];
      if (!is_expected(rival.cell.state()) || !same_session(rival, later[i])) continue;
      const int rank_claim = evidence_rank(later[i].cell.state());
      const int rank_rival = evidence_rank(rival.cell.state());
      if (rank_claim == 2 && rank_rival == 2) later[i].cell = Cell(State::disputed, 0);
      if (rank_rival > rank_claim) withdraw(later[i]);
      else withdraw(rival);
      break;
    }
  }
}

void settle_day(Book& earlier, Claims first, Book& later, Claims second, bool one_school) {
  if (!expected_at_all(earlier, first) || !expected_at_all(later, second)) return;
  const int rank_earlier = day_rank(earlier, first);
  const int rank_later = day_rank(later, second);
  // a mark of one school stands in the book of each of its spells: the later spell has it
  if (one_school || (rank_earlier == rank_later && rank_earlier < 2) || rank_later > rank_earlier) {
    withdraw_day(earlier, first);
  } else if (rank_earlier > rank_later) {
    withdraw_day(later, second);
  } else {
    settle_marks(earlier, first, later, second);
  }
}

Claims day_of(const Book& book, Date date) {
  const auto before = [](const KnownSession& session, Date wanted) { return session.date < wanted; };
  const auto after = [](Date wanted, const KnownSession& session) { return wanted < session.date; };
  const auto first = std::lower_bound(book.begin(), book.end(), date, before);
  const auto last = std::upper_bound(first, book.end(), date, after);
  return {static_cast<std::size_t>(first - book.begin()), static_cast<std::size_t>(last - book.begin())};
}

/// A suspension empties the days of another book on which nobody marked the child.
void suspend(Book& book, Date from, Date to) {
  for (std::size_t i = 0; i < book.size();) {
    const Claims day = day_of(book, book[i].date);
    if (from <= book[i].date && book[i].date <= to && day_rank(book, day) < 2) withdraw_day(book, day);
    i = day.second;
  }
}

Book read_book(const Cohort& cohort, std::uint32_t lane, Date first, Date end, Date as_of) {
  Book book;
  const SessionCalendar& calendar = cohort.calendars[cohort.lanes[lane].calendar];
  const Date last = lane_end(cohort, lane, as_of);
  const Date begin = std::max(first, cohort.lanes[lane].from);
  for (std::size_t slot = calendar.first_from(begin); slot < calendar.slots.size(); ++slot) {
    const Slot& session = calendar.slots[slot];
    if (session.date >= end || session.date > last) break;
    const Cell cell = cohort.cell_known(lane, slot, session.date, as_of);
    book.push_back({session.date, session.session, lane, cell, session.units});
  }
  return book;
}

}  // namespace

Date lane_end(const Cohort& cohort, std::uint32_t lane, Date as_of) noexcept {
  const Lane& spell = cohort.lanes[lane];
  if (spell.to != open_end) return spell.to;
  Date end = open_end;
  const auto child = static_cast<std::size_t>(spell.child);
  for (std::uint32_t at = cohort.child_begin[child]; at < cohort.child_begin[child + 1]; ++at) {
    const Lane& next = cohort.lanes[cohort.lanes_by_child[at]];
    if (next.from <= spell.from || next.known_on > as_of) continue;
    if (next.kind == SpellKind::suspend && spell.kind != SpellKind::suspend) continue;  // the spell goes on behind it
    if (cohort.places.same_line(spell.school, next.school, next.from)) end = std::min(end, Date{next.from.days - 1});
  }
  return end;
}

std::vector<KnownSession> sessions_known(const Cohort& cohort, std::span<const std::uint32_t> lanes, Date first,
                                         Date end, Date as_of) {
  std::vector<Book> books;
  for (const std::uint32_t lane : lanes) books.push_back(read_book(cohort, lane, first, end, as_of));
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (cohort.lanes[lanes[i]].kind != SpellKind::suspend) continue;
    for (std::size_t j = 0; j < lanes.size(); ++j) {
      if (j != i) suspend(books[j], cohort.lanes[lanes[i]].from, lane_end(cohort, lanes[i], as_of));
    }
  }
  for (std::size_t a = 0; a < lanes.size(); ++a) {
    for (std::size_t b = a + 1; b < lanes.size(); ++b) {
      const Lane& earlier = cohort.lanes[lanes[a]];
      const Lane& later = cohort.lanes[lanes[b]];
      const bool one_school = cohort.places.same_line(earlier.school, later.school, later.from);
      for (std::size_t i = 0; i < books[b].size();) {
        const Claims day = day_of(books[b], books[b][i].date);
        settle_day(books[a], day_of(books[a], books[b][i].date), books[b], day, one_school);
        i = day.second;
      }
    }
  }
  std::vector<KnownSession> all;
  for (const Book& book : books) {
    for (const KnownSession& session : book) {
      if (is_expected(session.cell.state())) all.push_back(session);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const KnownSession& a, const KnownSession& b) { return a.date < b.date; });
  return all;
}

}  // namespace childwell::inline v0_1
