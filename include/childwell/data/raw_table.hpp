// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/data/arrow_c.hpp>
#include <childwell/data/raw_cell.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// How the values of an Arrow column lie in memory.
enum class Layout : std::uint8_t {
  nothing,
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  utf8,
  large_utf8,
  utf8_view,
  date32,
  date64,
  timestamp,
  dictionary
};

/// One chunk of one column: a view into memory that the table keeps alive.
class RawChunk {
 public:
  /// The cell of a row of this chunk.
  [[nodiscard]] RawCell cell(std::int64_t row) const;
  [[nodiscard]] std::int64_t length() const noexcept { return length_; }
  /// The entry of the dictionary that a row holds, or -1; only where layout is dictionary.
  [[nodiscard]] std::int64_t dictionary_code(std::int64_t row) const;
  [[nodiscard]] const RawChunk* dictionary() const noexcept { return dictionary_.get(); }
  [[nodiscard]] Layout layout() const noexcept { return layout_; }
  /// dictionary_code of a stretch of rows, from `first` on; of dictionaries of fewer than 2^31 entries.
  void dictionary_codes(std::int64_t first, std::span<std::int32_t> codes) const;
  /// True where `whole_numbers` can read the chunk: whole numbers of up to 64 bits with a sign, and days.
  [[nodiscard]] bool holds_whole_numbers() const noexcept;
  /// The numbers or days of a stretch of rows, from `first` on; `missing` where there is none.
  void whole_numbers(std::int64_t first, std::int64_t missing, std::span<std::int64_t> numbers) const;

 private:
  friend class RawTable;
  [[nodiscard]] bool valid(std::int64_t row) const noexcept;
  template <class Use>
  void with_integers(Layout layout, Use use) const;

  Layout layout_ = Layout::nothing;
  Layout index_layout_ = Layout::nothing;
  std::int64_t length_ = 0;
  std::int64_t offset_ = 0;
  std::int64_t units_per_second_ = 1;
  bool zoned_ = false;
  const std::uint8_t* validity_ = nullptr;
  const void* values_ = nullptr;
  const void* data_ = nullptr;
  const void* const* variadic_ = nullptr;
  const std::int64_t* variadic_sizes_ = nullptr;
  std::int64_t variadic_count_ = 0;
  std::shared_ptr<RawChunk> dictionary_;
};

struct RawColumn {
  std::string name;
  std::vector<RawChunk> chunks;
};

/// An untrusted table: columns of chunks, read once from an Arrow stream. Fixed-width columns are not copied.
class RawTable {
 public:
  /// Takes every batch of a stream.
  ///
  /// Use at the boundary; the stream is single-use and is empty afterwards. Lengths, buffer counts and offsets are
  /// checked, because a wrong producer must give an error and not a crash.
  /// @param name     the table's name in the schema
  /// @param stream   a live Arrow stream; ownership passes to the table
  /// @return the table [rows x columns]; nulls stay nulls
  /// @throws std::invalid_argument when the stream breaks the interface or a column has a type that is not read;
  ///         std::runtime_error when the producer reports an error. Cost: no copy, one pass over string offsets
  /// @source Arrow C data interface and C stream interface, format version 1.x
  static RawTable read(std::string name, ArrowOwner<ArrowArrayStream> stream);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }
  [[nodiscard]] const std::vector<RawColumn>& columns() const noexcept { return columns_; }

 private:
  static RawChunk view(const ArrowSchema& schema, const ArrowArray& array, std::int64_t parent_offset,
                       std::int64_t parent_length, const std::string& column);

  std::string name_;
  std::int64_t rows_ = 0;
  std::vector<RawColumn> columns_;
  std::vector<std::shared_ptr<ArrowOwner<ArrowArray>>> batches_;
};

}  // namespace childwell::inline v0_1
