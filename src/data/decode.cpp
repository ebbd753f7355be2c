// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "decode.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <span>

namespace childwell::inline v0_1::detail {

namespace {

template <class T>
struct Decoded {
  T value{};
  Reason reason = Reason::none;
  bool mended = false;
};

constexpr std::int64_t block_rows = 2048;  ///< rows that are read at once: their codes or numbers stay near

/// Calls use(first row of the chunk, rows from there on, first row of the column) for stretches of a chunk.
template <class Use>
void each_block(const RawChunk& chunk, std::int64_t row, Use use) {
  for (std::int64_t first = 0; first < chunk.length(); first += block_rows) {
    stop_point();
    use(first, static_cast<std::size_t>(std::min(block_rows, chunk.length() - first)), static_cast<std::size_t>(row + first));
  }
}

/// Reads a column into values. Decodes each cell, and each entry of a dictionary once, when it is first met. What is
/// nothing but a value, as quick(decoded, value) tells, is put in its place here; all else goes to store(row, decoded).
template <class T, class Value, class Decode, class Quick, class Store>
void each_cell(const RawChunk& chunk, std::int64_t row, std::vector<Value>& values, Decode decode, Quick quick, Store store) {
  const auto settle = [&](std::size_t at, const Decoded<T>& decoded) {
    if (!quick(decoded, values[at])) store(static_cast<std::int64_t>(at), decoded);
  };
  if (chunk.layout() != Layout::dictionary) {
    each_block(chunk, row, [&](std::int64_t first, std::size_t count, std::size_t at) {
      for (std::size_t i = 0; i < count; ++i) settle(at + i, decode(chunk.cell(first + static_cast<std::int64_t>(i))));
    });
    return;
  }
  struct Entry {
    Value value{};
    enum : std::uint8_t { unread, quick, slow } kind = unread;
  };
  // one place more, in front, for rows without an entry
  std::vector<Entry> entries(static_cast<std::size_t>(chunk.dictionary()->length()) + 1);
  std::vector<Decoded<T>> slow;  // as long as the entries, from the first one on that is more than its value
  std::vector<std::int32_t> codes(static_cast<std::size_t>(block_rows));
  each_block(chunk, row, [&](std::int64_t first, std::size_t count, std::size_t at) {
    chunk.dictionary_codes(first, std::span(codes).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      Entry& entry = entries[static_cast<std::size_t>(codes[i] + 1)];
      if (entry.kind == Entry::quick) {
        values[at + i] = entry.value;
        continue;
      }
      const auto place = static_cast<std::size_t>(codes[i] + 1);
      if (entry.kind == Entry::unread) {
        const Decoded<T> decoded = decode(codes[i] < 0 ? RawCell{} : chunk.dictionary()->cell(codes[i]));
        entry.kind = quick(decoded, entry.value) ? Entry::quick : Entry::slow;
        if (entry.kind == Entry::slow) {
          slow.resize(entries.size());
          slow[place] = decoded;
        }
      }
      if (entry.kind == Entry::quick) values[at + i] = entry.value;
      else store(static_cast<std::int64_t>(at + i), slow[place]);
    }
  });
}

/// Each chunk of a column with the row that it begins at.
template <class Use>
void each_chunk(const RawColumn& column, Use use) {
  std::int64_t row = 0;
  for (const RawChunk& chunk : column.chunks) {
    use(chunk, row);
    row += chunk.length();
  }
}

/// A cell that is its value and nothing else.
template <class T>
bool only_a_value(const Decoded<T>& decoded, T& value) {
  if (decoded.reason != Reason::none || decoded.mended) return false;
  value = decoded.value;
  return true;
}

bool plain(std::string_view text) {
  const auto odd = [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\0'; };
  return !text.empty() && text.front() > ' ' && text.back() > ' ' && text.front() != '\'' &&
         std::none_of(text.begin(), text.end(), odd);
}

/// A byte that no text holds: what is left of a damaged file, and the end of the text for many a program.
bool holds_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

/// Removes blanks around a code and turns full-width forms (U+FF01 to U+FF5E, U+3000) into ASCII.
std::string cleaned(std::string_view text) {
  std::string narrow;
  narrow.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
    if (i + 2 < text.size() && at(i) == 0xEF && (at(i + 1) == 0xBC || at(i + 1) == 0xBD)) {
      const unsigned point = 0xF000U | ((at(i + 1) & 0x3FU) << 6) | (at(i + 2) & 0x3FU);
      if (point >= 0xFF01 && point <= 0xFF5E) {
        narrow.push_back(static_cast<char>(point - 0xFEE0));
        i += 2;
        continue;
      }
    }
    if (i + 2 < text.size() && at(i) == 0xE3 && at(i + 1) == 0x80 && at(i + 2) == 0x80) {
      narrow.push_back(' ');
      i += 2;
      continue;
    }
    narrow.push_back(text[i]);
  }
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\''; };
  std::size_t begin = 0;
  std::size_t end = narrow.size();
  while (begin < end && blank(narrow[begin])) ++begin;
  while (end > begin && blank(narrow[end - 1])) --end;
  return narrow.substr(begin, end - begin);
}

template <class Whole>
std::string text_of(Whole value) {
  char buffer[24];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, written.ptr};
}

std::optional<std::int64_t> whole(double value) {
  constexpr double limit = 9007199254740992.0;  // 2^53: beyond it a double has lost digits of an identifier
  if (!(std::fabs(value) < limit) || value != std::floor(value)) return {};
  return static_cast<std::int64_t>(value);
}

struct CodeText {
  std::string owned;          ///< where the text had to be made
  std::string_view borrowed;  ///< where it stands in the column as it is
  [[nodiscard]] std::string_view text() const { return owned.empty() ? borrowed : std::string_view(owned); }
  Reason reason = Reason::none;
  bool mended = false;
};

/// The text of an identifier, place, name or code, whatever the column's type was.
CodeText code_text(const RawCell& cell) {
  CodeText result;
  switch (cell.kind) {
    case RawCell::Kind::missing: break;
    case RawCell::Kind::text:
      if (plain(cell.text)) {
        result.borrowed = cell.text;
      } else if (holds_nul(cell.text)) {
        result.reason = Reason::nul_byte;
      } else {
        result.owned = cleaned(cell.text);
        result.mended = result.owned != cell.text;
      }
      break;
    case RawCell::Kind::integer:
      result.owned = text_of(cell.integer);
      break;
    case RawCell::Kind::real:
      if (cell.wide) {
        result.owned = text_of(static_cast<std::uint64_t>(cell.integer));
      } else if (const auto value = whole(cell.real)) {
        result.owned = text_of(*value);
      } else {
        result.reason = Reason::number_format;
      }
      break;
    case RawCell::Kind::date:
      result.owned = to_iso(Date{static_cast<std::int32_t>(cell.integer)});
      break;
    case RawCell::Kind::instant: result.reason = Reason::type_mixed; break;
  }
  return result;
}

constexpr std::int32_t first_day = -25567;  // 1900-01-01
constexpr std::int32_t last_day = 47846;    // 2100-12-31
constexpr std::int32_t no_day = std::numeric_limits<std::int32_t>::min();

/// A day, and the minute of it where a clock was read as well.
struct Moment {
  std::int32_t days = no_day;
  std::int32_t minute = 720;  ///< a day without a clock stands for its noon, which is never half a day off
};

Decoded<Moment> day(std::int64_t days, std::int32_t minute = Moment{}.minute) {
  if (days < first_day || days > last_day) return {{}, Reason::date_impossible, false};
  return {{static_cast<std::int32_t>(days), minute}, Reason::none, false};
}

Decoded<Moment> day(std::optional<Date> date) {
  return date ? day(date->days) : Decoded<Moment>{{}, Reason::date_impossible, false};
}

bool declared(const AdmitOptions& options, DateFormat form) {
  return std::find(options.date_formats.begin(), options.date_formats.end(), form) != options.date_formats.end();
}

/// A form that the study declares is the form that its dates are expected in, as a code is that its map names: reading
/// it mends nothing, and its row is accepted as it is.
Decoded<Moment> day_of_number(std::int64_t value, const AdmitOptions& options) {
  if (declared(options, DateFormat::compact) && value >= 1900'01'01 && value <= 2100'12'31) {
    const auto date = to_date({static_cast<int>(value / 10000), static_cast<int>(value / 100 % 100),
                               static_cast<int>(value % 100)});
    return day(date);
  }
  // Excel counts a 29 February 1900 that never was, so its day 61 is 1 March 1900
  if (declared(options, DateFormat::excel_1900) && value >= 61 && value < 80'000) return day(value - 25569);
  if (declared(options, DateFormat::excel_1904) && value >= 0 && value < 80'000) return day(value - 24107);
  return {{}, Reason::date_impossible, false};
}

/// Reads "2024/9/1", "2024.9.1" and "2024年9月1日": three runs of digits with something between them.
std::optional<CivilDate> three_numbers(std::string_view text, bool chinese) {
  int parts[3] = {0, 0, 0};
  int part = -1;
  bool inside = false;
  std::string between;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      if (!inside && ++part > 2) return {};
      inside = true;
      parts[part] = parts[part] * 10 + (c - '0');
      if (parts[part] > 9999) return {};
    } else {
      inside = false;
      between.push_back(c);
    }
  }
  if (part != 2) return {};
  const bool fits = chinese ? between == "年月日" || between == "年月" : between == "//" || between == ".." || between == "--";
  return fits ? std::optional(CivilDate{parts[0], parts[1], parts[2]}) : std::nullopt;
}

/// Minutes east of Greenwich of "Z", "+08:00", "+0800" or "+08".
std::optional<int> zone_minutes(std::string_view zone) {
  if (zone == "Z" || zone == "z") return 0;
  if (zone.size() < 3 || (zone[0] != '+' && zone[0] != '-')) return {};
  std::string digits;
  for (const char c : zone.substr(1)) {
    if (c >= '0' && c <= '9') digits.push_back(c);
    else if (c != ':') return {};
  }
  if (digits.size() != 2 && digits.size() != 4) return {};
  if (digits.size() == 2) digits += "00";
  const int minutes = (digits[0] - '0') * 600 + (digits[1] - '0') * 60 + (digits[2] - '0') * 10 + (digits[3] - '0');
  if (minutes > 14 * 60) return {};
  return zone[0] == '-' ? -minutes : minutes;
}

/// Reads "2025-09-01T07:30:00", with or without a zone, behind a date that was read already.
Decoded<Moment> moment_of_clock(Date date, std::string_view clock, const AdmitOptions& options) {
  const auto two = [&clock](std::size_t at) -> int {
    if (at + 1 >= clock.size()) return -1;
    const char a = clock[at];
    const char b = clock[at + 1];
    return a >= '0' && a <= '9' && b >= '0' && b <= '9' ? (a - '0') * 10 + (b - '0') : -1;
  };
  const int hour = two(0);
  const int minute = clock.size() > 2 && clock[2] == ':' ? two(3) : -1;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return {{}, Reason::date_impossible, false};
  std::size_t end = 5;
  while (end < clock.size() && (clock[end] == ':' || clock[end] == '.' || (clock[end] >= '0' && clock[end] <= '9'))) ++end;
  if (end == clock.size()) return {{date.days, hour * 60 + minute}, Reason::none, false};
  const auto zone = zone_minutes(clock.substr(end));
  if (!zone) return {{}, Reason::time_zone, false};
  int minutes = hour * 60 + minute - *zone + options.utc_offset_minutes;
  int shift = 0;
  for (; minutes < 0; minutes += 1440) --shift;
  for (; minutes >= 1440; minutes -= 1440) ++shift;
  return {{date.days + shift, minutes}, Reason::none, false};
}

Decoded<Moment> moment_of_clean_text(std::string_view text, const AdmitOptions& options) {
  if (text.empty()) return {{}, Reason::none, false};
  if (const auto date = parse_iso_date(text)) return day(date);
  if (text.size() > 10 && (text[10] == 'T' || text[10] == ' ')) {
    if (const auto date = parse_iso_date(text.substr(0, 10))) return moment_of_clock(*date, text.substr(11), options);
  }
  if (declared(options, DateFormat::separated)) {
    if (const auto civil = three_numbers(text, false)) return day(to_date(*civil));
  }
  if (declared(options, DateFormat::chinese)) {
    if (const auto civil = three_numbers(text, true)) return day(to_date(*civil));
  }
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) return day_of_number(value, options);
  return {{}, Reason::date_impossible, false};
}

Decoded<Moment> moment_of_text(std::string_view raw, const AdmitOptions& options) {
  if (plain(raw)) return moment_of_clean_text(raw, options);
  if (holds_nul(raw)) return {{}, Reason::nul_byte, false};
  const std::string text = cleaned(raw);
  auto result = moment_of_clean_text(text, options);
  result.mended = text != raw && result.reason == Reason::none && result.value.days != no_day;
  return result;
}

Decoded<Moment> decode_moment(const RawCell& cell, const AdmitOptions& options) {
  switch (cell.kind) {
    case RawCell::Kind::missing: return {{}, Reason::none, false};
    case RawCell::Kind::date: return day(cell.integer);
    case RawCell::Kind::instant: {
      const std::int64_t local = cell.integer + (cell.zoned ? std::int64_t{options.utc_offset_minutes} * 60 : 0);
      const std::int64_t days = (local >= 0 ? local : local - 86'399) / 86'400;
      return day(days, static_cast<std::int32_t>((local - days * 86'400) / 60));
    }
    case RawCell::Kind::text: return moment_of_text(cell.text, options);
    case RawCell::Kind::integer: return day_of_number(cell.integer, options);
    case RawCell::Kind::real:
      if (const auto value = whole(cell.real)) return day_of_number(*value, options);
      return {{}, Reason::date_impossible, false};
  }
  return {{}, Reason::date_impossible, false};
}

Reason number_fault(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::any_of(text.begin(), text.end(), digit) ? Reason::number_format : Reason::type_mixed;
}

Decoded<double> decode_number(const RawCell& cell) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  switch (cell.kind) {
    case RawCell::Kind::missing: return {nan, Reason::none, false};
    case RawCell::Kind::integer: return {static_cast<double>(cell.integer), Reason::none, false};
    case RawCell::Kind::real:
      if (std::isinf(cell.real)) return {nan, Reason::number_format, false};
      return {cell.real, Reason::none, false};
    case RawCell::Kind::text: {
      const CodeText code = code_text(cell);
      if (code.reason != Reason::none) return {nan, code.reason, false};
      if (code.text().empty()) return {nan, Reason::none, false};
      double value = nan;
      const char* end = code.text().data() + code.text().size();
      const auto read = std::from_chars(code.text().data(), end, value);
      if (read.ec != std::errc{} || read.ptr != end) return {nan, number_fault(code.text()), false};
      if (!std::isfinite(value)) return {nan, Reason::number_format, false};  // the words inf and nan
      return {value, Reason::none, code.mended};
    }
    default: return {nan, Reason::type_mixed, false};
  }
}

Decoded<std::int64_t> decode_integer(const RawCell& cell) {
  if (cell.kind == RawCell::Kind::integer) return {cell.integer, Reason::none, false};
  const Decoded<double> number = decode_number(cell);
  if (number.reason != Reason::none || std::isnan(number.value)) return {missing_integer, number.reason, false};
  if (const auto value = whole(number.value)) return {*value, Reason::none, number.mended};
  return {missing_integer, Reason::number_format, false};
}

Decoded<std::uint8_t> decode_flag(const RawCell& cell) {
  const CodeText code = code_text(cell);
  if (code.reason != Reason::none) return {missing_word, code.reason, false};
  if (code.text().empty()) return {missing_word, Reason::none, false};
  for (const std::string_view yes : {"1", "true", "True", "TRUE", "yes", "是"}) {
    if (code.text() == yes) return {1, Reason::none, false};
  }
  for (const std::string_view no : {"0", "false", "False", "FALSE", "no", "否"}) {
    if (code.text() == no) return {0, Reason::none, false};
  }
  return {missing_word, Reason::code_unknown, false};
}

using CodeMap = std::map<std::string, std::string, std::less<>>;

const CodeMap* code_map(const AdmitOptions& options, std::string_view table, std::string_view column) {
  const auto found = options.codes.find(std::string(table) + "." + std::string(column));
  return found == options.codes.end() ? nullptr : &found->second;
}

std::uint8_t word_position(const ColumnRule& rule, std::string_view word) {
  const auto found = std::find(rule.words.begin(), rule.words.end(), word);
  return found == rule.words.end() ? missing_word : static_cast<std::uint8_t>(found - rule.words.begin());
}

/// Remembers what each text meant, because a column of codes holds few of them many times.
class WordReader {
 public:
  WordReader(const ColumnRule& rule, const CodeMap* codes) : rule_(rule), codes_(codes) {}

  std::uint8_t read(std::string_view text) {
    if (text == last_text_) return last_word_;
    auto found = known_.find(std::string(text));
    if (found == known_.end()) found = known_.emplace(std::string(text), look_up(text)).first;
    last_text_ = found->first;
    return last_word_ = found->second;
  }

 private:
  std::uint8_t look_up(std::string_view text) const {
    if (codes_ != nullptr) {
      const auto mapped = codes_->find(text);
      if (mapped != codes_->end()) return word_position(rule_, mapped->second);
    }
    return word_position(rule_, text);
  }

  const ColumnRule& rule_;
  const CodeMap* codes_;
  std::unordered_map<std::string, std::uint8_t> known_;
  std::string_view last_text_ = "\xFF";
  std::uint8_t last_word_ = missing_word;
};

}  // namespace

Reason missing_reason(ColumnType type) {
  switch (type) {
    case ColumnType::person_id:
    case ColumnType::place:
    case ColumnType::name: return Reason::id_missing;
    case ColumnType::date:
    case ColumnType::time: return Reason::date_impossible;
    case ColumnType::integer:
    case ColumnType::number: return Reason::score_range;
    case ColumnType::flag:
    case ColumnType::words: return Reason::code_unknown;
  }
  return Reason::id_missing;
}

Reason check_id(std::string_view id, const AdmitOptions& options) {
  if (options.id_format.kind == IdFormat::Kind::any) return Reason::none;
  if (options.id_format.kind == IdFormat::Kind::width) {
    return static_cast<std::int32_t>(id.size()) == options.id_format.width ? Reason::none : Reason::id_zeros;
  }
  std::string_view number = id;
  if (options.id_format.kind == IdFormat::Kind::student_number) {
    if (id.size() < 2 || (id[0] != 'G' && id[0] != 'L' && id[0] != 'J')) return Reason::id_checksum;
    if (id[0] != 'G') return Reason::none;  // temporary and generated numbers carry no check digit
    number = id.substr(1);
  }
  if (number.size() < 18) return Reason::id_zeros;
  if (number.size() > 18) return Reason::id_checksum;
  constexpr int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t i = 0; i < 17; ++i) {
    if (number[i] < '0' || number[i] > '9') return Reason::id_checksum;
    sum += (number[i] - '0') * weights[i];
  }
  constexpr std::string_view check = "10X98765432";
  return number[17] == check[static_cast<std::size_t>(sum % 11)] ? Reason::none : Reason::id_checksum;
}

namespace {

void note(Findings& findings, std::int64_t row, std::int32_t position, Reason reason, bool mended) {
  if (reason != Reason::none) findings.quarantine(row, reason, position);
  else if (mended) findings.mend(row, Reason::full_width);
}

template <class T, class Decode>
void read_values(const RawChunk& chunk, std::int64_t row, std::vector<T>& values, std::int32_t position, Findings& findings,
                 Decode decode) {
  each_cell<T>(chunk, row, values, decode, only_a_value<T>, [&](std::int64_t at, const Decoded<T>& cell) {
    values[static_cast<std::size_t>(at)] = cell.value;
    note(findings, at, position, cell.reason, cell.mended);
  });
}

template <class T, class Decode>
void read_values(const RawColumn& raw, std::vector<T>& values, std::int32_t position, Findings& findings, Decode decode) {
  each_chunk(raw, [&](const RawChunk& chunk, std::int64_t row) { read_values(chunk, row, values, position, findings, decode); });
}

/// Words that programs write for "no identifier" when a column becomes text; no child is called so.
bool names_nobody(std::string_view text) {
  constexpr std::string_view words[] = {"nan", "NaN", "NAN", "None", "NONE", "null", "NULL", "NA", "N/A", "#N/A", "<NA>", "NaT"};
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

std::vector<std::int32_t> decode_ids(const RawColumn& raw, const ColumnRule& rule, std::int32_t position,
                                     std::size_t rows, Decoding& decoding, Findings& findings) {
  std::vector<std::int32_t> codes(rows, Dictionary::missing);
  Dictionary& ids = decoding.ids.of(rule.id_kind);
  const IdFormat::Kind format = decoding.options.id_format.kind;
  const bool checked = format == IdFormat::Kind::citizen || format == IdFormat::Kind::student_number;
  const bool citizen = rule.id_kind == IdKind::child && checked;
  const auto decode = [&](const RawCell& cell) -> Decoded<std::int32_t> {
    CodeText code = code_text(cell);
    if (code.reason != Reason::none) return {Dictionary::missing, code.reason, false};
    if (code.text().empty()) return {Dictionary::missing, Reason::none, false};
    if (names_nobody(code.text())) return {Dictionary::missing, Reason::id_missing, false};
    bool mended = code.mended;
    if (citizen && code.text().back() == 'x') {
      std::string upper(code.text());
      upper.back() = 'X';
      code.owned = std::move(upper);
      mended = true;
    }
    return {ids.code(code.text()), Reason::none, mended};
  };
  read_values(raw, codes, position, findings, decode);
  return codes;
}

std::vector<std::int32_t> decode_texts(const RawColumn& raw, std::int32_t position, std::size_t rows,
                                       Dictionary& dictionary, Findings& findings) {
  std::vector<std::int32_t> codes(rows, Dictionary::missing);
  const auto decode = [&](const RawCell& cell) -> Decoded<std::int32_t> {
    const CodeText code = code_text(cell);
    if (code.reason != Reason::none) return {Dictionary::missing, code.reason, false};
    if (code.text().empty()) return {Dictionary::missing, Reason::none, false};
    return {dictionary.code(code.text()), Reason::none, code.mended};
  };
  read_values(raw, codes, position, findings, decode);
  return codes;
}

std::vector<std::uint8_t> decode_words(const RawColumn& raw, const TableRule& table, std::int32_t position,
                                       std::size_t rows, Decoding& decoding, Findings& findings) {
  const ColumnRule& rule = table.columns[static_cast<std::size_t>(position)];
  std::vector<std::uint8_t> words(rows, missing_word);
  WordReader reader(rule, code_map(decoding.options, table.name, rule.name));
  std::int32_t unmapped = -1;
  const auto decode = [&](const RawCell& cell) -> Decoded<std::int32_t> {
    const CodeText code = code_text(cell);
    if (code.reason != Reason::none) return {missing_word, code.reason, false};
    if (code.text().empty()) return {missing_word, Reason::none, false};
    const std::uint8_t word = reader.read(code.text());
    if (word != missing_word) return {word, Reason::none, code.mended};
    unmapped = findings.unmapped_texts.code(code.text());
    return {-1 - unmapped, Reason::code_unknown, false};
  };
  const auto quick = [](const Decoded<std::int32_t>& cell, std::uint8_t& word) {
    if (cell.value < 0 || cell.reason != Reason::none || cell.mended) return false;
    word = static_cast<std::uint8_t>(cell.value);
    return true;
  };
  const auto store = [&](std::int64_t row, const Decoded<std::int32_t>& cell) {
    if (cell.value >= 0) words[static_cast<std::size_t>(row)] = static_cast<std::uint8_t>(cell.value);
    if (cell.value < 0) findings.unmapped.emplace_back(row, -1 - cell.value);
    note(findings, row, position, cell.reason, cell.mended);
  };
  each_chunk(raw, [&](const RawChunk& chunk, std::int64_t row) {
    each_cell<std::int32_t>(chunk, row, words, decode, quick, store);
  });
  return words;
}

/// Scores may hold words such as 缺考; a study declares what each means, and no word becomes a zero.
std::vector<double> decode_scores(const RawColumn& raw, const TableRule& table, std::int32_t position,
                                  std::size_t rows, Decoding& decoding, Findings& findings) {
  std::vector<double> numbers(rows, std::numeric_limits<double>::quiet_NaN());
  const auto status = std::find_if(table.columns.begin(), table.columns.end(),
                                   [](const ColumnRule& rule) { return rule.name == "status"; });
  const CodeMap* tokens = code_map(decoding.options, table.name, "value");
  struct Score {
    double value = std::numeric_limits<double>::quiet_NaN();
    std::uint8_t status = missing_word;
  };
  const auto decode = [&](const RawCell& cell) -> Decoded<Score> {
    const CodeText code = code_text(cell);
    if (cell.kind == RawCell::Kind::text && tokens != nullptr) {
      const auto token = tokens->find(code.text());
      if (token != tokens->end()) {
        const std::uint8_t word = word_position(*status, token->second);
        return {{std::numeric_limits<double>::quiet_NaN(), word},
                word == missing_word ? Reason::score_token : Reason::none, true};
      }
    }
    const Decoded<double> number = decode_number(cell);
    const Reason reason = number.reason == Reason::type_mixed ? Reason::score_token : number.reason;
    return {{number.value, missing_word}, reason, number.mended};
  };
  const auto quick = [](const Decoded<Score>& cell, double& number) {
    if (cell.value.status != missing_word || cell.reason != Reason::none || cell.mended) return false;
    number = cell.value.value;
    return true;
  };
  const auto store = [&](std::int64_t row, const Decoded<Score>& cell) {
    numbers[static_cast<std::size_t>(row)] = cell.value.value;
    if (cell.value.status != missing_word) {
      findings.status_overrides.emplace_back(row, cell.value.status);
      findings.mend(row, Reason::score_token);
    } else {
      note(findings, row, position, cell.reason, cell.mended);
    }
  };
  each_chunk(raw, [&](const RawChunk& chunk, std::int64_t row) {
    each_cell<Score>(chunk, row, numbers, decode, quick, store);
  });
  return numbers;
}

/// Days since 1970, or minutes.
std::vector<std::int32_t> decode_moments(const RawColumn& raw, bool minutes, std::int32_t position, std::size_t rows,
                                         Decoding& decoding, Findings& findings) {
  std::vector<std::int32_t> days(rows, no_day);
  std::string last_text;
  Decoded<std::int32_t> last;
  const auto read = [&](const RawCell& cell) -> Decoded<std::int32_t> {
    const auto made = decode_moment(cell, decoding.options);
    const bool whole = !minutes || made.value.days == no_day;
    return {whole ? made.value.days : made.value.days * 1440 + made.value.minute, made.reason, made.mended};
  };
  const auto decode = [&](const RawCell& cell) {
    if (cell.kind == RawCell::Kind::text) {
      if (cell.text != last_text) {
        last = read(cell);
        last_text = cell.text;
      }
      return last;
    }
    return read(cell);
  };
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(block_rows));
  each_chunk(raw, [&](const RawChunk& chunk, std::int64_t begin) {
    if (minutes || chunk.layout() != Layout::date32) {
      read_values(chunk, begin, days, position, findings, decode);
      return;
    }
    each_block(chunk, begin, [&](std::int64_t first, std::size_t count, std::size_t at) {
      chunk.whole_numbers(first, missing_integer, std::span(numbers).first(count));
      bool odd = false;
      for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t value = numbers[i];
        odd |= value != missing_integer && (value < first_day || value > last_day);
        days[at + i] = value == missing_integer ? no_day : static_cast<std::int32_t>(value);
      }
      for (std::size_t i = 0; odd && i < count; ++i) {
        const Decoded<std::int32_t> cell = decode(chunk.cell(first + static_cast<std::int64_t>(i)));
        days[at + i] = cell.value;
        note(findings, static_cast<std::int64_t>(at + i), position, cell.reason, cell.mended);
      }
    });
  });
  return days;
}

/// Whole numbers are taken as they lie.
std::vector<std::int64_t> decode_integers(const RawColumn& raw, std::int32_t position, std::size_t rows, Findings& findings) {
  std::vector<std::int64_t> values(rows, missing_integer);
  each_chunk(raw, [&](const RawChunk& chunk, std::int64_t begin) {
    if (!chunk.holds_whole_numbers() || chunk.layout() == Layout::date32) {
      read_values(chunk, begin, values, position, findings, decode_integer);
      return;
    }
    each_block(chunk, begin, [&](std::int64_t first, std::size_t count, std::size_t at) {
      chunk.whole_numbers(first, missing_integer, std::span(values).subspan(at, count));
    });
  });
  return values;
}

template <class T, class Decode>
std::vector<T> decode_plain(const RawColumn& raw, std::int32_t position, std::size_t rows, T missing, Decode decode,
                            Findings& findings) {
  std::vector<T> values(rows, missing);
  read_values(raw, values, position, findings, decode);
  return values;
}

}  // namespace

RecordColumn decode_column(const RawColumn& raw, const TableRule& table, std::int32_t position, std::int64_t row_count,
                           Decoding& decoding, Findings& findings) {
  const ColumnRule& rule = table.columns[static_cast<std::size_t>(position)];
  const auto rows = static_cast<std::size_t>(row_count);
  RecordColumn column;
  switch (rule.type) {
    case ColumnType::person_id: column.codes = decode_ids(raw, rule, position, rows, decoding, findings); break;
    case ColumnType::place: column.codes = decode_texts(raw, position, rows, decoding.places, findings); break;
    case ColumnType::name: column.codes = decode_texts(raw, position, rows, decoding.names, findings); break;
    case ColumnType::date:
    case ColumnType::time:
      column.codes = decode_moments(raw, rule.type == ColumnType::time, position, rows, decoding, findings);
      break;
    case ColumnType::integer:
      column.integers = decode_integers(raw, position, rows, findings);
      break;
    case ColumnType::number:
      column.numbers = table.name == "exam_results"
                           ? decode_scores(raw, table, position, rows, decoding, findings)
                           : decode_plain<double>(raw, position, rows, std::numeric_limits<double>::quiet_NaN(),
                                                  decode_number, findings);
      break;
    case ColumnType::flag:
      column.words = decode_plain<std::uint8_t>(raw, position, rows, missing_word, decode_flag, findings);
      break;
    case ColumnType::words: column.words = decode_words(raw, table, position, rows, decoding, findings); break;
  }
  return column;
}

}  // namespace childwell::inline v0_1::detail
