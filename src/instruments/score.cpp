// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/instruments/score.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace childwell::inline v0_1::instruments {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void check_width(std::string_view function, const Instrument& instrument, const stats::MatrixView& items) {
  if (items.columns != static_cast<std::size_t>(instrument.items)) {
    refuse(function, worded("'", instrument.name, "' has ", std::to_string(instrument.items), " items, not ",
                            std::to_string(items.columns), "; give one column an item, in the order of the form"));
  }
}

// The nearest whole number to numerator / denominator, a half upwards; both are whole, the denominator above 0.
double rounded_half_up(double numerator, double denominator) {
  const auto whole = static_cast<std::int64_t>(numerator);
  const auto parts = static_cast<std::int64_t>(denominator);
  const std::int64_t doubled = 2 * whole + parts;
  std::int64_t quotient = doubled / (2 * parts);
  if (doubled % (2 * parts) < 0) --quotient;
  return static_cast<double>(quotient);
}

// Completed years within [from, to]: a child is 17 until the 18th birthday.
bool holds(double from, double to, double age) { return age >= from && age < to + 1.0; }

struct ScaleResult {
  double value = nan;
  FormStatus status = FormStatus::ok;
  std::int64_t answered = 0;
};

// The answers of one form as scores: NaN is not answered, and an answer that the form does not have is marked.
struct FormAnswers {
  std::vector<double> scores;
  std::vector<char> beyond;
};

class Scorer {
 public:
  Scorer(const Instrument& instrument, const FormContext& context)
      : instrument_(instrument), context_(context), reversed_(static_cast<std::size_t>(instrument.items), 0) {
    for (const std::int64_t item : instrument.reversed) reversed_[static_cast<std::size_t>(item) - 1] = 1;
    const auto fills = [&context](const Informant& one) { return one.name == context.informant; };
    const auto informant = std::find_if(instrument.informants.begin(), instrument.informants.end(), fills);
    const bool is_wrong = !context.informant.empty() && informant == instrument.informants.end();
    if (informant != instrument.informants.end()) {
      age_from_ = informant->age_from;
      age_to_ = informant->age_to;
    } else if (context.informant.empty()) {
      widest_ages();
    }
    const auto is_among = [](const auto& known, const auto& given) {
      return std::find(known.begin(), known.end(), given) != known.end();
    };
    if (is_wrong) {
      all_ = FormStatus::wrong_informant;
    } else if (!instrument.translations.empty() && !is_among(instrument.translations, context.translation)) {
      all_ = FormStatus::wrong_translation;
    } else if (context.recall_days != 0 && !instrument.recall_days.empty() &&
               !is_among(instrument.recall_days, context.recall_days)) {
      all_ = FormStatus::wrong_recall;
    }
  }

  // What holds for every scale of a form, before its answers are looked at.
  [[nodiscard]] FormStatus about(std::size_t row) const {
    if (all_ != FormStatus::ok) return all_;
    if (!context_.ages.empty() && !std::isnan(age_from_)) {
      const double age = context_.ages[row];
      if (!std::isnan(age) && !holds(age_from_, age_to_, age)) return FormStatus::outside_age;
      if (std::isnan(age)) return FormStatus::age_unknown;
    }
    if (!context_.grades.empty() && instrument_.grade_from > 0) {
      const double grade = context_.grades[row];
      if (std::isnan(grade)) return FormStatus::grade_unknown;
      const auto first = static_cast<double>(instrument_.grade_from);
      const auto last = static_cast<double>(instrument_.grade_to);
      if (!(grade >= first && grade <= last)) return FormStatus::outside_grade;
    }
    return FormStatus::ok;
  }

  void read(const stats::MatrixView& items, std::size_t row, FormAnswers& answers) const {
    const auto count = static_cast<std::size_t>(instrument_.items);
    answers.scores.assign(count, nan);
    answers.beyond.assign(count, 0);
    for (std::size_t j = 0; j < count; ++j) {
      const double given = items(row, j);
      if (std::isnan(given)) continue;
      const bool is_inside = given >= instrument_.minimum && given <= instrument_.maximum;
      if (!is_inside || (instrument_.whole && given != std::floor(given))) {
        answers.beyond[j] = 1;
      } else if (!instrument_.recode.empty()) {
        answers.scores[j] = instrument_.recode[static_cast<std::size_t>(given - instrument_.minimum)];
      } else {
        answers.scores[j] = reversed_[j] != 0 ? instrument_.minimum + instrument_.maximum - given : given;
      }
    }
  }

  // Whether the validity scale voids the form, whatever was left out of it.
  [[nodiscard]] FormStatus validity(const FormAnswers& answers) const {
    if (instrument_.validity.empty()) return FormStatus::ok;
    const auto is_it = [this](const Scale& one) { return one.name == instrument_.validity; };
    const Scale& scale = *std::find_if(instrument_.scales.begin(), instrument_.scales.end(), is_it);
    const auto count = static_cast<double>(scale.items.size());
    double least = 0.0;
    double most = 0.0;
    for (const std::int64_t item : scale.items) {
      const double score = answers.scores[static_cast<std::size_t>(item) - 1];
      least += std::isnan(score) ? scale.minimum / count : score;
      most += std::isnan(score) ? scale.maximum / count : score;
    }
    if (least >= instrument_.void_from) return FormStatus::void_form;
    return most >= instrument_.void_from ? FormStatus::validity_unknown : FormStatus::ok;
  }

  [[nodiscard]] ScaleResult score(const Scale& scale, const FormAnswers& answers, FormStatus form, FormStatus valid,
                                  const std::vector<ScaleResult>& earlier) const {
    ScaleResult made;
    if (form != FormStatus::ok) made.status = form;
    else if (scale.unverified) made.status = FormStatus::unverified;
    if (scale.items.empty()) {
      add_up(scale, earlier, made);
    } else {
      count_items(scale, answers, scale.name == instrument_.validity ? FormStatus::ok : valid, made);
    }
    if (made.status != FormStatus::ok) made.value = nan;
    return made;
  }

 private:
  // Without an informant the widest of the ages is asked for; none where one of them takes any age.
  void widest_ages() {
    for (const Informant& one : instrument_.informants) {
      if (std::isnan(one.age_from)) {
        age_from_ = nan;
        return;
      }
      age_from_ = std::isnan(age_from_) ? one.age_from : std::min(age_from_, one.age_from);
      age_to_ = std::isnan(age_to_) ? one.age_to : std::max(age_to_, one.age_to);
    }
  }

  void add_up(const Scale& scale, const std::vector<ScaleResult>& earlier, ScaleResult& made) const {
    double sum = 0.0;
    for (const std::string& name : scale.scales) {
      const auto is_it = [&name](const Scale& one) { return one.name == name; };
      const auto found = std::find_if(instrument_.scales.begin(), instrument_.scales.end(), is_it);
      const ScaleResult& part = earlier[static_cast<std::size_t>(found - instrument_.scales.begin())];
      made.answered += part.answered;
      sum += part.value;
      // The words stand in the order of what outranks what, and ok is the first.
      if (part.status != FormStatus::ok && (made.status == FormStatus::ok || part.status < made.status)) {
        made.status = part.status;
      }
    }
    made.value = sum * scale.factor;
  }

  static void count_items(const Scale& scale, const FormAnswers& answers, FormStatus valid, ScaleResult& made) {
    double sum = 0.0;
    bool is_beyond = false;
    for (const std::int64_t item : scale.items) {
      const auto j = static_cast<std::size_t>(item) - 1;
      is_beyond = is_beyond || answers.beyond[j] != 0;
      if (std::isnan(answers.scores[j])) continue;
      sum += answers.scores[j];
      ++made.answered;
    }
    if (made.status != FormStatus::ok) return;
    if (is_beyond) {
      made.status = FormStatus::out_of_range;
    } else if (valid != FormStatus::ok) {
      made.status = valid;
    } else if (made.answered < scale.answered) {
      made.status = FormStatus::not_enough_answers;
    } else {
      made.value = value_of(scale, sum, static_cast<double>(made.answered));
    }
  }

  static double value_of(const Scale& scale, double sum, double answered) {
    const auto size = static_cast<double>(scale.items.size());
    if (scale.kind == ScaleKind::mean) return sum * scale.factor / answered;
    if (scale.rounding == Rounding::half_up) return rounded_half_up(sum * scale.factor * size, answered);
    return answered == size ? sum * scale.factor : sum * scale.factor * size / answered;
  }

  const Instrument& instrument_;
  const FormContext& context_;
  std::vector<char> reversed_;
  FormStatus all_ = FormStatus::ok;
  double age_from_ = nan;
  double age_to_ = nan;
};

const Norm* find_norm(const Instrument& instrument, const FormContext& context) {
  if (context.norms.empty()) return nullptr;
  std::string known;
  for (const Norm& one : instrument.norms) {
    if (one.name != context.norms) {
      known.append(known.empty() ? "" : ", ").append(one.name);
      continue;
    }
    if (!one.informants.empty() &&
        std::find(one.informants.begin(), one.informants.end(), context.informant) == one.informants.end()) {
      std::string informants;
      for (const std::string& name : one.informants) informants.append(informants.empty() ? "" : ", ").append(name);
      refuse("score_forms", worded("the norms '", one.name, "' are for the informant ", informants,
                                   "; say informant, or choose other norms"));
    }
    return &one;
  }
  refuse("score_forms", worded("'", instrument.name, "' has no norms '", context.norms, "'; it has ",
                               known.empty() ? std::string_view("none") : std::string_view(known)));
}

// The number of the band that a score lies in: of those that begin at or below it, the last.
std::int64_t band_of(const Norm& norm, const Scale& scale, const BandTable& table, double value) {
  for (std::size_t i = table.bands.size(); i-- > 0;) {
    const double from = table.bands[i].from;
    const bool is_on_lower_side = scale.step == 0.0 && !norm.limit_in_upper && i > 0 && value == from;
    if (value >= from && !is_on_lower_side) return static_cast<std::int64_t>(i);
  }
  return -1;
}

std::vector<std::string> unchecked(const Instrument& instrument, const FormContext& context) {
  std::vector<std::string> made;
  const auto has_ages = [](const Informant& one) { return !std::isnan(one.age_from); };
  if (context.informant.empty()) made.emplace_back("informant");
  if (context.ages.empty() && std::any_of(instrument.informants.begin(), instrument.informants.end(), has_ages)) {
    made.emplace_back("age");
  }
  if (context.grades.empty() && instrument.grade_from > 0) made.emplace_back("grade");
  if (context.recall_days == 0 && !instrument.recall_days.empty()) made.emplace_back("recall");
  return made;
}

void check_context(const Instrument& instrument, const stats::MatrixView& items, const FormContext& context) {
  check_width("score_forms", instrument, items);
  if (!context.ages.empty() && context.ages.size() != items.rows) {
    refuse("score_forms", "ages must have one entry a form");
  }
  if (!context.grades.empty() && context.grades.size() != items.rows) {
    refuse("score_forms", "grades must have one entry a form");
  }
  if (context.recall_days < 0) refuse("score_forms", "recall_days must be above 0");
  if (!instrument.translations.empty() && context.translation.empty()) {
    std::string known;
    for (const std::string& name : instrument.translations) known.append(known.empty() ? "" : ", ").append(name);
    refuse("score_forms",
           worded("the key of '", instrument.name, "' depends on the wording; say translation, one of ", known));
  }
}

}  // namespace

Scores score_forms(const Instrument& instrument, const stats::MatrixView& items, const FormContext& context) {
  check_context(instrument, items, context);
  const Norm* norm = find_norm(instrument, context);
  const std::size_t width = instrument.scales.size();
  Scores made;
  made.instrument = instrument.name;
  made.norms = context.norms;
  made.unchecked = unchecked(instrument, context);
  made.count = static_cast<std::int64_t>(items.rows);
  made.values = {std::vector<double>(items.rows * width, nan), items.rows, width};
  made.statuses.assign(items.rows * width, FormStatus::ok);
  made.answered.assign(items.rows * width, 0);
  made.bands.assign(items.rows * width, -1);
  made.words.resize(width);
  std::vector<const BandTable*> tables(width, nullptr);
  for (std::size_t s = 0; s < width; ++s) {
    made.scales.push_back(instrument.scales[s].name);
    if (norm == nullptr) continue;
    for (const BandTable& table : norm->tables) {
      if (table.scale != instrument.scales[s].name) continue;
      tables[s] = &table;
      for (const Band& band : table.bands) made.words[s].push_back(band.word);
    }
  }
  const Scorer scorer(instrument, context);
  FormAnswers answers;
  std::vector<ScaleResult> results(width);
  for (std::size_t row = 0; row < items.rows; ++row) {
    const FormStatus form = scorer.about(row);
    scorer.read(items, row, answers);
    const FormStatus valid = scorer.validity(answers);
    const bool is_for_age = norm == nullptr || std::isnan(norm->age_from) || context.ages.empty() ||
                            holds(norm->age_from, norm->age_to, context.ages[row]);
    bool is_complete = true;
    bool has_score = false;
    for (std::size_t s = 0; s < width; ++s) {
      const Scale& scale = instrument.scales[s];
      results[s] = scorer.score(scale, answers, form, valid, results);
      const std::size_t at = row * width + s;
      made.values.values[at] = results[s].value;
      made.statuses[at] = results[s].status;
      made.answered[at] = results[s].answered;
      const bool is_ok = results[s].status == FormStatus::ok;
      is_complete = is_complete && (is_ok || scale.unverified);
      has_score = has_score || is_ok;
      if (is_ok && is_for_age && tables[s] != nullptr) {
        made.bands[at] = band_of(*norm, scale, *tables[s], results[s].value);
      }
    }
    if (is_complete) ++made.complete;
    if (has_score && !is_for_age) ++made.outside_norms;
  }
  return made;
}

SafetyAnswers safety_answers(const Instrument& instrument, const stats::MatrixView& items) {
  check_width("safety_answers", instrument, items);
  SafetyAnswers made;
  made.instrument = instrument.name;
  made.asked = static_cast<std::int64_t>(items.rows);
  for (const SafetyItem& one : instrument.safety) made.items.push_back(one.item);
  for (std::size_t row = 0; row < items.rows; ++row) {
    bool is_concerned = false;
    bool is_open = false;
    for (const SafetyItem& one : instrument.safety) {
      const double given = items(row, static_cast<std::size_t>(one.item) - 1);
      is_concerned = is_concerned || given >= one.from;
      is_open = is_open || std::isnan(given);
    }
    if (is_concerned) made.forms.push_back(static_cast<std::int64_t>(row));
    else if (is_open) ++made.unanswered;
  }
  made.count = static_cast<std::int64_t>(made.forms.size());
  return made;
}

}  // namespace childwell::inline v0_1::instruments
