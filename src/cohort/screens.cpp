// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/screens.hpp>

#include "care_tables.hpp"
#include "dated_rows.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

class FormReader {
 public:
  FormReader(Cohort& cohort, const RecordTable& table)
      : cohort_(cohort), records_(*cohort.records), table_(table), child_(table.column("child")),
        collection_(table.column("collection")), date_(table.column("date")), instrument_(table.column("instrument")),
        informant_(table.column("informant")), translation_(table.column("translation")), recall_(table.column("recall_days")),
        item_(table.column("item")), answer_(table.column("answer")), response_(table.column("response")),
        known_(table.column("known_on")), wide_(table.numbered("item_")) {}

  void read() {
    number_instruments();
    // rows of one form lie side by side in the order of the key; an instrument's own number follows its name
    const std::vector<std::uint32_t>& rows = table_.order;
    for (std::size_t begin = 0; begin < rows.size();) {
      stop_point_at(begin);
      std::size_t end = begin + 1;
      while (end < rows.size() && same_form(rows[begin], rows[end])) ++end;
      add_form(begin, end);
      begin = end;
    }
    std::stable_sort(cohort_.screens.forms.begin(), cohort_.screens.forms.end(), [](const Screen& a, const Screen& b) {
      return std::tie(a.child, a.instrument, a.informant, a.date, a.collection) <
             std::tie(b.child, b.instrument, b.informant, b.date, b.collection);
    });
  }

 private:
  void number_instruments() {
    std::vector<std::int32_t> names;
    std::int32_t last = -1;
    for (const std::int64_t row : table_.order) {
      const std::int32_t name = table_.code(instrument_, row);
      if (name != last && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      last = name;
    }
    std::sort(names.begin(), names.end());
    for (const std::int32_t name : names) {
      numbers_[name] = static_cast<std::uint32_t>(cohort_.screens.instruments.size());
      const instruments::Instrument* rule = nullptr;
      for (const instruments::Instrument* known : records_.known_instruments()) {
        if (known->name == records_.names.text(name)) rule = known;
      }
      cohort_.screens.instruments.push_back({name, rule});
    }
  }

  [[nodiscard]] bool same_form(std::int64_t a, std::int64_t b) const {
    return table_.code(child_, a) == table_.code(child_, b) && table_.code(collection_, a) == table_.code(collection_, b) &&
           table_.date(date_, a) == table_.date(date_, b) && table_.code(instrument_, a) == table_.code(instrument_, b) &&
           table_.word(informant_, a) == table_.word(informant_, b);
  }

  /// The response of a row that says none: an answer is a form that was given.
  [[nodiscard]] Response response_of(std::int64_t row) const {
    const std::uint8_t word = table_.word(response_, row);
    return word == missing_word ? Response::given : static_cast<Response>(word);
  }

  void add_form(std::size_t begin, std::size_t end) {
    const std::int64_t row = table_.order[begin];
    Screen form;
    form.child = table_.code(child_, row);
    form.instrument = numbers_.at(table_.code(instrument_, row));
    form.collection = table_.code(collection_, row);
    form.date = table_.date(date_, row);
    form.informant = table_.word(informant_, row);
    form.response = response_of(row);
    bool differ = false;
    for (std::size_t i = begin; i < end; ++i) {
      const std::int64_t one = table_.order[i];
      differ = differ || response_of(one) != form.response;
      if (response_of(one) == Response::given) form.response = Response::given;
      const Date known = known_day(records_, "screens", table_.date(known_, one), form.date);
      form.known_on = std::max(form.known_on, known);
      const std::int32_t translation = table_.code(translation_, one);
      if (translation >= 0) form.translation = translation;
      const std::int64_t recall = table_.integer(recall_, one);
      if (recall != missing_integer) form.recall_days = static_cast<std::int32_t>(recall);
    }
    auto& apart = cohort_.ledger.tables.find("screens")->second.kept_apart;
    if (differ) ++apart[Reason::conflict];
    const instruments::Instrument* rule = cohort_.screens.instruments[form.instrument].rule;
    if (rule == nullptr) ++apart[Reason::code_unknown];
    else if (form.response == Response::given) add_answers(form, static_cast<std::size_t>(rule->items), begin, end);
    count_apart(cohort_, "screens", Subject::screens, form.child, form.date);
    cohort_.screens.forms.push_back(form);
  }

  void add_answers(Screen& form, std::size_t items, std::size_t begin, std::size_t end) {
    std::vector<double>& answers = cohort_.screens.answers;
    form.first = answers.size();
    answers.resize(answers.size() + items, std::numeric_limits<double>::quiet_NaN());
    const auto put = [&](std::int64_t number, double answer) {
      const auto place = static_cast<std::size_t>(number - 1);
      if (number >= 1 && place < items && !std::isnan(answer)) answers[form.first + place] = answer;
    };
    for (std::size_t i = begin; i < end; ++i) {
      const std::int64_t row = table_.order[i];
      for (const auto& [number, column] : wide_) put(number, table_.number(*column, row));
      put(table_.integer(item_, row), table_.number(answer_, row));
    }
  }

  Cohort& cohort_;
  const Records& records_;
  const RecordTable& table_;
  const RecordColumn& child_;
  const RecordColumn& collection_;
  const RecordColumn& date_;
  const RecordColumn& instrument_;
  const RecordColumn& informant_;
  const RecordColumn& translation_;
  const RecordColumn& recall_;
  const RecordColumn& item_;
  const RecordColumn& answer_;
  const RecordColumn& response_;
  const RecordColumn& known_;
  std::vector<std::pair<std::int64_t, const RecordColumn*>> wide_;
  std::unordered_map<std::int32_t, std::uint32_t> numbers_;
};

/// A collection whose waves differ is taken for the weakest design of them.
void read_designs(Cohort& cohort) {
  const RecordTable* table = cohort.records->table("collections");
  if (table == nullptr) return;
  for (const std::int64_t row : table->order) {
    const auto design = static_cast<Design>(table->word(table->column("design"), row));
    const auto [found, fresh] = cohort.screens.designs.emplace(table->code(table->column("collection"), row), design);
    if (!fresh && design > found->second) found->second = design;
  }
}

}  // namespace

void read_screens(Cohort& cohort) {
  read_designs(cohort);
  if (const RecordTable* table = cohort.records->table("screens")) FormReader(cohort, *table).read();
}

}  // namespace childwell::inline v0_1::detail
