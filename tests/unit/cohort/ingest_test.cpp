// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/ingest.hpp>

#include <childwell/core/pool.hpp>
#include <childwell/core/processor.hpp>
#include <kernels/mark_rows.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

namespace cw = childwell;

struct Marks {
  std::vector<std::int32_t> child;
  std::vector<std::int32_t> date;
  std::vector<std::int8_t> session;
  std::vector<std::int8_t> code;

  void add(std::int32_t of, std::int32_t on, int in, int said) {
    child.push_back(of);
    date.push_back(on);
    session.push_back(static_cast<std::int8_t>(in));
    code.push_back(static_cast<std::int8_t>(said));
  }
  [[nodiscard]] cw::MarkColumns columns() const { return {child, date, session, code}; }
  [[nodiscard]] cw::MarkColumns columns(std::size_t begin, std::size_t end) const {
    const auto cut = [&](const auto& column) { return std::span(column).subspan(begin, end - begin); };
    return {cut(child), cut(date), cut(session), cut(code)};
  }
  [[nodiscard]] Marks in_order(const std::vector<std::size_t>& rows) const {
    Marks made;
    for (const std::size_t row : rows) made.add(child[row], date[row], session[row], code[row]);
    return made;
  }
};

constexpr std::int32_t first_day = 20'332;  // 1 September 2025

/// School days of five in seven, `a_day` sessions each, numbered from `from`.
cw::SessionTable school_days(std::size_t slots, int a_day, int from = 0) {
  std::vector<cw::SessionName> names;
  for (std::int32_t day = 0; names.size() < slots; ++day) {
    if (day % 7 >= 5) continue;
    for (int session = 0; session < a_day && names.size() < slots; ++session) {
      names.push_back({cw::Date{first_day + day}, static_cast<std::int8_t>(from + session)});
    }
  }
  return cw::SessionTable(names);
}

const cw::CodeTable& usual_codes() {
  static const cw::CodeTable table([] {
    std::array<cw::Cell, 16> cells{};
    cells[0] = {cw::State::present, 0};
    cells[1] = {cw::State::late, 1};
    cells[2] = {cw::State::excused, 2};
    cells[3] = {cw::State::unexcused, 2};
    cells[7] = {cw::State::illness, 15};
    cells[8] = {cw::State::present, 0};  // another word for the same
    cells[15] = {cw::State::suspended, 0};
    return cells;
  }());
  return table;
}

/// As text, so that a difference is read at once.
std::string told(const cw::TableLedger& ledger) {
  std::string text = std::to_string(ledger.read) + " read, " + std::to_string(ledger.accepted) + " accepted, " +
                     std::to_string(ledger.corrected) + " corrected, " + std::to_string(ledger.quarantined) + " quarantined;";
  for (const auto& [reason, rows] : ledger.reasons) text += std::string(" ") + cw::code_of(reason).data() + " " + std::to_string(rows);
  text += ";";
  for (const auto& [code, rows] : ledger.unmapped_codes) text += " '" + code + "' " + std::to_string(rows);
  for (const cw::QuarantinedRow& row : ledger.quarantine) {
    text += "\n" + std::to_string(row.row) + " " + cw::code_of(row.reason).data() + " " + std::to_string(row.reasons) + " " +
            std::to_string(row.column);
  }
  return text;
}

void expect_equal(const cw::Ingested& made, const cw::Ingested& plain, const std::string& what) {
  ASSERT_EQ(made.panel.cells().size(), plain.panel.cells().size()) << what;
  const auto differ = std::mismatch(made.panel.cells().begin(), made.panel.cells().end(), plain.panel.cells().begin());
  ASSERT_EQ(differ.first, made.panel.cells().end())
      << what << ": cell " << differ.first - made.panel.cells().begin() << " is " << int{*differ.first} << ", not "
      << int{*differ.second};
  ASSERT_EQ(told(made.ledger), told(plain.ledger)) << what;
  ASSERT_EQ(made.ledger.accepted + made.ledger.corrected + made.ledger.quarantined, made.ledger.read) << what;
}

/// In batches that begin at `cuts`.
cw::Ingested in_batches(const Marks& marks, std::size_t children, const cw::SessionTable& sessions,
                        const std::vector<std::size_t>& cuts, bool spilled, cw::Executor& executor) {
  cw::Ingest filling(children, sessions, usual_codes(), spilled ? cw::RowsAgain::spilled : cw::RowsAgain::reread);
  const auto each = [&](const auto& add) {
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) add(marks.columns(cuts[i], cuts[i + 1]));
  };
  each([&](const cw::MarkColumns& batch) { filling.add(batch, executor); });
  return spilled ? filling.finish() : filling.finish([&](const auto& add) { each(add); });
}

/// One panel by every way there is: at once and in batches, spilled and read again, one thread and more, every kernel.
void expect_every_way_equals_the_plain_one(const Marks& marks, std::size_t children, const cw::SessionTable& sessions,
                                           std::mt19937& engine, const std::string& what) {
  const cw::Ingested plain = cw::ingest_plain(marks.columns(), children, sessions, usual_codes());
  cw::SerialExecutor serial;
  for (const int level : {0, 2, 3}) {
    cw::limit_processor_level(level);
    expect_equal(cw::ingest(marks.columns(), children, sessions, usual_codes(), serial), plain,
                 what + ", at once, level " + std::to_string(level));
  }
  cw::limit_processor_level(-1);
  std::vector<std::size_t> cuts = {0, marks.child.size()};
  for (int i = 0; i < 4; ++i) cuts.push_back(engine() % (marks.child.size() + 1));
  cuts.push_back(cuts.back());  // an empty batch
  std::sort(cuts.begin(), cuts.end());
  expect_equal(in_batches(marks, children, sessions, cuts, true, serial), plain, what + ", batches, spilled");
  expect_equal(in_batches(marks, children, sessions, cuts, false, serial), plain, what + ", batches, read again");
  for (const std::size_t threads : {2U, 3U}) {
    cw::Pool pool(threads);
    expect_equal(in_batches(marks, children, sessions, cuts, threads == 2, pool), plain,
                 what + ", " + std::to_string(threads) + " threads");
  }
}

enum class Order { date, child, child_backwards, date_child_session, none };
constexpr std::array<std::pair<Order, std::string_view>, 5> orders = {
    {{Order::date, "by session"}, {Order::child, "by child"}, {Order::child_backwards, "by child, backwards"},
     {Order::date_child_session, "by date and child"}, {Order::none, "in no order"}}};

Marks ordered(const Marks& marks, Order order, std::mt19937& engine) {
  std::vector<std::size_t> rows(marks.child.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (order == Order::none) {
    std::shuffle(rows.begin(), rows.end(), engine);
    return marks.in_order(rows);
  }
  const auto key = [&](std::size_t row) {
    const std::int64_t child = marks.child[row];
    const std::int64_t date = marks.date[row];
    const std::int64_t session = marks.session[row];
    if (order == Order::date) return std::tuple(date, session, child);
    if (order == Order::date_child_session) return std::tuple(date, child, session);
    return order == Order::child ? std::tuple(child, date, session) : std::tuple(-child, -date, -session);
  };
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return marks.in_order(rows);
}

struct City {
  std::size_t children;
  std::size_t slots;
  int a_day;
  double gap;          ///< share of marks that are missing
  double late;         ///< share of children who enter late
  double repeated;     ///< share of marks that stand twice
  double contradicted; ///< share of marks with another one against it
  double broken;       ///< share of rows with a value out of range
};

Marks made_up(const City& city, const cw::SessionTable& sessions, std::mt19937& engine) {
  constexpr std::array<std::int8_t, 7> known = {0, 1, 2, 3, 7, 8, 15};
  constexpr std::array<std::int32_t, 5> numbers = {std::numeric_limits<std::int32_t>::min(), -1, 1'000'000,
                                                   std::numeric_limits<std::int32_t>::max(), 4};
  constexpr std::array<std::int8_t, 6> bytes = {-128, -1, 16, 127, 4, 100};
  std::uniform_real_distribution<double> share(0.0, 1.0);
  Marks marks;
  for (std::size_t child = 0; child < city.children; ++child) {
    const std::size_t from = share(engine) < city.late ? engine() % (city.slots + 1) : 0;
    for (std::size_t slot = from; slot < city.slots; ++slot) {
      if (share(engine) < city.gap) continue;
      const std::int8_t code = share(engine) < 0.9 ? std::int8_t{0} : known[engine() % known.size()];
      const auto put = [&](int said) { marks.add(static_cast<std::int32_t>(child), sessions.dates()[slot], sessions.sessions()[slot], said); };
      put(code);
      while (share(engine) < city.repeated) put(code);
      while (share(engine) < city.contradicted) put(known[engine() % known.size()]);
      if (share(engine) >= city.broken) continue;
      const auto at = engine() % marks.child.size();
      if (engine() % 4 == 0) marks.child[at] = numbers[engine() % numbers.size()];
      if (engine() % 4 == 0) marks.date[at] = engine() % 2 == 0 ? numbers[engine() % numbers.size()] : first_day + 5;  // a Saturday
      if (engine() % 4 == 0) marks.session[at] = bytes[engine() % bytes.size()];
      if (engine() % 4 == 0) marks.code[at] = bytes[engine() % bytes.size()];
    }
  }
  return marks;
}

TEST(Ingest, EveryPathEqualsThePlainOneOnRandomPanels) {
  constexpr std::array<City, 12> cities = {{
      {64, 40, 2, 0, 0, 0, 0, 0},          // nothing but whole rows
      {130, 33, 1, 0, 0, 0, 0, 0},         // a ragged tile, an odd number of slots
      {200, 17, 3, 0.02, 0.1, 0, 0, 0},    // gaps and late entry
      {63, 64, 2, 0.5, 0.5, 0, 0, 0},
      {1, 70, 2, 0, 0, 0, 0, 0},
      {257, 1, 1, 0.1, 0, 0.05, 0.05, 0.02},
      {129, 37, 2, 0, 0, 0.01, 0, 0},      // repetitions
      {129, 37, 2, 0, 0, 0, 0.01, 0},      // contradictions
      {129, 37, 2, 0.02, 0.1, 0.01, 0.01, 0},
      {150, 48, 2, 0, 0, 0, 0, 0.01},      // values out of range
      {150, 48, 4, 0.05, 0.2, 0.05, 0.05, 0.05},
      {2'100, 9, 2, 0.01, 0.05, 0.002, 0.002, 0.002},  // more tiles than a writer owns at a stretch
  }};
  std::mt19937 engine(7);
  for (std::size_t c = 0; c < cities.size(); ++c) {
    const cw::SessionTable sessions = school_days(cities[c].slots, cities[c].a_day, c % 2 == 0 ? 0 : -3);
    const Marks marks = made_up(cities[c], sessions, engine);
    for (const auto& [order, name] : orders) {
      expect_every_way_equals_the_plain_one(ordered(marks, order, engine), cities[c].children, sessions, engine,
                                            "city " + std::to_string(c) + " " + std::string(name));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Ingest, EveryCutOfASmallPanelGivesTheSame) {
  std::mt19937 engine(11);
  const cw::SessionTable sessions = school_days(6, 2);
  const Marks marks = ordered(made_up({70, 6, 2, 0.02, 0.05, 0.01, 0.01, 0.01}, sessions, engine), Order::date, engine);
  const cw::Ingested plain = cw::ingest_plain(marks.columns(), 70, sessions, usual_codes());
  cw::SerialExecutor serial;
  for (std::size_t cut = 0; cut <= marks.child.size(); ++cut) {
    expect_equal(in_batches(marks, 70, sessions, {0, cut, marks.child.size()}, cut % 2 == 0, serial), plain,
                 "cut at " + std::to_string(cut));
    if (HasFatalFailure()) return;
  }
}

TEST(Ingest, AWorkedExampleByHand) {
  const std::array<cw::SessionName, 2> names = {{{cw::Date{first_day}, 0}, {cw::Date{first_day}, 1}}};
  const cw::SessionTable sessions(names);
  Marks marks;
  marks.add(0, first_day, 0, 0);      // accepted
  marks.add(0, first_day, 0, 8);      // the same in another word: corrected
  marks.add(1, first_day, 0, 3);      // contradicted below: quarantined
  marks.add(1, first_day, 0, 0);      // quarantined
  marks.add(1, first_day, 0, 3);      // quarantined, though it says what the first one says
  marks.add(2, first_day, 1, 3);      // accepted
  marks.add(3, first_day, 1, 0);      // nobody
  marks.add(-1, first_day, 1, 99);    // nobody, and an unknown code
  marks.add(2, first_day, 2, 0);      // no such session
  marks.add(2, first_day + 1, 0, 0);  // no session that day
  marks.add(2, first_day, 0, 5);      // unknown code
  cw::SerialExecutor serial;
  const cw::Ingested made = cw::ingest(marks.columns(), 3, sessions, usual_codes(), serial);
  EXPECT_EQ(made.panel.cell(0, 0).state(), cw::State::present);
  EXPECT_EQ(made.panel.cell(1, 0).state(), cw::State::disputed);
  EXPECT_EQ(made.panel.cell(1, 0).absent_units(), 0);
  EXPECT_EQ(made.panel.cell(2, 1).state(), cw::State::unexcused);
  EXPECT_EQ(made.panel.cell(2, 1).absent_units(), 2);
  EXPECT_EQ(made.panel.cell(2, 0).state(), cw::State::not_recorded);
  EXPECT_EQ(made.panel.tile(0)[2 * 64 - 62], made.panel.cell(2, 1).byte);
  // bits of the reasons: E02 4, E05 32, E16 65,536, E29 536,870,912
  EXPECT_EQ(told(made.ledger),
            "11 read, 2 accepted, 1 corrected, 8 quarantined; E01 1 E02 3 E05 1 E16 2 E29 2; '' 2"
            "\n2 E02 4 -1\n3 E02 4 -1\n4 E02 4 -1\n6 E16 65536 0\n7 E16 65568 0\n8 E29 536870912 2\n9 E29 536870912 1\n10 E05 32 3");
  expect_equal(cw::ingest_plain(marks.columns(), 3, sessions, usual_codes()), made, "plain");
}

TEST(Ingest, AnUnknownCodeIsShownOnceTenChildrenHoldIt) {
  for (const std::int32_t holders : {9, 10}) {
    Marks marks;
    for (std::int32_t i = 0; i < 40; ++i) marks.add(i % holders, first_day, 0, 9);
    marks.add(-5, first_day, 0, 9);
    cw::SerialExecutor serial;
    const auto made = cw::ingest(marks.columns(), 64, school_days(2, 1), usual_codes(), serial);
    EXPECT_EQ(made.ledger.unmapped_codes.begin()->first, holders < 10 ? "" : "9");
    EXPECT_EQ(made.ledger.unmapped_codes.begin()->second, 41);
  }
}

TEST(Ingest, NothingGivesAnEmptyPanel) {
  cw::SerialExecutor serial;
  const cw::Ingested none = cw::ingest({}, 0, cw::SessionTable(), usual_codes(), serial);
  EXPECT_EQ(none.panel.cells().size(), 0U);
  EXPECT_EQ(none.ledger.read, 0);
  Marks marks;
  marks.add(0, first_day, 0, 0);
  marks.add(0, std::numeric_limits<std::int32_t>::min(), -128, -128);
  const cw::Ingested refused = cw::ingest(marks.columns(), 0, cw::SessionTable(), usual_codes(), serial);
  EXPECT_EQ(refused.ledger.quarantined, 2);
  expect_equal(refused, cw::ingest_plain(marks.columns(), 0, cw::SessionTable(), usual_codes()), "no children");
  cw::Ingest unused(5, school_days(3, 1), usual_codes());
  const cw::Ingested blank = unused.finish();
  EXPECT_EQ(blank.panel.cells().size(), 3U * 64U);
  EXPECT_TRUE(std::all_of(blank.panel.cells().begin(), blank.panel.cells().end(), [](auto cell) { return cell == 0; }));
}

TEST(Ingest, MistakesOfTheCallerAreSaid) {
  using cw::Date;
  const auto table = [](std::vector<cw::SessionName> names) { return cw::SessionTable(names); };
  EXPECT_THROW(table({{Date{5}, 0}, {Date{6}, 0}, {Date{5}, 0}}), std::invalid_argument);
  EXPECT_THROW(table({{Date{}, 0}}), std::invalid_argument);
  EXPECT_THROW(table({{Date{-2'000'000'000}, 0}, {Date{2'000'000'000}, 0}}), std::invalid_argument);
  std::array<cw::Cell, 16> cells{};
  cells[3] = cw::Cell(cw::State::disputed, 0);
  EXPECT_THROW(cw::CodeTable{cells}, std::invalid_argument);
  cells[3] = cw::Cell(std::uint8_t{14});
  EXPECT_THROW(cw::CodeTable{cells}, std::invalid_argument);
  cells[3] = cw::Cell(cw::State::not_recorded, 2);
  EXPECT_THROW(cw::CodeTable{cells}, std::invalid_argument);
  EXPECT_THROW(cw::Panel(std::size_t{1} << 31, school_days(2, 1)), std::invalid_argument);

  Marks marks;
  marks.add(0, first_day, 0, 0);
  marks.add(0, first_day, 0, 3);
  cw::Ingest promised(4, school_days(2, 1), usual_codes(), cw::RowsAgain::reread);
  EXPECT_THROW(promised.add({marks.child, marks.date, marks.session, {}}), std::invalid_argument);
  promised.add(marks.columns());
  EXPECT_THROW((void)promised.finish(), std::invalid_argument);
  EXPECT_THROW((void)promised.finish([&](const auto& add) { add(marks.columns(0, 1)); }), std::invalid_argument);
  EXPECT_THROW((void)promised.finish(), std::logic_error);
  cw::Ingest other(4, school_days(2, 1), usual_codes(), cw::RowsAgain::reread);
  other.add(marks.columns());
  Marks changed = marks;
  changed.child[1] = 1;
  EXPECT_THROW((void)other.finish([&](const auto& add) { add(changed.columns()); }), std::invalid_argument);
}

/// Stops a run after its first chunk.
class Stopping final : public cw::Executor {
 public:
  void run(std::size_t, const Task& task) override {
    task(0);
    throw cw::Interrupted();
  }
  [[nodiscard]] std::size_t threads() const noexcept override { return 1; }
};

TEST(Ingest, NothingIsMadeOfAnInterruptedBatch) {
  Marks marks;
  marks.add(0, first_day, 0, 0);
  cw::Ingest filling(4, school_days(2, 1), usual_codes());
  Stopping stopping;
  EXPECT_THROW(filling.add(marks.columns(), stopping), cw::Interrupted);
  EXPECT_THROW((void)filling.finish(), std::logic_error);
}

TEST(Ingest, EverySetOfInstructionsHasItsFastPaths) {
  const auto found = cw::kernels::mark_row_kernels();
  ASSERT_GE(found.size, 1U);
  EXPECT_EQ(cw::mark_row_kernel().name, std::string_view(found.kernels[found.size - 1].name));
}

TEST(Ingest, TheSumOfTheColumnsIsTheSum) {
  std::mt19937 engine(19);
  for (const std::size_t rows : {0U, 1U, 31U, 64U, 4'095U, 20'000U}) {
    Marks marks;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      marks.add(static_cast<std::int32_t>(engine()), static_cast<std::int32_t>(engine()),
                i % 3 == 0 ? -128 : static_cast<int>(engine() % 256) - 128, i % 2 == 0 ? 127 : -128);
      sum += std::int64_t{marks.child[i]} + marks.date[i] + marks.session[i] + marks.code[i];
    }
    for (const int level : {0, 2, 3}) {
      cw::limit_processor_level(level);
      EXPECT_EQ(cw::sum_of_columns(marks.columns()), sum) << rows;
      EXPECT_EQ(cw::sum_of_columns(marks.columns(), true), sum) << rows;
    }
    cw::limit_processor_level(-1);
  }
}

/// The fast paths take what they are meant for, or their tests above test nothing.
TEST(Ingest, SortedRowsTakeTheFastPaths) {
  const cw::SessionTable sessions = school_days(40, 2);
  std::mt19937 engine(3);
  const Marks by_date = ordered(made_up({192, 40, 2, 0, 0, 0, 0, 0}, sessions, engine), Order::date, engine);
  const auto found = cw::kernels::mark_row_kernels();
  for (std::size_t k = 0; k < found.size; ++k) {
    std::vector<std::uint8_t> cells(3 * 40 * 64 + 64);
    std::uint8_t* aligned = cells.data() + (64 - reinterpret_cast<std::uintptr_t>(cells.data()) % 64) % 64;
    std::vector<std::uint64_t> touched(3);
    std::vector<std::int32_t> slots;
    for (std::int32_t day = 0; day <= sessions.dates().back() - first_day; ++day) {
      for (int session = 0; session < 2; ++session) slots.push_back(sessions.slot(first_day + day, static_cast<std::int8_t>(session)));
    }
    cw::PanelRows panel{aligned, touched.data(), 40, 1, 192, k % 2 == 0, usual_codes().bytes().data(), sessions.dates().data(),
                        sessions.sessions().data(), slots.data(), first_day, 0, static_cast<std::uint32_t>(slots.size() / 2), 2, 0, 0, 0};
    const cw::MarkRows rows{by_date.child.data(), by_date.date.data(), by_date.session.data(), by_date.code.data()};
    EXPECT_EQ(found.kernels[k].write_runs(panel, rows, 0, by_date.child.size(), 0, 3), by_date.child.size());
    EXPECT_EQ(panel.marks, static_cast<std::int64_t>(by_date.child.size()));
    EXPECT_EQ(panel.hits, 0);
    // once more: every cell is hit, none contradicts
    EXPECT_EQ(found.kernels[k].write_runs(panel, rows, 64, by_date.child.size(), 0, 3), by_date.child.size());
    EXPECT_EQ(panel.hits, static_cast<std::int64_t>(by_date.child.size()) - 64);
    EXPECT_EQ(panel.disputes, 0);
    found.kernels[k].fence();
  }
}

}  // namespace
