// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "safety_forms.hpp"

#include <childwell/core/executor.hpp>
#include <childwell/instruments/instrument.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace childwell::inline v0_1 {
namespace detail {
namespace {

/// What one row says of the form that it belongs to.
struct Said {
  std::int32_t instrument = -1;
  std::int32_t child = -1;
  std::int32_t day = 0;
  std::int32_t collection = -1;
  std::uint8_t informant = missing_word;
  std::int64_t alone = -1;      ///< the row, where it names nobody: such rows are not joined
  std::uint32_t answered = 0;   ///< questions after safety, by their place in the instrument's list
  bool concerned = false;

  [[nodiscard]] auto form() const { return std::tie(instrument, child, day, collection, informant, alone); }
};

class SafetyReader {
 public:
  SafetyReader(const RecordTable& table, const Records& records)
      : table_(table), item_(table.column("item")), answer_(table.column("answer")) {
    for (const auto& [number, column] : table.numbered("item_")) wide_.emplace(number, column);
    for (const instruments::Instrument* instrument : records.known_instruments()) {
      const std::int32_t name = records.names.find(instrument->name);
      if (name >= 0 && !instrument->safety.empty()) rules_.emplace(name, instrument);
    }
  }

  SafetyForms read() {
    if (rules_.empty()) return {};
    const RecordColumn& instrument = table_.column("instrument");
    const RecordColumn& child = table_.column("child");
    const RecordColumn& date = table_.column("date");
    const RecordColumn& collection = table_.column("collection");
    const RecordColumn& informant = table_.column("informant");
    std::vector<Said> said;
    for (std::int64_t row = 0; row < table_.rows; ++row) {
      stop_point_at(static_cast<std::size_t>(row));
      const auto rule = rules_.find(table_.code(instrument, row));
      if (rule == rules_.end()) continue;
      Said one;
      one.instrument = rule->first;
      one.child = table_.code(child, row);
      one.day = table_.date(date, row).days;
      one.collection = table_.code(collection, row);
      one.informant = table_.word(informant, row);
      if (one.child < 0) one.alone = row;
      if (!hear(*rule->second, row, one)) continue;
      const bool nothing_new = !one.concerned && one.answered == 0;
      if (!said.empty() && nothing_new && said.back().form() == one.form()) continue;
      said.push_back(one);
    }
    return join(said);
  }

 private:
  /// Whether the row holds an answer at all, and what it says of safety.
  bool hear(const instruments::Instrument& rule, std::int64_t row, Said& one) const {
    const std::int64_t item = table_.integer(item_, row);
    const double answer = table_.number(answer_, row);
    bool any = !std::isnan(answer);
    for (const auto& [number, column] : wide_) any = any || !std::isnan(table_.number(*column, row));
    for (std::size_t i = 0; i < rule.safety.size(); ++i) {
      const instruments::SafetyItem& safety = rule.safety[i];
      const auto take = [&](double given) {
        if (std::isnan(given)) return;
        one.answered |= std::uint32_t{1} << i;
        one.concerned = one.concerned || given >= safety.from;
      };
      if (item == safety.item) take(answer);
      const auto column = wide_.find(safety.item);
      if (column != wide_.end()) take(table_.number(*column->second, row));
    }
    return any;
  }

  [[nodiscard]] SafetyForms join(std::vector<Said>& said) const {
    std::sort(said.begin(), said.end(), [](const Said& a, const Said& b) { return a.form() < b.form(); });
    SafetyForms made;
    for (std::size_t begin = 0; begin < said.size();) {
      stop_point_at(begin);
      SafetyForm form{said[begin].instrument, said[begin].child, Date{said[begin].day}, false, false};
      std::uint32_t answered = 0;
      std::size_t end = begin;
      for (; end < said.size() && said[end].form() == said[begin].form(); ++end) {
        answered |= said[end].answered;
        form.concerned = form.concerned || said[end].concerned;
      }
      const std::size_t questions = rules_.at(form.instrument)->safety.size();
      form.answered = answered == (std::uint32_t{1} << questions) - 1;
      made.forms.push_back(form);
      begin = end;
    }
    return made;
  }

  const RecordTable& table_;
  const RecordColumn& item_;
  const RecordColumn& answer_;
  std::unordered_map<std::int64_t, const RecordColumn*> wide_;
  std::unordered_map<std::int32_t, const instruments::Instrument*> rules_;
};

}  // namespace

SafetyForms find_safety_forms(const RecordTable& table, const Records& records) { return SafetyReader(table, records).read(); }

}  // namespace detail

std::vector<SafetyCount> safety_counts(const Records& records, Date as_of) {
  struct Counting {
    SafetyCount count;
    std::set<std::int32_t> children;
    std::int64_t nobody = 0;
    bool dated = false;
  };
  std::map<std::string, Counting> by_instrument;
  for (const SafetyForm& form : records.safety.forms) {
    Counting& counting = by_instrument[records.names.text(form.instrument)];
    ++counting.count.asked;
    if (!form.concerned) {
      counting.count.unanswered += form.answered ? 0 : 1;
      continue;
    }
    ++counting.count.forms;
    if (form.child < 0) ++counting.nobody;
    else counting.children.insert(form.child);
    if (!form.date.known()) {
      ++counting.count.undated;
    } else if (form.date > as_of) {
      ++counting.count.later;
    } else {
      const std::int64_t hours = std::int64_t{24} * (as_of.days - form.date.days + 1);
      counting.count.oldest_hours = std::max(counting.count.oldest_hours, hours);
      counting.count.newest_hours = counting.dated ? std::min(counting.count.newest_hours, hours) : hours;
      counting.dated = true;
    }
  }
  std::vector<SafetyCount> counts;
  for (auto& [name, counting] : by_instrument) {
    counting.count.instrument = name;
    counting.count.children = static_cast<std::int64_t>(counting.children.size()) + counting.nobody;
    counts.push_back(std::move(counting.count));
  }
  return counts;
}

std::vector<SafetyEntry> safety_queue(const Records& records, Date as_of) {
  std::vector<SafetyForm> concerned;
  for (const SafetyForm& form : records.safety.forms) {
    if (form.concerned) concerned.push_back(form);
  }
  // an unknown day stands before every other; children are in the order of their pseudonyms, names in that of the rows
  std::sort(concerned.begin(), concerned.end(), [&](const SafetyForm& a, const SafetyForm& b) {
    const std::string_view one = records.names.text(a.instrument);
    const std::string_view other = records.names.text(b.instrument);
    return std::tie(a.date, a.child, one) < std::tie(b.date, b.child, other);
  });
  std::vector<SafetyEntry> queue;
  for (const SafetyForm& form : concerned) {
    const std::int64_t hours = form.date.known() ? std::max<std::int64_t>(0, std::int64_t{24} * (as_of.days - form.date.days + 1)) : -1;
    queue.push_back({form.child, form.instrument, hours});
  }
  return queue;
}

}  // namespace childwell::inline v0_1
