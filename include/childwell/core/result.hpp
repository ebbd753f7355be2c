// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace childwell::inline v0_1 {

/// Something wrong with a table as a whole. Holds names of tables, columns and places, never a child's value.
struct Fault {
  std::string code;    ///< a code of the message catalogue
  std::string table;
  std::string column;  ///< or the place concerned
  std::int64_t rows = 0;
};

/// Data that break the schema; carries the faults.
class DataError : public std::runtime_error {
 public:
  explicit DataError(std::vector<Fault> faults)
      : std::runtime_error("childwell: the data break the schema"), faults_(std::move(faults)) {}
  [[nodiscard]] const std::vector<Fault>& faults() const noexcept { return faults_; }

 private:
  std::vector<Fault> faults_;
};

/// A value, or the faults that stand in its way; names follow std::expected, which C++20 lacks.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}                    // NOLINT: a value is a result
  Result(std::vector<Fault> faults) : content_(std::move(faults)) {}  // NOLINT

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & { return require(), std::get<0>(content_); }
  [[nodiscard]] const T& value() const& { return require(), std::get<0>(content_); }
  [[nodiscard]] T&& value() && { return require(), std::get<0>(std::move(content_)); }
  [[nodiscard]] const std::vector<Fault>& error() const { return std::get<1>(content_); }

  T& operator*() & { return std::get<0>(content_); }
  const T& operator*() const& { return std::get<0>(content_); }
  T* operator->() { return &std::get<0>(content_); }
  const T* operator->() const { return &std::get<0>(content_); }

 private:
  void require() const {
    if (!has_value()) throw DataError(std::get<1>(content_));
  }
  std::variant<T, std::vector<Fault>> content_;
};

}  // namespace childwell::inline v0_1
