// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/norm.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double most_steps = 9.0e15;  // whole numbers of a double are exact up to here
constexpr std::string_view first_line = "childwell norm 1\n";

std::int64_t steps_of(double value, double step) {
  const double steps = std::round(value / step);
  if (!(std::abs(steps) <= most_steps) || std::abs(value - steps * step) > 1e-6 * step) {
    refuse("summarise_norm", "values must be whole multiples of step, such as 0.5 for marks in half points");
  }
  return static_cast<std::int64_t>(steps);
}

NormSummary summary_of(double step, const std::map<std::string, std::map<std::int64_t, std::int64_t>, std::less<>>& counts) {
  NormSummary made;
  made.step = step;
  for (const auto& [group, values] : counts) {
    const auto number = static_cast<std::uint32_t>(made.groups.size());
    made.groups.push_back(group);
    for (const auto& [steps, count] : values) {
      made.cells.push_back({number, steps, count});
      made.count += count;
    }
  }
  return made;
}

void check_step(const char* function, double step) {
  if (!(step > 0.0) || !std::isfinite(step)) refuse(function, "step must be a number above 0");
}

void check_summary(const char* function, const NormSummary& summary) {
  check_step(function, summary.step);
  const auto earlier = [](const NormCell& a, const NormCell& b) { return std::pair(a.group, a.steps) < std::pair(b.group, b.steps); };
  const bool sound = std::is_sorted(summary.groups.begin(), summary.groups.end()) &&
                     std::adjacent_find(summary.groups.begin(), summary.groups.end()) == summary.groups.end() &&
                     std::is_sorted(summary.cells.begin(), summary.cells.end(), earlier) &&
                     std::all_of(summary.cells.begin(), summary.cells.end(), [&](const NormCell& cell) {
                       return cell.count > 0 && cell.group < summary.groups.size();
                     });
  if (!sound) refuse(function, "this is no summary of summarise_norm or merge_norms: groups or values are out of order");
}

bool one_line(const std::string& text) { return text.find_first_of("\n\r") == std::string::npos; }

std::uint64_t checksum_of(std::string_view text) noexcept {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char byte : text) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 1099511628211ULL;
  }
  return hash;
}

template <class Number>
void put(std::string& text, Number number) {
  std::array<char, 40> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  text.append(buffer.data(), written.ptr);
}

std::string sixteen_digits(std::uint64_t value) {
  std::string text(16, '0');
  for (std::size_t i = 16; i > 0; --i, value >>= 4U) text[i - 1] = "0123456789abcdef"[value & 15U];
  return text;
}

/// Reads the lines of a norm one after another.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  std::string_view next() {
    const std::size_t end = text_.find('\n');
    if (end == std::string_view::npos) damaged();
    const std::string_view line = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return line;
  }

  std::string_view after(std::string_view word) {
    const std::string_view line = next();
    if (!line.starts_with(word) || line.size() <= word.size() || line[word.size()] != ' ') damaged();
    return line.substr(word.size() + 1);
  }

  template <class Number>
  static Number number(std::string_view text) {
    Number value{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) damaged();
    return value;
  }

  [[nodiscard]] bool done() const noexcept { return text_.empty(); }

  [[noreturn]] static void damaged() { refuse("load_norm", "the text is damaged or cut off: its checksum or form is not that of a norm"); }

 private:
  std::string_view text_;
};

}  // namespace

NormSummary summarise_norm(std::span<const double> values, std::span<const std::string> groups, double step) {
  check_step("summarise_norm", step);
  check_same_length("summarise_norm", values.size(), groups.size(), "values and groups");
  std::map<std::string, std::map<std::int64_t, std::int64_t>, std::less<>> counts;
  std::int64_t missing = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) {
      ++missing;
      continue;
    }
    if (!one_line(groups[i])) refuse("summarise_norm", "names of groups must not hold line breaks");
    ++counts[groups[i]][steps_of(values[i], step)];
  }
  NormSummary made = summary_of(step, counts);
  made.missing = missing;
  return made;
}

NormSummary merge_norms(const NormSummary& first, const NormSummary& second) {
  check_summary("merge_norms", first);
  check_summary("merge_norms", second);
  if (first.step != second.step) refuse("merge_norms", "the summaries have different steps; make both with the same one");
  std::map<std::string, std::map<std::int64_t, std::int64_t>, std::less<>> counts;
  for (const NormSummary* one : {&first, &second}) {
    for (const NormCell& cell : one->cells) counts[one->groups[cell.group]][cell.steps] += cell.count;
  }
  NormSummary made = summary_of(first.step, counts);
  made.missing = first.missing + second.missing;
  return made;
}

Norm fit_norm(const NormSummary& summary, const NormOptions& options) {
  check_summary("fit_norm", summary);
  if (options.fewest < 2) refuse("fit_norm", "fewest must be 2 or more");
  if (!one_line(options.name) || !one_line(options.made_on) || !one_line(options.source)) {
    refuse("fit_norm", "name, made_on and source must not hold line breaks");
  }
  Norm norm;
  norm.options = options;
  norm.summary = summary;
  for (std::size_t first = 0; first < summary.cells.size();) {
    std::size_t last = first;
    std::int64_t count = 0;
    // from the first value on, so that large values on a fine grid lose nothing
    const std::int64_t base = summary.cells[first].steps;
    double sum = 0.0;
    for (; last < summary.cells.size() && summary.cells[last].group == summary.cells[first].group; ++last) {
      count += summary.cells[last].count;
      sum += static_cast<double>(summary.cells[last].count) * static_cast<double>(summary.cells[last].steps - base);
    }
    const auto n = static_cast<double>(count);
    const double mean = sum / n;
    double squares = 0.0;
    for (std::size_t i = first; i < last; ++i) {
      const double off = static_cast<double>(summary.cells[i].steps - base) - mean;
      squares += static_cast<double>(summary.cells[i].count) * off * off;
    }
    norm.counts.push_back(count);
    norm.means.push_back((static_cast<double>(base) + mean) * summary.step);
    norm.deviations.push_back(count > 1 ? std::sqrt(squares / (n - 1.0)) * summary.step : 0.0);
    first = last;
  }
  return norm;
}

NormScores score_by_norm(const Norm& norm, std::span<const double> values, std::span<const std::string> groups) {
  check_same_length("score_by_norm", values.size(), groups.size(), "values and groups");
  const NormSummary& summary = norm.summary;
  std::vector<std::size_t> begins{0};  // of each group's cells, and children below each cell
  std::vector<std::int64_t> below;
  std::int64_t running = 0;
  for (std::size_t i = 0; i < summary.cells.size(); ++i) {
    if (i > 0 && summary.cells[i].group != summary.cells[i - 1].group) {
      begins.push_back(i);
      running = 0;
    }
    below.push_back(running);
    running += summary.cells[i].count;
  }
  begins.push_back(summary.cells.size());
  NormScores made;
  bool any = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double z = nothing, percentile = nothing, rank_normal = nothing;
    Status status = Status::not_recorded;
    const double value = values[i];
    const auto found = std::lower_bound(summary.groups.begin(), summary.groups.end(), groups[i]);
    const auto group = static_cast<std::size_t>(found - summary.groups.begin());
    if (std::isnan(value)) {
      ++made.missing;
    } else if (std::isinf(value) || found == summary.groups.end() || *found != groups[i]) {
      status = Status::not_comparable;
    } else if (norm.counts[group] < norm.options.fewest) {
      status = Status::not_enough_data;
    } else {
      const auto first = summary.cells.begin() + static_cast<std::ptrdiff_t>(begins[group]);
      const auto last = summary.cells.begin() + static_cast<std::ptrdiff_t>(begins[group + 1]);
      const double steps = value / summary.step;
      const auto at = std::partition_point(first, last, [&](const NormCell& cell) { return static_cast<double>(cell.steps) < steps - 1e-6; });
      const auto all = static_cast<double>(norm.counts[group]);
      const double under = at == last ? all : static_cast<double>(below[static_cast<std::size_t>(at - summary.cells.begin())]);
      const bool same = at != last && std::abs(static_cast<double>(at->steps) - steps) <= 1e-6;
      const double equal = same ? static_cast<double>(at->count) : 0.0;
      percentile = 100.0 * (under + 0.5 * (equal + 1.0)) / (all + 1.0);
      rank_normal = normal_quantile((under + 0.5 * equal + 1.0 - 0.375) / (all + 1.25));
      status = norm.deviations[group] > 0.0 ? Status::ok : Status::degenerate;
      if (status == Status::ok) z = (value - norm.means[group]) / norm.deviations[group];
      any = true;
    }
    made.z.push_back(z);
    made.percentile.push_back(percentile);
    made.rank_normal.push_back(rank_normal);
    made.statuses.push_back(status);
  }
  made.count = static_cast<std::int64_t>(values.size()) - made.missing;
  if (any) made.status = Status::ok;
  return made;
}

std::string save_norm(const Norm& norm) {
  std::string text(first_line);
  text.append("name ").append(norm.options.name).append("\nmade_on ").append(norm.options.made_on);
  text.append("\nsource ").append(norm.options.source).append("\nfewest ");
  put(text, norm.options.fewest);
  text.append("\nstep ");
  put(text, norm.summary.step);
  text.append("\nmissing ");
  put(text, norm.summary.missing);
  text.append("\ngroups ");
  put(text, norm.summary.groups.size());
  text.append("\n");
  std::size_t cell = 0;
  for (std::size_t group = 0; group < norm.summary.groups.size(); ++group) {
    text.append("group ").append(norm.summary.groups[group]).append("\n");
    std::size_t last = cell;
    while (last < norm.summary.cells.size() && norm.summary.cells[last].group == group) ++last;
    text.append("values ");
    put(text, last - cell);
    text.append("\n");
    for (; cell < last; ++cell) {
      put(text, norm.summary.cells[cell].steps);
      text.append(" ");
      put(text, norm.summary.cells[cell].count);
      text.append("\n");
    }
  }
  const std::string checksum = sixteen_digits(checksum_of(text));
  return text.append("checksum ").append(checksum).append("\n");
}

Norm load_norm(std::string_view text) {
  if (!text.starts_with("childwell norm ")) refuse("load_norm", "the text is no norm; give what save_norm wrote");
  if (!text.starts_with(first_line)) refuse("load_norm", "the norm was written by another version of the library; load it with that one");
  constexpr std::size_t last_line = sizeof("checksum ") - 1 + 16 + 1;
  if (text.size() < first_line.size() + last_line) Lines::damaged();
  const std::string_view body = text.substr(0, text.size() - last_line);
  if (text.substr(body.size()) != "checksum " + sixteen_digits(checksum_of(body)) + "\n") Lines::damaged();
  Lines lines(body.substr(first_line.size()));
  NormOptions options;
  options.name = lines.after("name");
  options.made_on = lines.after("made_on");
  options.source = lines.after("source");
  options.fewest = Lines::number<std::int64_t>(lines.after("fewest"));
  NormSummary summary;
  summary.step = Lines::number<double>(lines.after("step"));
  summary.missing = Lines::number<std::int64_t>(lines.after("missing"));
  const auto groups = Lines::number<std::size_t>(lines.after("groups"));
  for (std::size_t group = 0; group < groups; ++group) {
    summary.groups.emplace_back(lines.after("group"));
    const auto values = Lines::number<std::size_t>(lines.after("values"));
    for (std::size_t i = 0; i < values; ++i) {
      const std::string_view line = lines.next();
      const std::size_t gap = line.find(' ');
      if (gap == std::string_view::npos) Lines::damaged();
      const auto steps = Lines::number<std::int64_t>(line.substr(0, gap));
      const auto count = Lines::number<std::int64_t>(line.substr(gap + 1));
      summary.cells.push_back({static_cast<std::uint32_t>(group), steps, count});
      summary.count += count;
    }
  }
  if (!lines.done()) Lines::damaged();
  return fit_norm(summary, options);
}

}  // namespace childwell::inline v0_1::stats
