// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/data/admit.hpp>

#include <childwell/core/executor.hpp>

#include "checks.hpp"
#include "decode.hpp"
#include "keys.hpp"
#include "own_instruments.hpp"
#include "safety_forms.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>

namespace childwell::inline v0_1 {

namespace detail {
namespace {

struct Work {
  const RawTable* raw = nullptr;
  RecordTable table;
  std::optional<Findings> findings;
  TableLedger ledger;
};

std::vector<const RawColumn*> match_columns(const RawTable& raw, const TableRule& rule, TableLedger& ledger,
                                            std::vector<Fault>& faults) {
  std::vector<const RawColumn*> matched(rule.columns.size(), nullptr);
  for (const RawColumn& column : raw.columns()) {
    const auto found = std::find_if(rule.columns.begin(), rule.columns.end(),
                                    [&](const ColumnRule& known) { return known.name == column.name; });
    if (found == rule.columns.end()) {
      ledger.ignored_columns.push_back(column.name);
      continue;
    }
    const RawColumn*& place = matched[static_cast<std::size_t>(found - rule.columns.begin())];
    if (place != nullptr) faults.push_back({"doubled_column", raw.name(), column.name, raw.rows()});
    place = &column;
  }
  for (std::size_t i = 0; i < rule.columns.size(); ++i) {
    if (rule.columns[i].required && matched[i] == nullptr) {
      faults.push_back({"missing_column", raw.name(), std::string(rule.columns[i].name), raw.rows()});
    }
  }
  std::sort(ledger.ignored_columns.begin(), ledger.ignored_columns.end());
  return matched;
}

/// Quarantines the rows without a value that a column must have. Most stretches of rows lack none.
template <class T, class Missing>
void require(const std::vector<T>& values, Reason reason, std::int32_t position, Findings& findings, Missing missing) {
  constexpr std::size_t block = 4096;
  for (std::size_t first = 0; first < values.size(); first += block) {
    stop_point();
    const std::size_t end = std::min(values.size(), first + block);
    bool any = false;
    for (std::size_t row = first; row < end; ++row) any |= missing(values[row]);
    for (std::size_t row = first; any && row < end; ++row) {
      if (missing(values[row]) && findings.fates[row] == 0) findings.quarantine(static_cast<std::int64_t>(row), reason, position);
    }
  }
}

void check_required(const TableRule& rule, const RecordTable& table, Findings& findings) {
  for (std::size_t c = 0; c < rule.columns.size(); ++c) {
    if (!rule.columns[c].required) continue;
    const RecordColumn& column = table.columns[c];
    const auto position = static_cast<std::int32_t>(c);
    const ColumnType type = rule.columns[c].type;
    const Reason reason = missing_reason(type);
    const bool date = type == ColumnType::date || type == ColumnType::time;
    const std::int32_t last_missing = date ? Date{}.days : Dictionary::missing;  // a date may lie before 1970
    if (!column.given()) {
      require(findings.fates, reason, position, findings, [](std::uint8_t) { return true; });
    } else {
      require(column.codes, reason, position, findings, [last_missing](std::int32_t code) { return code <= last_missing; });
      require(column.integers, reason, position, findings, [](std::int64_t value) { return value == missing_integer; });
      require(column.numbers, reason, position, findings, [](double value) { return !(value == value); });
      require(column.words, reason, position, findings, [](std::uint8_t word) { return word == missing_word; });
    }
  }
}

void decode_table(Work& work, Decoding& decoding, std::vector<Fault>& faults) {
  const TableRule& rule = *work.table.rule;
  const auto matched = match_columns(*work.raw, rule, work.ledger, faults);
  work.table.rows = work.raw->rows();
  if (work.table.rows > std::int64_t{std::numeric_limits<std::uint32_t>::max()}) {
    throw std::invalid_argument("childwell: table '" + work.raw->name() + "' has more than 4,294,967,295 rows; admit its years or places apart");
  }
  work.findings.emplace(work.table.rows);
  work.table.columns.resize(rule.columns.size());
  for (std::size_t c = 0; c < matched.size(); ++c) {
    if (matched[c] == nullptr) continue;
    work.table.columns[c] =
        decode_column(*matched[c], rule, static_cast<std::int32_t>(c), work.table.rows, decoding, *work.findings);
  }
  for (const auto& [row, status] : work.findings->status_overrides) {
    const auto found = std::find_if(rule.columns.begin(), rule.columns.end(),
                                    [](const ColumnRule& column) { return column.name == "status"; });
    auto& words = work.table.columns[static_cast<std::size_t>(found - rule.columns.begin())].words;
    if (words.empty()) words.assign(static_cast<std::size_t>(work.table.rows), missing_word);
    words[static_cast<std::size_t>(row)] = status;
  }
  check_required(rule, work.table, *work.findings);
}

void check_ids(Work& work, RawIds& ids, const AdmitOptions& options) {
  if (options.id_format.kind == IdFormat::Kind::any) return;
  std::vector<Reason> verdicts;
  const Dictionary& children = ids.of(IdKind::child);
  for (std::int32_t code = 0; code < children.size(); ++code) verdicts.push_back(check_id(children.text(code), options));
  for (std::size_t c = 0; c < work.table.columns.size(); ++c) {
    if (work.table.rule->columns[c].id_kind != IdKind::child) continue;
    const auto& codes = work.table.columns[c].codes;
    for (std::size_t row = 0; row < codes.size(); ++row) {
      stop_point_at(row);
      const Reason reason = codes[row] < 0 ? Reason::none : verdicts[static_cast<std::size_t>(codes[row])];
      if (reason != Reason::none) {
        work.findings->quarantine(static_cast<std::int64_t>(row), reason, static_cast<std::int32_t>(c));
      }
    }
  }
}

void renumber(std::vector<std::int32_t>& codes, const std::vector<std::int32_t>& renumbered) {
  for (std::size_t row = 0; row < codes.size(); ++row) {
    stop_point_at(row);
    if (codes[row] >= 0) codes[row] = renumbered[static_cast<std::size_t>(codes[row])];
  }
}

/// Pseudonyms of one kind of identifier, in their own order; returns the new code of each old one.
std::vector<std::int32_t> pseudonyms_of(const Dictionary& ids, std::string_view kind, const Pseudonymise& pseudonymise,
                                        std::vector<std::string>& sorted) {
  std::vector<std::pair<std::string, std::int32_t>> made;
  made.reserve(static_cast<std::size_t>(ids.size()));
  for (std::int32_t code = 0; code < ids.size(); ++code) {
    if (code % 1024 == 0) stop_point();
    made.emplace_back(pseudonymise(kind, ids.text(code)), code);
  }
  std::sort(made.begin(), made.end());
  std::vector<std::int32_t> renumbered(made.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    renumbered[static_cast<std::size_t>(made[i].second)] = static_cast<std::int32_t>(i);
    sorted.push_back(std::move(made[i].first));
  }
  return renumbered;
}

void make_canonical(std::vector<Work>& works, RawIds& ids, Records& records, const Pseudonymise& pseudonymise) {
  std::array<std::vector<std::int32_t>, 4> people;
  std::vector<std::string> others;
  people[0] = pseudonyms_of(ids.of(IdKind::child), "child", pseudonymise, records.children);
  people[1] = pseudonyms_of(ids.of(IdKind::person), "person", pseudonymise, records.persons);
  people[2] = pseudonyms_of(ids.of(IdKind::household), "household", pseudonymise, others);
  people[3] = pseudonyms_of(ids.of(IdKind::guardian), "guardian", pseudonymise, others);
  const auto places = records.places.sort();
  const auto names = records.names.sort();
  for (Work& work : works) {
    for (std::size_t c = 0; c < work.table.columns.size(); ++c) {
      const ColumnRule& rule = work.table.rule->columns[c];
      auto& codes = work.table.columns[c].codes;
      if (rule.type == ColumnType::person_id) renumber(codes, people[static_cast<std::size_t>(rule.id_kind) - 1]);
      if (rule.type == ColumnType::place) renumber(codes, places);
      if (rule.type == ColumnType::name) renumber(codes, names);
    }
  }
}

void count_unmapped(Work& work) {
  const Findings& findings = *work.findings;
  if (findings.unmapped.empty()) return;
  const auto child = std::find_if(work.table.rule->columns.begin(), work.table.rule->columns.end(),
                                  [](const ColumnRule& rule) { return rule.id_kind == IdKind::child; });
  constexpr std::size_t enough = 10;  // a code that fewer children hold could point at one of them
  std::map<std::int32_t, std::pair<std::int64_t, std::set<std::int32_t>>> holders;
  for (const auto& [row, text] : findings.unmapped) {
    auto& [rows, children] = holders[text];
    ++rows;
    if (child == work.table.rule->columns.end() || children.size() >= enough) continue;
    const auto& codes = work.table.columns[static_cast<std::size_t>(child - work.table.rule->columns.begin())].codes;
    if (!codes.empty()) children.insert(codes[static_cast<std::size_t>(row)]);
  }
  for (const auto& [text, held] : holders) {
    const bool shown = child == work.table.rule->columns.end() || held.second.size() >= enough;
    work.ledger.unmapped_codes[shown ? findings.unmapped_texts.text(text) : ""] += held.first;
  }
}

void close_ledger(Work& work, const AdmitOptions& options) {
  TableLedger& ledger = work.ledger;
  Findings& findings = *work.findings;
  ledger.read = work.table.rows;
  for (const auto& [row, entry] : findings.quarantined) {
    ledger.quarantine.push_back(entry);
    ++ledger.reasons[entry.reason];
  }
  ledger.quarantined = static_cast<std::int64_t>(findings.quarantined.size());
  ledger.corrected = static_cast<std::int64_t>(findings.repeated.size());
  if (ledger.corrected > 0) ledger.reasons[Reason::duplicate] += ledger.corrected;
  for (const auto& [row, reason] : findings.mended) {
    if (findings.fates[static_cast<std::size_t>(row)] != 0) continue;
    ++ledger.corrected;
    ++ledger.reasons[reason];
  }
  ledger.accepted = 0;
  for (const std::uint8_t fate : findings.fates) ledger.accepted += fate == 0 ? 1 : 0;
  for (const auto& [row, reason] : findings.mended) {
    if (findings.fates[static_cast<std::size_t>(row)] == 0) --ledger.accepted;
  }
  const auto refused = options.refused_lines.find(work.table.rule->name);
  if (refused != options.refused_lines.end()) {
    for (const auto& [line, reason] : refused->second) {
      ++ledger.read;
      ++ledger.quarantined;
      ++ledger.reasons[reason];
      ledger.quarantine.push_back({line, reason, std::uint64_t{1} << static_cast<unsigned>(reason), -1});
    }
  }
  std::sort(ledger.quarantine.begin(), ledger.quarantine.end(), [](const auto& a, const auto& b) {
    return std::tie(a.row, a.reason, a.column) < std::tie(b.row, b.reason, b.column);
  });
  const std::vector<std::int32_t>& known = work.table.column("known_on").codes;
  if (known.empty()) ledger.known_on_assumed += static_cast<std::int64_t>(work.table.order.size());
  constexpr std::size_t block = 4096;
  for (std::size_t first = 0; first < known.size(); first += block) {  // used rows as they lie, not as they are ordered
    stop_point();
    std::uint32_t assumed = 0;
    for (std::size_t row = first; row < std::min(known.size(), first + block); ++row) {
      assumed += static_cast<std::uint32_t>(findings.fates[row] == 0) & static_cast<std::uint32_t>(!Date{known[row]}.known());
    }
    ledger.known_on_assumed += assumed;
  }
}

/// Calls use(child, row) for each row that names a child, whatever became of the row.
template <class Use>
void each_child_row(const Work& work, Use use) {
  for (std::size_t c = 0; c < work.table.columns.size(); ++c) {
    if (work.table.rule->columns[c].id_kind != IdKind::child) continue;
    const auto& codes = work.table.columns[c].codes;
    for (std::size_t row = 0; row < codes.size(); ++row) {
      stop_point_at(row);
      if (codes[row] >= 0) use(static_cast<std::size_t>(codes[row]), row);
    }
  }
}

/// To which groups a child belongs, read from all its rows, because those who lost their rows are to be counted too.
struct ChildGroups {
  std::vector<std::uint8_t> boarding;
  std::vector<std::int32_t> school;
  std::vector<bool> several;
  std::vector<bool> refused;
};

ChildGroups groups_of(const std::vector<Work>& works, const Records& records) {
  const std::size_t children = records.children.size();
  ChildGroups groups{std::vector<std::uint8_t>(children, missing_word), std::vector<std::int32_t>(children, Dictionary::missing),
                     std::vector<bool>(children), std::vector<bool>(children)};
  for (const Work& work : works) {
    const std::string_view name = work.table.rule->name;
    if (name == "boarding") {
      const RecordColumn& group = work.table.column("group");
      each_child_row(work, [&](std::size_t child, std::size_t row) {
        const std::uint8_t word = work.table.word(group, static_cast<std::int64_t>(row));
        std::uint8_t& most = groups.boarding[child];
        if (word != missing_word && (most == missing_word || word > most)) most = word;
      });
    } else if (name == "enrolment") {
      const RecordColumn& school = work.table.column("school");
      each_child_row(work, [&](std::size_t child, std::size_t row) {
        const std::int32_t code = work.table.code(school, static_cast<std::int64_t>(row));
        if (code >= 0 && groups.school[child] >= 0 && groups.school[child] != code) groups.several[child] = true;
        if (code >= 0) groups.school[child] = code;
      });
    } else if (name == "consents") {
      const RecordColumn& purpose = work.table.column("purpose");
      const RecordColumn& basis = work.table.column("basis");
      each_child_row(work, [&](std::size_t child, std::size_t row) {
        const std::int32_t code = work.table.code(purpose, static_cast<std::int64_t>(row));
        const std::uint8_t word = work.table.word(basis, static_cast<std::int64_t>(row));
        if (code >= 0 && records.names.text(code) == records.purpose && (word == 2 || word == 3)) groups.refused[child] = true;
      });
    }
  }
  return groups;
}

void count_children(const std::vector<Work>& works, Records& records) {
  const std::size_t children = records.children.size();
  std::vector<std::uint8_t> used(children, 0);
  std::vector<std::uint8_t> aside(children, 0);
  for (const Work& work : works) {
    each_child_row(work, [&](std::size_t child, std::size_t row) {
      const bool quarantined = work.findings->fates[row] == static_cast<std::uint8_t>(Fate::quarantined);
      (quarantined ? aside : used)[child] = 1;
    });
  }
  records.ledger.children_read = static_cast<std::int64_t>(children);
  records.ledger.children_lost = std::count(used.begin(), used.end(), std::uint8_t{0});
  const ChildGroups groups = groups_of(works, records);
  constexpr const char* boarding[] = {"day", "five_day", "full"};
  for (std::size_t child = 0; child < children; ++child) {
    const char* board = groups.boarding[child] == missing_word ? "not_told" : boarding[groups.boarding[child]];
    const char* schools = groups.school[child] < 0 ? "none" : groups.several[child] ? "several" : "one";
    for (const auto& [group, value] : {std::pair("boarding", board), std::pair("schools", schools)}) {
      ChildrenOfGroup& counted = records.ledger.children_by_group[{group, value}];
      ++counted.read;
      counted.with_rows_quarantined += aside[child] != 0 ? 1 : 0;
      counted.lost_all_rows += used[child] != 0 ? 0 : 1;
      counted.refused += groups.refused[child] ? 1 : 0;
    }
  }
}

void check_options(const AdmitOptions& options) {
  for (const auto& [name, map] : options.codes) {
    const auto dot = name.find('.');
    const TableRule* table = dot == std::string::npos ? nullptr : find_table_rule(std::string_view(name).substr(0, dot));
    const std::string column = dot == std::string::npos ? name : name.substr(dot + 1);
    const auto known = [&](const ColumnRule& rule) { return rule.name == column; };
    if (table == nullptr || std::none_of(table->columns.begin(), table->columns.end(), known)) {
      throw std::invalid_argument("childwell: codes for '" + name + "': there is no such column; name it table.column");
    }
    const ColumnRule& rule = *std::find_if(table->columns.begin(), table->columns.end(), known);
    const bool score = table->name == "exam_results" && column == "value";
    const ColumnRule& target =
        score ? *std::find_if(table->columns.begin(), table->columns.end(), [](const ColumnRule& c) { return c.name == "status"; })
              : rule;
    for (const auto& [code, word] : map) {
      if (std::find(target.words.begin(), target.words.end(), word) == target.words.end()) {
        throw std::invalid_argument("childwell: codes for '" + name + "': '" + word + "' is not one of the column's words");
      }
    }
  }
  if (options.id_format.kind == IdFormat::Kind::width && options.id_format.width <= 0) {
    throw std::invalid_argument("childwell: a fixed width of ids must be at least 1");
  }
}

bool stops(const Fault& fault) { return fault.code != "table_not_read"; }

}  // namespace
}  // namespace detail

Result<Records> admit(std::vector<RawTable> tables, const Pseudonymise& pseudonymise, std::string key_id,
                      const AdmitOptions& options) {
  using namespace detail;
  check_options(options);
  Records records;
  records.key_id = std::move(key_id);
  records.purpose = options.purpose;
  for (const std::string& recipient : options.recipients) {
    if (std::find(records.recipients.begin(), records.recipients.end(), recipient) == records.recipients.end()) records.recipients.push_back(recipient);
  }
  records.lag_days = options.lag_days;
  records.parents_asked_from = options.parents_asked_from;
  records.made_up = options.made_up;
  records.own_instruments = own_instruments(options.instruments);
  if (options.registers == "full") records.registers = 0;
  else if (options.registers == "by_exception") records.registers = 1;
  else if (!options.registers.empty()) {
    throw std::invalid_argument("childwell: registers='" + options.registers + "': say full or by_exception");
  }

  std::sort(tables.begin(), tables.end(), [](const RawTable& a, const RawTable& b) { return a.name() < b.name(); });
  std::vector<Fault> faults;
  RawIds ids;
  Decoding decoding{options, ids, records.places, records.names};
  std::vector<Work> works;
  for (const RawTable& raw : tables) {
    const TableRule* rule = find_table_rule(raw.name());
    if (rule == nullptr || !rule->admitted) {
      faults.push_back({rule == nullptr ? "unknown_table" : "table_not_read", raw.name(), "", raw.rows()});
      continue;
    }
    if (!works.empty() && works.back().raw->name() == raw.name()) {
      faults.push_back({"doubled_table", raw.name(), "", raw.rows()});
      continue;
    }
    Work& work = works.emplace_back();
    work.raw = &raw;
    work.table.rule = rule;
    decode_table(work, decoding, faults);
  }
  if (std::any_of(faults.begin(), faults.end(), stops)) return faults;

  for (Work& work : works) check_ids(work, ids, options);
  make_canonical(works, ids, records, pseudonymise);
  ids = RawIds{};  // the identifiers themselves are not needed again, and do not stay
  for (const Work& work : works) {  // before any row is set aside: no fault of a row holds such an answer back
    if (work.table.rule->name == "screens") records.safety = find_safety_forms(work.table, records);
  }
  for (Work& work : works) check_rows(work.table, *work.findings, options);
  Checked checked;
  for (Work& work : works) checked.emplace(std::string(work.table.rule->name), CheckedTable{&work.table, &*work.findings});
  check_references(checked, records);
  for (Work& work : works) order_by_key(work.table, *work.findings);
  for (Work& work : works) {
    count_unmapped(work);
    close_ledger(work, options);
  }
  count_children(works, records);
  for (Work& work : works) {
    const std::string name(work.table.rule->name);
    if (options.strict && work.ledger.quarantined > 0) {
      faults.push_back({"rows_quarantined", name, "", work.ledger.quarantined});
    }
    work.table.fates = std::move(work.findings->fates);
    records.ledger.tables.emplace(name, std::move(work.ledger));
    records.tables.emplace(name, std::move(work.table));
  }
  for (const TableRule& rule : table_rules()) {
    if (rule.admitted && records.table(rule.name) == nullptr) {
      records.ledger.missing_tables.emplace_back(rule.name);
    }
  }
  records.ledger.faults = faults;
  check_identity(records.ledger);
  if (options.strict && std::any_of(faults.begin(), faults.end(), stops)) {
    const std::int64_t concerned = records.safety.count();
    if (concerned > 0) faults.push_back({"safety_answers", "screens", "", concerned});
    return faults;
  }
  return records;
}

const RecordColumn& RecordTable::column(std::string_view name) const {
  static const RecordColumn nothing;
  for (std::size_t c = 0; c < rule->columns.size(); ++c) {
    if (rule->columns[c].name == name) return c < columns.size() ? columns[c] : nothing;
  }
  return nothing;
}

std::vector<std::pair<std::int64_t, const RecordColumn*>> RecordTable::numbered(std::string_view prefix) const {
  std::vector<std::pair<std::int64_t, const RecordColumn*>> found;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const std::string_view name = rule->columns[c].name;
    if (!name.starts_with(prefix) || !columns[c].given()) continue;
    std::int64_t number = 0;
    const auto read = std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    if (read.ec == std::errc{} && read.ptr == name.data() + name.size()) found.emplace_back(number, &columns[c]);
  }
  return found;
}

void check_identity(const Ledger& ledger) {
  for (const auto& [name, table] : ledger.tables) {
    if (table.accepted + table.corrected + table.quarantined != table.read) {
      throw std::logic_error("childwell: rows of table '" + name + "' are not accounted for; please report this");
    }
  }
}

}  // namespace childwell::inline v0_1
