// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/index/compose.hpp>

#include <childwell/indicators/columns.hpp>
#include <childwell/stats/special.hpp>

#include "arguments.hpp"
#include "definition.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view function = "compose";
constexpr std::size_t children_a_chunk = 8192;  // reading columns begins with what all children share

stats::Matrix table_of(std::size_t rows, std::size_t columns) {
  return {std::vector<double>(rows * columns, undefined), rows, columns};
}

stats::MatrixView view_of(const stats::Matrix& matrix) {
  return {matrix.values.data(), matrix.rows, matrix.columns, static_cast<std::ptrdiff_t>(matrix.columns), 1};
}

// What one row of the indicators says of a child.
struct Said {
  double value = undefined;
  double lower = undefined;
  double upper = undefined;
};

// One measure of every child, in its own unit.
struct RawMeasure {
  std::vector<double> value, lower, upper;  // lower and upper: errors of a confidence interval, or bounds
  std::vector<double> share;                // of a child's rows that have a value
  std::vector<std::uint8_t> not_applicable;
  std::vector<std::int32_t> rows;
  bool has_bounds = false;                  // lower and upper are bounds of what happened, not errors
  bool has_errors = false;
};

class Composer {
 public:
  Composer(const Indicators& indicators, std::size_t snapshot, const IndexDefinition& definition,
           std::span<const MeasureBeside> beside, const ComposeOptions& options, Executor& executor)
      : indicators_(indicators), number_(snapshot), snapshot_(indicators.snapshots.at(snapshot)),
        definition_(definition), beside_(beside), options_(options), executor_(executor) {
    for (const IndexDomain& domain : definition.domains) {
      for (const IndexMeasure& measure : domain.measures) measures_.push_back(&measure);
    }
    z_ = stats::normal_quantile(0.5 + indicators.plan.level / 2.0);
  }

  WellbeingIndex run() {
    made_.id = definition_.id;
    made_.cohort = snapshot_.cohort;
    made_.snapshot = number_;
    index_children();
    read_indicators();
    read_beside();
    score();
    weigh();
    finish();
    return std::move(made_);
  }

 private:
  // Children on the roll, in order of their pseudonyms: a code of the records is a position among them, sorted.
  void index_children() {
    const std::vector<std::string>& all = indicators_.cohort->records->children;
    row_of_.assign(all.size(), -1);
    for (std::size_t child = 0; child < all.size(); ++child) {
      const RollState state = snapshot_.roll_states[child];
      const bool on_roll = state == RollState::seen || state == RollState::not_seen || state == RollState::suspended;
      if (!on_roll) {
        ++made_.not_on_roll;
        continue;
      }
      row_of_[child] = static_cast<std::int32_t>(made_.children.size());
      codes_.push_back(child);
      made_.children.push_back(all[child]);
    }
    const std::size_t rows = made_.children.size();
    raw_.resize(measures_.size());
    for (RawMeasure& raw : raw_) {
      for (auto* column : {&raw.value, &raw.lower, &raw.upper, &raw.share}) column->assign(rows, undefined);
      raw.not_applicable.assign(rows, 0);
      raw.rows.assign(rows, 0);
    }
  }

  void read_indicators() {
    const std::vector<CatalogueEntry> known = catalogue();
    std::vector<const CatalogueEntry*> entries(measures_.size(), nullptr);
    for (std::size_t m = 0; m < measures_.size(); ++m) {
      const std::string& id = measures_[m]->indicator;
      const auto entry = std::find_if(known.begin(), known.end(), [&id](const auto& one) { return one.id == id; });
      if (entry == known.end()) continue;
      entries[m] = &*entry;
      raw_[m].has_bounds = entry->interval == "bounds";
      raw_[m].has_errors = entry->interval == "confidence" || entry->estimand == "propensity";
    }
    withheld_.assign(made_.children.size(), 0);
    std::vector<std::atomic<bool>> measured(measures_.size());
    for_chunks(executor_, row_of_.size(), children_a_chunk,
               [&](std::size_t begin, std::size_t end) { read_children(begin, end, entries, measured); });
    for (std::size_t m = 0; m < measures_.size(); ++m) {
      if (entries[m] != nullptr && !measured[m]) refuse_absent(*entries[m]);
      if (measures_[m]->rows == MeasureRows::one) refuse_several(m);
      if (measures_[m]->indicator.starts_with("academic.")) without_papers(raw_[m]);
    }
  }

  // The rows of some children, who stand one after the other; no estimate of the whole city is held at once.
  void read_children(std::size_t begin, std::size_t end, const std::vector<const CatalogueEntry*>& entries,
                     std::vector<std::atomic<bool>>& measured) {
    const IndicatorColumns columns = indicator_columns(indicators_, number_, begin, end);
    const std::vector<std::string>& texts = columns.indicator.texts;
    std::vector<std::vector<std::size_t>> wanted(texts.size());
    std::vector<std::uint8_t> concerned(texts.size(), 0);
    for (std::size_t text = 0; text < texts.size(); ++text) {
      const std::string family = texts[text].substr(0, texts[text].find('.') + 1);
      for (std::size_t m = 0; m < measures_.size(); ++m) {
        // where consent is withheld, one row of the family says so
        if (measures_[m]->indicator.starts_with(family)) concerned[text] = 1;
        if (entries[m] == nullptr || measures_[m]->indicator != texts[text]) continue;
        wanted[text].push_back(m);
        measured[m] = true;
      }
    }
    std::vector<std::vector<Said>> several(measures_.size());
    std::size_t last = 0;
    const auto close = [&] {
      for (std::size_t m = 0; m < several.size(); ++m) {
        if (!several[m].empty()) put_mean(raw_[m], last, several[m]);
        several[m].clear();
      }
    };
    const auto child_scope = static_cast<std::int32_t>(
        std::find(columns.scope.texts.begin(), columns.scope.texts.end(), "child") - columns.scope.texts.begin());
    for (std::size_t i = 0; i < columns.value.size(); ++i) {
      stop_point_at(i);
      const std::int32_t row = row_of_[static_cast<std::size_t>(columns.child.codes[i])];
      if (row < 0 || columns.scope.codes[i] != child_scope) continue;
      const auto at = static_cast<std::size_t>(row);
      const auto status = static_cast<Status>(columns.status.codes[i]);
      const auto which = static_cast<std::size_t>(columns.indicator.codes[i]);
      if (status == Status::withheld && concerned[which] != 0) withheld_[at] = 1;
      if (at != last) close();
      last = at;
      for (const std::size_t m : wanted[which]) {
        if (!is_meant(*measures_[m], columns, i)) continue;
        RawMeasure& raw = raw_[m];
        ++raw.rows[at];
        if (status == Status::not_expected || status == Status::not_enrolled) raw.not_applicable[at] = 1;
        const bool here = status == Status::ok;
        const Said said{here ? columns.value[i] : undefined, columns.lower[i], columns.upper[i]};
        if (measures_[m]->rows == MeasureRows::one) put(raw, at, said, here ? 1.0 : 0.0);
        else several[m].push_back(said);
      }
    }
    close();
  }

  [[noreturn]] static void refuse_absent(const CatalogueEntry& entry) {
    const std::string named = "families = [\"" + entry.request + "\"]";
    detail::refuse_index(function, "'", entry.id, "' was not measured; measure with ",
                         entry.request.empty() ? "the tables or the policy that it needs" : named);
  }

  void refuse_several(std::size_t m) const {
    const std::vector<std::int32_t>& rows = raw_[m].rows;
    if (std::none_of(rows.begin(), rows.end(), [](std::int32_t count) { return count > 1; })) return;
    const IndexMeasure& measure = *measures_[m];
    detail::refuse_index(function, "'", measure.name, "': children have several rows of ", measure.indicator,
                         "; name its policy, exam, subject or informant, or say rows = \"mean\"");
  }

  static bool is_meant(const IndexMeasure& measure, const IndicatorColumns& columns, std::size_t i) {
    const auto fits = [i](const std::string& wanted, const TextColumn& column) {
      const std::int32_t code = column.codes[i];
      return wanted.empty() || (code >= 0 && column.texts[static_cast<std::size_t>(code)] == wanted);
    };
    return fits(measure.policy, columns.policy) && fits(measure.exam, columns.exam) &&
           fits(measure.subject, columns.subject) && fits(measure.informant, columns.informant);
  }

  static void put(RawMeasure& raw, std::size_t row, const Said& said, double share) {
    raw.value[row] = said.value;
    raw.lower[row] = said.lower;
    raw.upper[row] = said.upper;
    raw.share[row] = share;
  }

  // The mean of the rows with a value; errors of rows are independent, bounds add up. Sorted: order changes no bit.
  static void put_mean(RawMeasure& raw, std::size_t row, std::vector<Said>& said) {
    const auto known =
        std::stable_partition(said.begin(), said.end(), [](const Said& one) { return !std::isnan(one.value); });
    const auto count = static_cast<double>(known - said.begin());
    if (count == 0.0) {
      raw.share[row] = 0.0;
      return;
    }
    const auto key = [](const Said& one) {
      const auto end = [&one](double there) { return std::isnan(there) ? one.value : there; };
      return std::array{one.value, end(one.lower), end(one.upper)};
    };
    std::sort(said.begin(), known, [&key](const Said& a, const Said& b) { return key(a) < key(b); });
    Said mean{0.0, 0.0, 0.0};
    for (auto one = said.begin(); one != known; ++one) {
      const double below = one->value - one->lower;
      const double above = one->upper - one->value;
      mean.value += one->value;
      mean.lower += raw.has_bounds ? below : below * below;
      mean.upper += raw.has_bounds ? above : above * above;
    }
    mean.value /= count;
    mean.lower = mean.value - (raw.has_bounds ? mean.lower : std::sqrt(mean.lower)) / count;
    mean.upper = mean.value + (raw.has_bounds ? mean.upper : std::sqrt(mean.upper)) / count;
    put(raw, row, mean, count / static_cast<double>(said.size()));
  }

  // A child of whom no paper was expected has none to miss.
  void without_papers(RawMeasure& raw) const {
    for (std::size_t row = 0; row < codes_.size(); ++row) {
      const PaperCounts counts = snapshot_.papers.empty() ? PaperCounts{} : snapshot_.papers[codes_[row]];
      const bool none = counts.expected == counts.exempt;
      if (raw.rows[row] == 0 && none) raw.not_applicable[row] = 1;
    }
  }

  void read_beside() {
    for (const MeasureBeside& one : beside_) {
      const std::size_t count = one.children.size();
      if (one.value.size() != count || one.lower.size() != count || one.upper.size() != count ||
          one.not_applicable.size() != count) {
        detail::refuse_index(function, "the table '", one.name, "' beside needs one entry a child in each column");
      }
      for (std::size_t i = 0; i < count; ++i) {
        const auto found = std::lower_bound(made_.children.begin(), made_.children.end(), one.children[i]);
        if (found == made_.children.end() || *found != one.children[i]) continue;
        const auto row = static_cast<std::size_t>(found - made_.children.begin());
        for (std::size_t m = 0; m < measures_.size(); ++m) {
          if (measures_[m]->indicator != one.name) continue;
          RawMeasure& raw = raw_[m];
          if (++raw.rows[row] > 1) {
            detail::refuse_index(function, "the table '", one.name, "' beside has several rows of one child; ",
                                 "keep one, such as the latest");
          }
          raw.not_applicable[row] = one.not_applicable[i];
          const bool applies = one.not_applicable[i] == 0;
          if (applies) put(raw, row, {one.value[i], one.lower[i], one.upper[i]}, std::isnan(one.value[i]) ? 0.0 : 1.0);
          raw.has_errors = raw.has_errors || !std::isnan(one.lower[i]) || !std::isnan(one.upper[i]);
        }
      }
    }
  }

  void score() {
    const std::size_t rows = made_.children.size();
    const std::size_t columns = measures_.size();
    made_.scores = table_of(rows, columns);
    for (stats::Matrix* matrix : {&lower_, &upper_, &least_, &most_}) *matrix = table_of(rows, columns);
    not_applicable_.assign(rows * columns, 0);
    for (std::size_t m = 0; m < columns; ++m) score_measure(m);
  }

  void score_measure(std::size_t m) {
    const IndexMeasure& measure = *measures_[m];
    RawMeasure& raw = raw_[m];
    NormalisationRule rule = measure.rule;
    rule.low = definition_.low;
    rule.high = definition_.high;
    for (std::size_t row = 0; row < raw.value.size(); ++row) {
      if (raw.not_applicable[row] != 0) raw.value[row] = undefined;
    }
    const NormalisedColumn scored = normalise(raw.value, rule);
    IndexPart part;
    part.name = measure.name;
    for (std::size_t row = 0; row < raw.value.size(); ++row) {
      not_applicable_[row * measures_.size() + m] = raw.not_applicable[row];
      const double score = std::clamp(scored.scores[row], rule.low, rule.high);
      part.not_applicable += raw.not_applicable[row];
      part.clipped_low += scored.scores[row] < rule.low ? 1 : 0;
      part.clipped_high += scored.scores[row] > rule.high ? 1 : 0;
      made_.scores(row, m) = score;
      (std::isnan(score) ? part.missing : part.count) += 1;
    }
    part.missing -= part.not_applicable;
    part.clipped_low += scored.clipped_low;
    part.clipped_high += scored.clipped_high;
    measure_parts_.push_back(part);
    place_intervals(m, rule, scored);
  }

  // Errors and bounds go through the same scale as the values; what is high in the unit may be low on the scale.
  void place_intervals(std::size_t m, const NormalisationRule& rule, const NormalisedColumn& scored) {
    const RawMeasure& raw = raw_[m];
    const IndexMeasure& measure = *measures_[m];
    const bool given = !std::isnan(measure.standard_error);
    std::vector<double> down(raw.value.size(), undefined);
    std::vector<double> up(raw.value.size(), undefined);
    for (std::size_t row = 0; row < raw.value.size(); ++row) {
      if (std::isnan(raw.value[row])) continue;
      const double averaged = std::max(1.0, raw.rows[row] * raw.share[row]);
      const double side = given ? z_ * measure.standard_error / std::sqrt(averaged) : 0.0;
      const bool own = !given && raw.has_errors && !raw.has_bounds;
      down[row] = own ? raw.lower[row] : raw.value[row] - side;
      up[row] = own ? raw.upper[row] : raw.value[row] + side;
    }
    const auto known = scored_values(m, rule, scored);
    put_ends(m, rule, known, down, up, lower_, upper_);
    for (std::size_t row = 0; row < raw.value.size(); ++row) {
      if (std::isnan(made_.scores(row, m))) continue;
      lower_(row, m) = std::min(lower_(row, m), made_.scores(row, m));
      upper_(row, m) = std::max(upper_(row, m), made_.scores(row, m));
    }
    if (raw.has_bounds) put_ends(m, rule, known, raw.lower, raw.upper, least_, most_);
    for (std::size_t row = 0; row < raw.value.size(); ++row) {
      const double score = made_.scores(row, m);
      if (std::isnan(score)) continue;
      const double least = std::isnan(least_(row, m)) ? score : std::min(score, least_(row, m));
      const double most = std::isnan(most_(row, m)) ? score : std::max(score, most_(row, m));
      const double there = raw.share[row];  // rows without a value may be anything
      least_(row, m) = there < 1.0 ? std::min(least, rule.low + (least - rule.low) * there) : least;
      most_(row, m) = there < 1.0 ? std::max(most, rule.high - (rule.high - most) * there) : most;
    }
  }

  using Scored = std::vector<std::pair<double, double>>;  // raw values with their scores, in order, each once

  // What on_scale needs: nothing for goalposts, all of them for ranks, and the ends of any other line.
  [[nodiscard]] Scored scored_values(std::size_t m, const NormalisationRule& rule, const NormalisedColumn& scored) const {
    Scored known;
    if (rule.method == Normalisation::goalposts) return known;
    for (std::size_t row = 0; row < raw_[m].value.size(); ++row) {
      if (!std::isnan(scored.scores[row])) known.emplace_back(raw_[m].value[row], scored.scores[row]);
    }
    if (rule.method != Normalisation::rank_normal && known.size() > 2) {
      const auto [least, most] = std::minmax_element(known.begin(), known.end());
      known = {*least, *most};
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    return known;
  }

  static void put_ends(std::size_t m, const NormalisationRule& rule, const Scored& known, std::span<const double> down,
                       std::span<const double> up, stats::Matrix& low, stats::Matrix& high) {
    for (std::size_t row = 0; row < down.size(); ++row) {
      const double a = on_scale(rule, known, down[row]);
      const double b = on_scale(rule, known, up[row]);
      low(row, m) = std::isnan(a + b) ? undefined : std::min(a, b);
      high(row, m) = std::isnan(a + b) ? undefined : std::max(a, b);
    }
  }

  // A raw value between those that were scored: a line of all methods but ranks, which are joined by lines.
  static double on_scale(const NormalisationRule& rule, const Scored& known, double raw) {
    if (std::isnan(raw)) return undefined;
    if (rule.method == Normalisation::goalposts) {
      const double share = std::clamp((raw - rule.from) / (rule.to - rule.from), 0.0, 1.0);
      const double width = rule.high - rule.low;
      return rule.high_is_good ? rule.low + width * share : rule.high - width * share;
    }
    if (known.size() < 2) return undefined;
    const bool ranks = rule.method == Normalisation::rank_normal;
    constexpr double least = -std::numeric_limits<double>::infinity();
    const auto after = ranks ? std::lower_bound(known.begin(), known.end(), std::pair(raw, least)) : known.end() - 1;
    if (ranks && (after == known.begin() || after == known.end())) {
      return std::clamp(after == known.end() ? known.back().second : after->second, rule.low, rule.high);
    }
    const auto before = ranks ? after - 1 : known.begin();
    const double slope = (after->second - before->second) / (after->first - before->first);
    return std::clamp(before->second + slope * (raw - before->first), rule.low, rule.high);
  }

  // Weights of a node: as defined, or from the children who have all of its parts.
  std::vector<double> weights_of(Weighting weighting, std::vector<double> given, const stats::Matrix& parts) {
    if (weighting == Weighting::equal) given.assign(given.size(), 1.0);
    if (weighting == Weighting::equal || weighting == Weighting::given) return given;
    if (given.size() == 1) return {1.0};
    const bool components = weighting == Weighting::components;
    const DataWeights found = components ? component_weights(view_of(parts)) : entropy_weights(view_of(parts));
    if (found.status == Status::ok) return found.weights;
    made_.status = found.status;
    return std::vector<double>(given.size(), 1.0);
  }

  static stats::Matrix columns_of(const stats::Matrix& from, std::size_t first, std::size_t count) {
    stats::Matrix made = table_of(from.rows, count);
    for (std::size_t row = 0; row < from.rows; ++row) {
      for (std::size_t j = 0; j < count; ++j) made(row, j) = from(row, first + j);
    }
    return made;
  }

  Composite climb(std::span<const CompositeNode> nodes, CompositeInterval interval) const {
    CompositeScores scores;
    scores.values = view_of(made_.scores);
    scores.lower = view_of(lower_);
    scores.upper = view_of(upper_);
    scores.least = view_of(least_);
    scores.most = view_of(most_);
    scores.not_applicable = not_applicable_;
    scores.streams = streams_;
    CompositeOptions options;
    options.interval = interval;
    options.level = indicators_.plan.level;
    options.low = definition_.low;
    options.high = definition_.high;
    options.draws = options_.draws;
    options.seed = options_.seed;
    return composite_indicator(scores, nodes, options, executor_);
  }

  void weigh() {
    made_.status = Status::ok;
    made_.level = indicators_.plan.level;
    for (const std::string& child : made_.children) streams_.push_back(number_of(child));
    std::vector<CompositeNode> nodes;
    std::size_t first = 0;
    for (const IndexDomain& domain : definition_.domains) {
      CompositeNode node{domain.name, {}, {}, domain.mean, domain.minimum_share, domain.minimum_parts};
      std::vector<double> given;
      for (std::size_t j = 0; j < domain.measures.size(); ++j) {
        node.parts.push_back(static_cast<std::int64_t>(first + j));
        given.push_back(domain.measures[j].weight);
      }
      check_given(domain.weighting, given, domain.name);
      node.weights = weights_of(domain.weighting, given, columns_of(made_.scores, first, given.size()));
      first += given.size();
      nodes.push_back(std::move(node));
    }
    CompositeNode whole{"index", {}, {}, definition_.mean, definition_.minimum_share, definition_.minimum_parts};
    std::vector<double> given;
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      whole.parts.push_back(static_cast<std::int64_t>(measures_.size() + k));
      given.push_back(definition_.domains[k].weight);
    }
    check_given(definition_.weighting, given, "index");
    const bool from_data = definition_.weighting != Weighting::equal && definition_.weighting != Weighting::given;
    whole.weights = weights_of(definition_.weighting, given,
                               from_data ? climb(nodes, CompositeInterval::none).values : stats::Matrix{});
    nodes.push_back(std::move(whole));
    made_.composite = climb(nodes, options_.interval);
    for (const CompositeNode& node : nodes) made_.nodes.push_back(node.name);
    for (const IndexMeasure* measure : measures_) made_.measures.push_back(measure->name);
    nodes_ = std::move(nodes);
  }

  static void check_given(Weighting weighting, const std::vector<double>& given, const std::string& name) {
    const bool any = std::any_of(given.begin(), given.end(), [](double weight) { return weight > 0.0; });
    if (weighting != Weighting::given || any) return;
    detail::refuse_index(function, "'", name, "': at least one weight must be above 0");
  }

  // The first 16 hex digits of a pseudonym: a child's own random numbers, wherever it stands.
  static std::uint64_t number_of(const std::string& pseudonym) {
    std::uint64_t made = 0;
    for (const char c : pseudonym.substr(0, 16)) {
      made = made << 4 | static_cast<std::uint64_t>(c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return made;
  }

  void finish() {
    set_statuses();
    name_sets();
    list_parts();
  }

  void set_statuses() {
    const std::size_t last = nodes_.size() - 1;
    for (std::size_t row = 0; row < made_.children.size(); ++row) {
      Status status = made_.composite.statuses[row * nodes_.size() + last];
      const bool unseen = snapshot_.roll_states[codes_[row]] == RollState::not_seen;
      if (status != Status::ok && withheld_[row] != 0) status = Status::withheld;
      if (status == Status::ok && made_.status != Status::ok) status = made_.status;
      if (unseen) status = Status::not_seen;
      made_.statuses.push_back(status);
      if (status == Status::ok) continue;
      for (stats::Matrix* matrix : {&made_.composite.values, &made_.composite.lower, &made_.composite.upper}) {
        (*matrix)(row, last) = undefined;
      }
    }
  }

  void name_sets() {
    std::map<std::string, std::vector<std::size_t>> found;
    made_.sets.assign(made_.children.size(), -1);
    for (std::size_t row = 0; row < made_.children.size(); ++row) {
      if (std::isnan(made_.composite.values(row, nodes_.size() - 1))) continue;
      std::string name;
      for (std::size_t k = 0; k + 1 < nodes_.size(); ++k) {
        if (!std::isnan(made_.composite.values(row, k)) && nodes_.back().weights[k] > 0.0) {
          name.append(name.empty() ? "" : " + ").append(nodes_[k].name);
        }
      }
      found[name].push_back(row);
    }
    for (const auto& [name, rows] : found) {
      for (const std::size_t row : rows) made_.sets[row] = static_cast<std::int32_t>(made_.set_names.size());
      made_.set_names.push_back(name);
    }
  }

  void list_parts() {
    std::vector<double> top = scaled(nodes_.back().weights);
    std::size_t m = 0;
    std::vector<double> nominal;
    for (std::size_t k = 0; k + 1 < nodes_.size(); ++k) {
      IndexPart part;
      part.name = nodes_[k].name;
      part.weight = part.nominal = top[k];
      for (std::size_t row = 0; row < made_.children.size(); ++row) {
        const Status status = made_.composite.statuses[row * nodes_.size() + k];
        (status == Status::ok ? part.count : status == Status::not_expected ? part.not_applicable : part.missing) += 1;
      }
      made_.parts.push_back(part);
      for (const double weight : scaled(nodes_[k].weights)) {
        measure_parts_[m].domain = nodes_[k].name;
        measure_parts_[m].weight = weight;
        measure_parts_[m].nominal = weight * top[k];
        nominal.push_back(measure_parts_[m].nominal);
        ++m;
      }
    }
    add_effective(made_.parts, columns_of(made_.composite.values, 0, nodes_.size() - 1), top);
    add_effective(measure_parts_, made_.scores, nominal);
    made_.parts.insert(made_.parts.end(), measure_parts_.begin(), measure_parts_.end());
  }

  static std::vector<double> scaled(std::vector<double> weights) {
    double total = 0.0;
    for (const double weight : weights) total += weight;
    for (double& weight : weights) weight /= total;
    return weights;
  }

  // Among the children who have an index and every part: a set of other parts is another index.
  void add_effective(std::vector<IndexPart>& parts, const stats::Matrix& values,
                     const std::vector<double>& nominal) const {
    const std::size_t columns = parts.size();
    std::vector<double> kept;
    std::vector<double> whole;
    for (std::size_t row = 0; row < made_.children.size(); ++row) {
      bool complete = made_.statuses[row] == Status::ok;
      for (std::size_t j = 0; j < columns; ++j) complete = complete && !std::isnan(values(row, j));
      if (!complete) continue;
      for (std::size_t j = 0; j < columns; ++j) kept.push_back(values(row, j));
      whole.push_back(made_.composite.values(row, nodes_.size() - 1));
    }
    const stats::MatrixView view{kept.data(), whole.size(), columns, static_cast<std::ptrdiff_t>(columns), 1};
    const EffectiveWeights found = effective_weights(view, whole, nominal);
    for (std::size_t j = 0; j < columns; ++j) {
      parts[j].linear = found.linear[j];
      parts[j].main_effect = found.main_effect[j];
      parts[j].effective = found.effective[j];
      parts[j].effective_count = found.counts[j];
      parts[j].effective_status = found.statuses[j];
    }
  }

  const Indicators& indicators_;
  std::size_t number_;
  const Snapshot& snapshot_;
  const IndexDefinition& definition_;
  std::span<const MeasureBeside> beside_;
  const ComposeOptions& options_;
  Executor& executor_;
  double z_ = 0.0;
  std::vector<const IndexMeasure*> measures_;
  std::vector<std::int32_t> row_of_;   // of a child's code, -1 when it is not on the roll
  std::vector<std::size_t> codes_;     // of a row
  std::vector<std::uint8_t> withheld_;
  std::vector<RawMeasure> raw_;
  stats::Matrix lower_, upper_, least_, most_;
  std::vector<std::uint8_t> not_applicable_;
  std::vector<std::uint64_t> streams_;
  std::vector<CompositeNode> nodes_;
  std::vector<IndexPart> measure_parts_;
  WellbeingIndex made_;
};

}  // namespace

WellbeingIndex compose(const Indicators& indicators, std::size_t snapshot, const IndexDefinition& definition,
                       std::span<const MeasureBeside> beside, const ComposeOptions& options, Executor& executor) {
  detail::check_definition(definition, beside);
  return Composer(indicators, snapshot, definition, beside, options, executor).run();
}

WellbeingIndex compose(const Indicators& indicators, std::size_t snapshot, const IndexDefinition& definition) {
  SerialExecutor executor;
  return compose(indicators, snapshot, definition, {}, {}, executor);
}

}  // namespace childwell::inline v0_1
