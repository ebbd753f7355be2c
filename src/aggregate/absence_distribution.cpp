// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/absence_distribution.hpp>

#include "county_rows.hpp"

#include <childwell/aggregate/two_way.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/stats/ratio.hpp>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace childwell::inline v0_1 {
namespace {

bool below(Fraction a, Fraction b) noexcept { return a.numerator * b.denominator < b.numerator * a.denominator; }
bool same(Fraction a, Fraction b) noexcept { return !below(a, b) && !below(b, a); }

Fraction reduced(Fraction given) noexcept {
  const std::int64_t common = std::gcd(given.numerator, given.denominator);
  return common > 1 ? Fraction{given.numerator / common, given.denominator / common} : given;
}

class Distribution {
 public:
  Distribution(const Indicators& indicators, std::size_t snapshot, const Aggregates& published)
      : number_(snapshot), snapshot_(indicators.snapshots.at(snapshot)), policies_(indicators.plan.policies), published_(published),
        boundaries_(absence_boundaries(policies_)), places_(detail::county_rows(snapshot_, published.plan)) {
    if (boundaries_.empty()) {
      throw std::invalid_argument("childwell.absence_distribution: the study names no attendance policy, whose lines bound the classes of absence; "
                                  "name one, such as us_edfacts_chronic");
    }
    lay_columns();
  }

  std::vector<AbsenceClass> run() {
    count();
    hidden_.assign(counts_.size(), false);
    for (std::size_t city = 0; city + 1 < places_.begin.size(); ++city) hide(city);
    return rows();
  }

 private:
  [[nodiscard]] std::size_t at(std::size_t row, std::size_t column) const noexcept { return row * parents_.size() + column; }

  /// All children; then for each stretch between lines of chronic absence, the stretch and its classes.
  void lay_columns() {
    for (const Policy& policy : policies_) {
      const bool divides = policy.chronic.numerator > 0 && policy.chronic.numerator < policy.chronic.denominator;
      if (policy.kind == "attendance" && divides) lines_.push_back(policy.chronic);
    }
    std::sort(lines_.begin(), lines_.end(), below);
    lines_.erase(std::unique(lines_.begin(), lines_.end(), same), lines_.end());
    std::size_t line = 0;
    std::size_t stretch = add_column(0);
    stretches_.push_back(stretch);
    classes_.push_back(add_column(stretch));  // children who missed nothing
    classes_.push_back(add_column(stretch));
    for (const Fraction boundary : boundaries_) {
      if (line < lines_.size() && same(boundary, lines_[line])) {
        ++line;
        stretches_.push_back(stretch = add_column(0));
      }
      classes_.push_back(add_column(stretch));
    }
  }

  std::size_t add_column(std::size_t parent) {
    parents_.push_back(static_cast<std::int32_t>(parent));
    return parents_.size() - 1;
  }

  [[nodiscard]] std::size_t class_of(std::int64_t absent, std::int64_t observed) const {
    if (absent == 0) return classes_.front();
    std::size_t found = 1;
    while (found <= boundaries_.size() && boundaries_[found - 1].reached(absent, observed)) ++found;
    return classes_[found];
  }

  void count() {
    counts_.assign(places_.rows.size() * parents_.size(), 0);
    const Cohort& cohort = *snapshot_.cohort;
    for (std::size_t child = 0; child < cohort.children.size(); ++child) {
      stop_point_at(child);
      const bool stopped = snapshot_.register_unknown[child] != 0;
      if (snapshot_.current_lane[child] < 0 || stopped || cohort.withheld(static_cast<std::int32_t>(child), Subject::attendance, snapshot_.as_of)) continue;
      const AttendanceFamily::State& state = snapshot_.children[child];
      const std::int64_t observed = std::int64_t{state.recorded} + state.implied;
      if (observed == 0) continue;
      const auto [city, county] = places_.of_node[places_.schools.child_nodes[child]];
      for (std::size_t column = class_of(state.absent, observed);; column = static_cast<std::size_t>(parents_[column])) {
        ++counts_[at(city, column)];
        ++counts_[at(county, column)];
        if (column == 0) break;
      }
    }
  }

  /// What the shares of children chronically absent say of the children on both sides of a line.
  [[nodiscard]] detail::Elsewhere line_elsewhere(std::size_t line, std::size_t row) const {
    auto found = detail::Elsewhere::nothing;
    for (const Policy& policy : policies_) {
      if (policy.kind != "attendance" || !same(policy.chronic, lines_[line])) continue;
      found = std::max(found, detail::published_elsewhere(published_, number_, "attendance.chronic", policy.id, places_.rows[row]));
    }
    return found;
  }

  [[nodiscard]] detail::Elsewhere stretch_elsewhere(std::size_t stretch, std::size_t row) const {
    auto found = detail::Elsewhere::shown;
    if (stretch > 0) found = std::min(found, line_elsewhere(stretch - 1, row));
    if (stretch < lines_.size()) found = std::min(found, line_elsewhere(stretch, row));
    return found;
  }

  [[nodiscard]] TwoWayCell cell_of(std::size_t row, std::size_t column, std::int64_t all) const {
    const std::int64_t count = counts_[at(row, column)];
    const std::int64_t minimum = published_.plan.minimum_cell;
    TwoWayCell cell;
    if (column == 0) {
      cell = detail::cell_of_whole(all_elsewhere(row));
      if (!cell.elsewhere && all < minimum) cell.published = cell.hidden = true;
    } else if (const auto stretch = std::find(stretches_.begin(), stretches_.end(), column); stretch != stretches_.end()) {
      cell = detail::cell_of_whole(stretch_elsewhere(static_cast<std::size_t>(stretch - stretches_.begin()), row));
      if (!cell.elsewhere && (count < minimum || all - count < minimum)) cell.published = cell.hidden = true;
    } else {
      cell.published = places_.rows[row].published;
      cell.hidden = all < minimum || count < minimum || all - count < minimum || all_elsewhere(row) == detail::Elsewhere::hidden;
    }
    cell.exists = all > 0;
    cell.children = cell.amounts[0] = static_cast<double>(count);
    return cell;
  }

  /// How many children stand behind a place: what any table of attendance shows of it.
  [[nodiscard]] detail::Elsewhere all_elsewhere(std::size_t row) const {
    return detail::published_elsewhere(published_, number_, "attendance.absence_rate", "", places_.rows[row]);
  }

  void hide(std::size_t city) {
    const std::size_t first = places_.begin[city];
    const std::size_t rows = places_.begin[city + 1] - first;
    TwoWayTable table;
    table.parents = parents_;
    table.places = rows - 1;
    table.used = {true, false};
    for (std::size_t row = first; row < first + rows; ++row) {
      for (std::size_t column = 0; column < parents_.size(); ++column) table.cells.push_back(cell_of(row, column, counts_[at(row, 0)]));
    }
    const auto minimum = static_cast<double>(published_.plan.minimum_cell);
    if (minimum <= 1.0) return;
    hide_in_two_ways(table, minimum, minimum);
    for (std::size_t i = 0; i < table.cells.size(); ++i) hidden_[at(first, 0) + i] = table.cells[i].hidden;
  }

  std::vector<AbsenceClass> rows() const {
    std::vector<AbsenceClass> made;
    for (std::size_t row = 0; row < places_.rows.size(); ++row) {
      if (!places_.rows[row].published || counts_[at(row, 0)] == 0) continue;
      for (std::size_t number = 0; number < classes_.size(); ++number) made.push_back(row_of(row, number));
    }
    std::stable_sort(made.begin(), made.end(), [](const AbsenceClass& a, const AbsenceClass& b) { return a.level < b.level; });
    return made;
  }

  [[nodiscard]] AbsenceClass row_of(std::size_t row, std::size_t number) const {
    AbsenceClass made;
    made.level = places_.rows[row].level;
    made.place = places_.rows[row].place;
    made.parent = places_.rows[row].parent;
    made.from = number < 2 ? Fraction{0, 1} : boundaries_[number - 2];
    made.to = number == 0 ? Fraction{0, 1} : number <= boundaries_.size() ? boundaries_[number - 1] : Fraction{1, 1};
    made.share = without_value(Status::hidden);
    if (hidden_[at(row, classes_[number])]) return made;
    made.in_class = counts_[at(row, classes_[number])];
    made.children = counts_[at(row, 0)];
    const auto all = static_cast<std::size_t>(made.children);
    std::vector<double> in(all, 0.0);
    std::fill_n(in.begin(), made.in_class, 1.0);
    const auto estimate = stats::ratio_estimate(in, std::vector<double>(all, 1.0), {published_.plan.level, stats::IntervalScale::logit, published_.plan.design_effect});
    made.share.value = static_cast<double>(made.in_class) / static_cast<double>(made.children);
    made.share.n_expected = made.share.n_observed = made.children;
    made.share.status = Status::ok;
    made.sampling_lower = estimate.lower;
    made.sampling_upper = estimate.upper;
    return made;
  }

  std::size_t number_;
  const Snapshot& snapshot_;
  const std::vector<Policy>& policies_;
  const Aggregates& published_;
  std::vector<Fraction> boundaries_;
  detail::CountyRows places_;
  std::vector<Fraction> lines_;             // of chronic absence, in order
  std::vector<std::int32_t> parents_{-1};   // of columns
  std::vector<std::size_t> stretches_;      // columns between lines
  std::vector<std::size_t> classes_;        // columns of classes, in order
  std::vector<std::int64_t> counts_;        // row by row
  std::vector<bool> hidden_;
};

}  // namespace

std::vector<Fraction> absence_boundaries(const std::vector<Policy>& policies) {
  std::vector<Fraction> found;
  for (const Policy& policy : policies) {
    if (policy.kind != "attendance") continue;
    for (const Fraction line : {policy.chronic, policy.severe}) {
      if (line.numerator > 0 && line.numerator < line.denominator) found.push_back(reduced(line));
    }
  }
  if (found.empty()) return found;
  const Fraction lowest = *std::min_element(found.begin(), found.end(), below);
  found.push_back(reduced({lowest.numerator, 2 * lowest.denominator}));
  std::sort(found.begin(), found.end(), below);
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

std::vector<AbsenceClass> absence_distribution(const Indicators& indicators, std::size_t snapshot, const Aggregates& published) {
  return Distribution(indicators, snapshot, published).run();
}

}  // namespace childwell::inline v0_1
