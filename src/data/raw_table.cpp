// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/data/raw_table.hpp>

#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace childwell::inline v0_1 {

namespace {

struct Format {
  Layout layout = Layout::nothing;
  std::int64_t units_per_second = 1;
  bool zoned = false;
  bool known = false;
};

Format timestamp_format(std::string_view text) {
  // ts<unit>:<zone>
  if (text.size() < 4 || text[3] != ':') return {};
  Format format{Layout::timestamp, 1, text.size() > 4, true};
  switch (text[2]) {
    case 's': format.units_per_second = 1; break;
    case 'm': format.units_per_second = 1'000; break;
    case 'u': format.units_per_second = 1'000'000; break;
    case 'n': format.units_per_second = 1'000'000'000; break;
    default: return {};
  }
  return format;
}

Format parse_format(std::string_view text) {
  if (text == "n") return {Layout::nothing, 1, false, true};
  if (text == "b") return {Layout::boolean, 1, false, true};
  if (text == "c") return {Layout::int8, 1, false, true};
  if (text == "C") return {Layout::uint8, 1, false, true};
  if (text == "s") return {Layout::int16, 1, false, true};
  if (text == "S") return {Layout::uint16, 1, false, true};
  if (text == "i") return {Layout::int32, 1, false, true};
  if (text == "I") return {Layout::uint32, 1, false, true};
  if (text == "l") return {Layout::int64, 1, false, true};
  if (text == "L") return {Layout::uint64, 1, false, true};
  if (text == "f") return {Layout::float32, 1, false, true};
  if (text == "g") return {Layout::float64, 1, false, true};
  if (text == "u") return {Layout::utf8, 1, false, true};
  if (text == "U") return {Layout::large_utf8, 1, false, true};
  if (text == "vu") return {Layout::utf8_view, 1, false, true};
  if (text == "tdD") return {Layout::date32, 1, false, true};
  if (text == "tdm") return {Layout::date64, 1, false, true};
  if (text.starts_with("ts")) return timestamp_format(text);
  return {};
}

std::int64_t minimum_buffers(Layout layout) {
  switch (layout) {
    case Layout::nothing: return 0;
    case Layout::utf8:
    case Layout::large_utf8: return 3;
    case Layout::utf8_view: return 3;
    default: return 2;
  }
}

[[noreturn]] void broken(const std::string& column, const char* what) {
  throw std::invalid_argument("childwell: column '" + column + "' breaks the Arrow interface: " + what +
                              "; export the table again with a current pyarrow, polars or DuckDB");
}

template <class T>
T load(const void* base, std::int64_t position) {
  T value;  // memcpy, because a mapped file need not be aligned
  std::memcpy(&value, static_cast<const char*>(base) + position * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return value;
}

template <class Offset>
void check_offsets(const void* offsets, std::int64_t first, std::int64_t length, const std::string& column) {
  Offset before = load<Offset>(offsets, first);
  if (before < 0) broken(column, "a string offset is negative");
  for (std::int64_t row = 1; row <= length; ++row) {
    const Offset next = load<Offset>(offsets, first + row);
    if (next < before) broken(column, "string offsets go backwards");
    before = next;
  }
}

template <class Offset>
std::string_view text_at(const void* offsets, const void* data, std::int64_t position) {
  const Offset begin = load<Offset>(offsets, position);
  const Offset end = load<Offset>(offsets, position + 1);
  return {static_cast<const char*>(data) + begin, static_cast<std::size_t>(end - begin)};
}

struct StringView {
  std::int32_t length;
  char prefix[4];
  std::int32_t buffer;
  std::int32_t offset;
};

RawCell integer_cell(std::int64_t value) {
  RawCell cell;
  cell.kind = RawCell::Kind::integer;
  cell.integer = value;
  return cell;
}

RawCell real_cell(double value) {
  RawCell cell;
  if (std::isnan(value)) return cell;  // NaN in a number column is how several tools write "missing"
  cell.kind = RawCell::Kind::real;
  cell.real = value;
  return cell;
}

RawCell text_cell(std::string_view value) {
  RawCell cell;
  if (value.empty()) return cell;
  cell.kind = RawCell::Kind::text;
  cell.text = value;
  return cell;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by != 0 && (value < 0) != (by < 0) ? 1 : 0);
}

}  // namespace

bool RawChunk::valid(std::int64_t row) const noexcept {
  if (layout_ == Layout::nothing) return false;
  if (validity_ == nullptr) return true;
  const std::int64_t bit = offset_ + row;
  return (validity_[bit >> 3] >> (bit & 7) & 1) != 0;
}

std::int64_t RawChunk::dictionary_code(std::int64_t row) const {
  if (!valid(row)) return -1;
  const std::int64_t at = offset_ + row;
  std::int64_t code = -1;
  switch (index_layout_) {
    case Layout::int8: code = load<std::int8_t>(values_, at); break;
    case Layout::int16: code = load<std::int16_t>(values_, at); break;
    case Layout::int32: code = load<std::int32_t>(values_, at); break;
    case Layout::int64: code = load<std::int64_t>(values_, at); break;
    case Layout::uint8: code = load<std::uint8_t>(values_, at); break;
    case Layout::uint16: code = load<std::uint16_t>(values_, at); break;
    case Layout::uint32: code = load<std::uint32_t>(values_, at); break;
    default: break;
  }
  if (code < 0 || code >= dictionary_->length()) {
    throw std::invalid_argument("childwell: a dictionary code lies outside its dictionary");
  }
  return code;
}

template <class Use>
void RawChunk::with_integers(Layout layout, Use use) const {
  switch (layout) {
    case Layout::int8: use(std::int8_t{}); break;
    case Layout::int16: use(std::int16_t{}); break;
    case Layout::date32:
    case Layout::int32: use(std::int32_t{}); break;
    case Layout::int64: use(std::int64_t{}); break;
    case Layout::uint8: use(std::uint8_t{}); break;
    case Layout::uint16: use(std::uint16_t{}); break;
    case Layout::uint32: use(std::uint32_t{}); break;
    default: break;
  }
}

void RawChunk::dictionary_codes(std::int64_t first, std::span<std::int32_t> codes) const {
  bool outside = index_layout_ == Layout::uint64;
  const std::int64_t entries = dictionary_->length();
  with_integers(index_layout_, [&](auto type) {
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const std::int64_t row = first + static_cast<std::int64_t>(i);
      const auto code = static_cast<std::int64_t>(load<decltype(type)>(values_, offset_ + row));
      const bool held = validity_ == nullptr || valid(row);
      outside |= held && (code < 0 || code >= entries);
      codes[i] = held ? static_cast<std::int32_t>(code) : -1;
    }
  });
  if (outside) throw std::invalid_argument("childwell: a dictionary code lies outside its dictionary");
}

bool RawChunk::holds_whole_numbers() const noexcept {
  return (layout_ >= Layout::int8 && layout_ <= Layout::uint32) || layout_ == Layout::date32;
}

void RawChunk::whole_numbers(std::int64_t first, std::int64_t missing, std::span<std::int64_t> numbers) const {
  with_integers(layout_, [&](auto type) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const std::int64_t row = first + static_cast<std::int64_t>(i);
      const auto number = static_cast<std::int64_t>(load<decltype(type)>(values_, offset_ + row));
      numbers[i] = validity_ == nullptr || valid(row) ? number : missing;
    }
  });
}

RawCell RawChunk::cell(std::int64_t row) const {
  if (!valid(row)) return {};
  const std::int64_t at = offset_ + row;
  switch (layout_) {
    case Layout::boolean: {
      const auto bits = static_cast<const std::uint8_t*>(values_);
      return integer_cell(bits[at >> 3] >> (at & 7) & 1);
    }
    case Layout::int8: return integer_cell(load<std::int8_t>(values_, at));
    case Layout::int16: return integer_cell(load<std::int16_t>(values_, at));
    case Layout::int32: return integer_cell(load<std::int32_t>(values_, at));
    case Layout::int64: return integer_cell(load<std::int64_t>(values_, at));
    case Layout::uint8: return integer_cell(load<std::uint8_t>(values_, at));
    case Layout::uint16: return integer_cell(load<std::uint16_t>(values_, at));
    case Layout::uint32: return integer_cell(load<std::uint32_t>(values_, at));
    case Layout::uint64: {
      const auto value = load<std::uint64_t>(values_, at);
      if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        RawCell cell = real_cell(static_cast<double>(value));
        cell.integer = static_cast<std::int64_t>(value);
        cell.wide = true;
        return cell;
      }
      return integer_cell(static_cast<std::int64_t>(value));
    }
    case Layout::float32: return real_cell(static_cast<double>(load<float>(values_, at)));
    case Layout::float64: return real_cell(load<double>(values_, at));
    case Layout::utf8: return text_cell(text_at<std::int32_t>(values_, data_, at));
    case Layout::large_utf8: return text_cell(text_at<std::int64_t>(values_, data_, at));
    case Layout::utf8_view: {
      const auto view = load<StringView>(values_, at);
      const auto length = static_cast<std::size_t>(view.length);
      if (view.length <= 12) {
        // short strings stand inside the view itself, right behind its length
        const char* inside = static_cast<const char*>(values_) + at * 16 + 4;
        return text_cell({inside, length});
      }
      const auto* buffer = static_cast<const char*>(variadic_[view.buffer]);
      return text_cell({buffer + view.offset, length});
    }
    case Layout::date32: {
      RawCell cell = integer_cell(load<std::int32_t>(values_, at));
      cell.kind = RawCell::Kind::date;
      return cell;
    }
    case Layout::date64: {
      RawCell cell = integer_cell(floor_divide(load<std::int64_t>(values_, at), 86'400'000));
      cell.kind = RawCell::Kind::date;
      return cell;
    }
    case Layout::timestamp: {
      RawCell cell = integer_cell(floor_divide(load<std::int64_t>(values_, at), units_per_second_));
      cell.kind = RawCell::Kind::instant;
      cell.zoned = zoned_;
      return cell;
    }
    case Layout::dictionary: {
      const std::int64_t code = dictionary_code(row);
      return code < 0 ? RawCell{} : dictionary_->cell(code);
    }
    case Layout::nothing: break;
  }
  return {};
}

RawChunk RawTable::view(const ArrowSchema& schema, const ArrowArray& array, std::int64_t parent_offset,
                        std::int64_t parent_length, const std::string& column) {
  const Format format = parse_format(schema.format == nullptr ? "" : schema.format);
  if (!format.known) {
    throw std::invalid_argument("childwell: column '" + column + "' has the Arrow type '" +
                                std::string(schema.format == nullptr ? "" : schema.format) +
                                "', which is not read; cast it to a whole number, a real number, text or a date");
  }
  if (array.length < 0 || array.offset < 0 || parent_offset < 0) broken(column, "a length or offset is negative");
  if (parent_offset > array.length || parent_length > array.length - parent_offset) {
    broken(column, "it is shorter than its table");
  }
  if (array.n_buffers < minimum_buffers(format.layout)) broken(column, "buffers are missing");
  RawChunk chunk;
  chunk.layout_ = format.layout;
  chunk.length_ = parent_length;
  chunk.offset_ = array.offset + parent_offset;
  chunk.units_per_second_ = format.units_per_second;
  chunk.zoned_ = format.zoned;
  if (format.layout == Layout::nothing) return chunk;
  if (array.buffers == nullptr) broken(column, "buffers are missing");
  chunk.validity_ = static_cast<const std::uint8_t*>(array.buffers[0]);
  chunk.values_ = array.buffers[1];
  if (parent_length > 0 && chunk.values_ == nullptr) broken(column, "the value buffer is null");
  if (format.layout == Layout::utf8 || format.layout == Layout::large_utf8) chunk.data_ = array.buffers[2];
  if (parent_length > 0) {
    if (format.layout == Layout::utf8) check_offsets<std::int32_t>(chunk.values_, chunk.offset_, parent_length, column);
    if (format.layout == Layout::large_utf8) {
      check_offsets<std::int64_t>(chunk.values_, chunk.offset_, parent_length, column);
    }
  }
  if (format.layout == Layout::utf8_view) {
    chunk.variadic_ = array.buffers + 2;
    chunk.variadic_count_ = array.n_buffers - 3;
    chunk.variadic_sizes_ = static_cast<const std::int64_t*>(array.buffers[array.n_buffers - 1]);
    for (std::int64_t row = 0; row < parent_length; ++row) {
      if (!chunk.valid(row)) continue;
      const auto text = load<StringView>(chunk.values_, chunk.offset_ + row);
      if (text.length < 0) broken(column, "a string length is negative");
      if (text.length <= 12) continue;
      const bool inside = text.buffer >= 0 && text.buffer < chunk.variadic_count_ && text.offset >= 0 &&
                          std::int64_t{text.offset} + text.length <= chunk.variadic_sizes_[text.buffer];
      if (!inside) broken(column, "a string view points outside its buffers");
    }
  }
  if (schema.dictionary != nullptr) {
    if (array.dictionary == nullptr) broken(column, "the dictionary is missing");
    if (schema.dictionary->dictionary != nullptr) broken(column, "a dictionary of dictionaries is not read");
    chunk.index_layout_ = format.layout;
    chunk.layout_ = Layout::dictionary;
    chunk.dictionary_ =
        std::make_shared<RawChunk>(view(*schema.dictionary, *array.dictionary, 0, array.dictionary->length, column));
  }
  return chunk;
}

RawTable RawTable::read(std::string name, ArrowOwner<ArrowArrayStream> stream) {
  if (!stream.held()) throw std::invalid_argument("childwell: table '" + name + "' is a stream that was already read");
  ArrowOwner<ArrowSchema> schema;
  if (stream->get_schema(stream.get(), schema.get()) != 0) {
    throw std::runtime_error("childwell: the producer of table '" + name + "' gave no schema");
  }
  if (schema->format == nullptr || std::string_view(schema->format) != "+s") {
    throw std::invalid_argument("childwell: table '" + name + "' is not a stream of record batches");
  }
  RawTable table;
  table.name_ = std::move(name);
  for (std::int64_t i = 0; i < schema->n_children; ++i) {
    const char* column = schema->children[i]->name;
    table.columns_.push_back({column == nullptr ? "" : column, {}});
  }
  for (;;) {
    auto batch = std::make_shared<ArrowOwner<ArrowArray>>();
    if (stream->get_next(stream.get(), batch->get()) != 0) {
      throw std::runtime_error("childwell: the producer of table '" + table.name_ + "' stopped with an error");
    }
    if (!batch->held()) break;
    const ArrowArray& array = *batch->get();
    if (array.n_children != schema->n_children) broken(table.name_, "a batch has another number of columns");
    if (array.length < 0 || array.offset < 0) broken(table.name_, "a batch has a negative length");
    for (std::int64_t i = 0; i < array.n_children; ++i) {
      auto& column = table.columns_[static_cast<std::size_t>(i)];
      column.chunks.push_back(view(*schema->children[i], *array.children[i], array.offset, array.length, column.name));
    }
    table.rows_ += array.length;
    table.batches_.push_back(std::move(batch));
  }
  return table;
}

}  // namespace childwell::inline v0_1
