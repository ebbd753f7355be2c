// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/instruments/instrument.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1::instruments {
namespace {

constexpr std::int64_t most_items = 1000;

bool is_whole(double value) { return std::isfinite(value) && value == std::floor(value); }

std::string number(double value) {
  if (is_whole(value) && std::abs(value) < 1e15) return std::to_string(static_cast<std::int64_t>(value));
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

// One instrument under check: every refusal names it and says what to change.
class Check {
 public:
  explicit Check(Instrument& instrument) : made_(instrument) {}

  void run() {
    answers();
    people();
    for (std::size_t i = 0; i < made_.scales.size(); ++i) scale(i);
    need(!made_.scales.empty(), "has no scale: give [scales.NAME] with items");
    partition();
    validity();
    for (std::size_t i = 0; i < made_.norms.size(); ++i) norm(i);
    sources();
  }

 private:
  template <class... Parts>
  void need(bool holds, const Parts&... parts) const {
    if (!holds) refuse("define_instrument", worded("instrument '", made_.name, "' ", parts...));
  }

  [[nodiscard]] const Scale* find(std::string_view name) const {
    const auto found = std::find_if(made_.scales.begin(), made_.scales.end(),
                                    [name](const Scale& scale) { return scale.name == name; });
    return found == made_.scales.end() ? nullptr : &*found;
  }

  void positions(const std::vector<std::int64_t>& items, std::string_view what) const {
    std::vector<bool> seen(static_cast<std::size_t>(made_.items) + 1, false);
    for (const std::int64_t item : items) {
      need(item >= 1 && item <= made_.items, what, " names item ", std::to_string(item),
           ", but the form has items 1 to ", std::to_string(made_.items));
      need(!seen[static_cast<std::size_t>(item)], what, " names item ", std::to_string(item), " twice");
      seen[static_cast<std::size_t>(item)] = true;
    }
  }

  void answers() {
    if (made_.name.empty()) refuse("define_instrument", "the instrument has no name");
    need(made_.items >= 1 && made_.items <= most_items, "must have 1 to ", std::to_string(most_items), " items");
    need(std::isfinite(made_.minimum) && std::isfinite(made_.maximum) && made_.minimum < made_.maximum,
         "must have a range of answers [lowest, highest], the lowest below the highest");
    need(!made_.whole || (is_whole(made_.minimum) && is_whole(made_.maximum)),
         "has whole answers, so its range must be of whole numbers; or say whole = false");
    positions(made_.reversed, "reversed");
    if (!made_.recode.empty()) {
      need(made_.whole, "recodes answers that are not whole numbers; recode needs one score for each answer");
      need(static_cast<double>(made_.recode.size()) == made_.maximum - made_.minimum + 1.0,
           "must recode every answer: one score for each from the lowest to the highest");
      need(std::all_of(made_.recode.begin(), made_.recode.end(), [](double score) { return std::isfinite(score); }),
           "recodes to a score that is not finite");
      need(made_.reversed.empty(), "both reverses and recodes; say it in one of them");
    }
    lowest_ = made_.recode.empty() ? made_.minimum : *std::min_element(made_.recode.begin(), made_.recode.end());
    highest_ = made_.recode.empty() ? made_.maximum : *std::max_element(made_.recode.begin(), made_.recode.end());
    scores_whole_ = made_.whole && std::all_of(made_.recode.begin(), made_.recode.end(), is_whole);
    std::vector<std::int64_t> safety;
    for (const SafetyItem& one : made_.safety) {
      safety.push_back(one.item);
      need(one.from >= made_.minimum && one.from <= made_.maximum, "has a safety item ", std::to_string(one.item),
           " from an answer that the form does not have");
    }
    positions(safety, "safety");
  }

  void age_range(double from, double to, std::string_view what) const {
    need(std::isnan(from) == std::isnan(to) && !(from < 0.0) && !(from > to), what,
         " must be ages [from, to] in years, or none");
  }

  void people() const {
    std::vector<std::string> names;
    for (const Informant& one : made_.informants) {
      need(!one.name.empty() && std::find(names.begin(), names.end(), one.name) == names.end(),
           "names an informant twice or without a name");
      names.push_back(one.name);
      age_range(one.age_from, one.age_to, worded("informant '", one.name, "'"));
    }
    need(!names.empty(),
         "has no informant: say who fills it in, such as informants.self = [11, 17], or [] for any age");
    need(made_.grade_from >= 0 && made_.grade_from <= made_.grade_to,
         "grades must be [from, to] in school years from 1, or none");
    need(std::all_of(made_.recall_days.begin(), made_.recall_days.end(), [](std::int64_t days) { return days > 0; }),
         "recall_days must be above 0");
  }

  void scale(std::size_t index) {
    Scale& one = made_.scales[index];
    const std::string what = worded("scale '", one.name, "'");
    need(!one.name.empty() && find(one.name) == &one, what, " has no name of its own");
    need(one.items.empty() != one.scales.empty(), what, " must be made of items or of scales, one of them");
    need(std::isfinite(one.factor) && one.factor > 0.0, what, " must have a factor above 0");
    need(std::isfinite(one.step) && one.step >= 0.0, what, " must have a step of at least 0");
    if (one.source.empty()) one.source = source("items");
    double low = 0.0;
    double high = 0.0;
    if (!one.items.empty()) {
      positions(one.items, what);
      const auto size = static_cast<std::int64_t>(one.items.size());
      if (one.answered == 0) one.answered = size;
      need(one.answered >= 1 && one.answered <= size, what, " cannot ask for ", std::to_string(one.answered),
           " answers: it has ", std::to_string(size), " items");
      const double times = one.kind == ScaleKind::mean ? 1.0 : static_cast<double>(size);
      low = times * lowest_;
      high = times * highest_;
    } else {
      need(one.answered == 0, what, " is made of scales, which have rules for missing answers of their own");
      need(one.kind == ScaleKind::sum, what, " is made of scales and must be a sum");
      for (std::size_t i = 0; i < one.scales.size(); ++i) {
        const Scale* part = find(one.scales[i]);
        need(part != nullptr && part < &one, what, " counts '", one.scales[i], "', which is no earlier scale");
        need(std::find(one.scales.begin(), one.scales.begin() + static_cast<std::ptrdiff_t>(i), one.scales[i]) ==
                 one.scales.begin() + static_cast<std::ptrdiff_t>(i),
             what, " counts '", one.scales[i], "' twice");
        need(!part->unverified, what, " counts '", one.scales[i], "', which is unverified");
        low += part->minimum;
        high += part->maximum;
      }
    }
    if (one.rounding == Rounding::half_up) {
      need(one.kind == ScaleKind::sum && one.scales.empty() && scores_whole_ && is_whole(one.factor), what,
           " is rounded, which needs a sum of whole scores");
    }
    if (!one.unverified) {
      one.minimum = low * one.factor;
      one.maximum = high * one.factor;
    }
  }

  void partition() const {
    positions(made_.unused, "unused");
    std::vector<int> held(static_cast<std::size_t>(made_.items) + 1, 0);
    for (const Scale& one : made_.scales) {
      for (const std::int64_t item : made_.unused) {
        need(std::find(one.items.begin(), one.items.end(), item) == one.items.end(), "calls item ",
             std::to_string(item), " unused, but scale '", one.name, "' counts it");
      }
    }
    if (made_.partition.empty()) return;
    for (const std::string& name : made_.partition) {
      const Scale* one = find(name);
      need(one != nullptr, "partition names '", name, "', which is no scale");
      need(!one->items.empty(), "partition names '", name, "', which is made of scales");
      for (const std::int64_t item : one->items) ++held[static_cast<std::size_t>(item)];
    }
    for (const std::int64_t item : made_.unused) ++held[static_cast<std::size_t>(item)];
    for (std::int64_t item = 1; item <= made_.items; ++item) {
      const int times = held[static_cast<std::size_t>(item)];
      need(times != 0, "partition misses item ", std::to_string(item), "; put it into a scale or into unused");
      need(times == 1, "partition holds item ", std::to_string(item), " more than once");
    }
  }

  void validity() const {
    if (made_.validity.empty()) {
      need(std::isinf(made_.void_from), "has void_from but no validity scale");
      return;
    }
    const Scale* one = find(made_.validity);
    need(one != nullptr && !one->items.empty() && one->kind == ScaleKind::sum && one->factor == 1.0, "validity names '",
         made_.validity, "', which is no plain sum of items");
    need(made_.void_from > one->minimum && made_.void_from <= one->maximum, "void_from must lie within the range of '",
         made_.validity, "'");
  }

  void norm(std::size_t index) const {
    const Norm& one = made_.norms[index];
    const std::string what = worded("norm '", one.name, "'");
    const bool is_first = std::none_of(made_.norms.begin(), made_.norms.begin() + static_cast<std::ptrdiff_t>(index),
                                       [&one](const Norm& other) { return other.name == one.name; });
    need(!one.name.empty() && is_first, what, " has no name of its own");
    need(!one.source.empty(), what, " has no source");
    age_range(one.age_from, one.age_to, what);
    for (const std::string& name : one.informants) {
      need(std::any_of(made_.informants.begin(), made_.informants.end(),
                       [&name](const Informant& informant) { return informant.name == name; }),
           what, " is for the informant '", name, "', who does not fill in this form");
    }
    need(!one.tables.empty(), what, " has no bands");
    for (std::size_t i = 0; i < one.tables.size(); ++i) {
      const BandTable& table = one.tables[i];
      const Scale* scale = find(table.scale);
      need(scale != nullptr, what, " has bands of '", table.scale, "', which is no scale");
      need(!scale->unverified, what, " has bands of '", table.scale, "', which is unverified");
      for (std::size_t j = 0; j < i; ++j) {
        need(one.tables[j].scale != table.scale, what, " has bands of '", table.scale, "' twice");
      }
      bands(table, *scale, what);
    }
  }

  void bands(const BandTable& table, const Scale& scale, std::string_view norm_name) const {
    const std::string what = worded(norm_name, ", bands of '", table.scale, "'");
    need(!table.bands.empty(), what, " are none");
    for (std::size_t i = 0; i < table.bands.size(); ++i) {
      const Band& one = table.bands[i];
      need(!one.word.empty(), what, " has a band without a word");
      need(std::isfinite(one.from) && std::isfinite(one.to), what, " has the band '", one.word, "' without an end");
      need(one.from <= one.to && (scale.step > 0.0 || one.from < one.to), what, " has the band '", one.word,
           "' from above to below");
      if (i == 0) continue;
      const double next = table.bands[i - 1].to + scale.step;
      const std::string mend = worded(number(one.from), ": '", one.word, "' must begin at ", number(next));
      need(one.from <= next, what, " leave a gap before ", mend);
      need(one.from >= next, what, " overlap at ", mend);
    }
    need(table.bands.front().from == scale.minimum, what, " must begin at the lowest score, ", number(scale.minimum));
    need(table.bands.back().to == scale.maximum, what, " must end at the highest score, ", number(scale.maximum));
  }

  [[nodiscard]] std::string source(std::string_view part) const {
    const auto found = std::find_if(made_.sources.begin(), made_.sources.end(),
                                    [part](const Source& one) { return one.part == part; });
    return found == made_.sources.end() ? std::string() : found->text;
  }

  void sources() const {
    const bool has_ages = std::any_of(made_.informants.begin(), made_.informants.end(),
                                      [](const Informant& one) { return !std::isnan(one.age_from); });
    const std::pair<std::string_view, bool> parts[] = {
        {"items", true},
        {"licence", true},
        {"ages", has_ages},
        {"grades", made_.grade_from > 0},
        {"recall", !made_.recall_days.empty()},
        {"translation", !made_.translations.empty()},
        {"safety", !made_.safety.empty()},
        {"validity", !made_.validity.empty()},
    };
    for (const auto& [part, is_used] : parts) {
      need(!is_used || !source(part).empty(), "has no source of its ", part, ": give sources.", part);
    }
    need(made_.licence == "A" || made_.licence == "B" || made_.licence == "C" || made_.licence == "D",
         "must have a licence class: A unrestricted, B free with conditions, C permission or fee, D unclear");
  }

  Instrument& made_;
  double lowest_ = 0.0;
  double highest_ = 0.0;
  bool scores_whole_ = true;
};

}  // namespace

Instrument define_instrument(Instrument instrument) {
  Check(instrument).run();
  return instrument;
}

std::vector<std::string> instrument_names() {
  std::vector<std::string> names;
  for (const Instrument& one : instrument_rules()) names.push_back(one.name);
  return names;
}

const Instrument& find_instrument(std::string_view name) {
  const std::vector<Instrument>& rules = instrument_rules();
  const auto found =
      std::find_if(rules.begin(), rules.end(), [name](const Instrument& one) { return one.name == name; });
  if (found != rules.end()) return *found;
  std::string known;
  for (const Instrument& one : rules) known.append(known.empty() ? "" : ", ").append(one.name);
  refuse("find_instrument", worded("there is no instrument '", name, "'; there are ", known));
}

}  // namespace childwell::inline v0_1::instruments
