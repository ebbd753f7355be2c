// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace py = pybind11;
namespace stats = childwell::stats;

// Text of the value objects: names and short numbers, arrays by their size, never their content.
inline std::string short_text(const py::handle& value) {
  if (py::isinstance<py::array>(value)) {
    const py::array array = py::reinterpret_borrow<py::array>(value);
    std::string shape;
    for (py::ssize_t i = 0; i < array.ndim(); ++i) shape.append(i > 0 ? "x" : "").append(std::to_string(array.shape(i)));
    return "array of " + shape;
  }
  if (py::isinstance<py::float_>(value)) return py::str("{:.6g}").format(value).cast<std::string>();
  if (py::isinstance<py::list>(value)) return "list of " + std::to_string(py::len(value));
  return py::repr(value).cast<std::string>();
}

template <class T, int flags = py::array::c_style | py::array::forcecast>
using ArrayOf = py::array_t<T, flags>;
using Array = ArrayOf<double>;

template <class T>
std::span<const T> span_of(const ArrayOf<T>& values) {
  if (values.ndim() != 1) throw std::invalid_argument("childwell: give one-dimensional arrays");
  return {values.data(), static_cast<std::size_t>(values.size())};
}

// Strides are kept, so a column-major or sliced table is read where it lies.
inline stats::MatrixView view_of(const py::array_t<double, py::array::forcecast>& values) {
  if (values.ndim() != 2) throw std::invalid_argument("childwell: give a two-dimensional array, one row a child");
  constexpr auto size = static_cast<py::ssize_t>(sizeof(double));
  return {values.data(), static_cast<std::size_t>(values.shape(0)), static_cast<std::size_t>(values.shape(1)),
          values.strides(0) / size, values.strides(1) / size};
}

template <class T>
ArrayOf<T> array_of(const std::vector<T>& values) {
  return ArrayOf<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

inline Array array_of(const stats::Matrix& values) {
  return Array({static_cast<py::ssize_t>(values.rows), static_cast<py::ssize_t>(values.columns)}, values.values.data());
}

/// The enumerator of a word; words stand in the order of the enumerators.
template <class Enum, std::size_t count>
Enum enumerator(const std::string& text, const std::array<std::string_view, count>& words, std::string_view what) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) return static_cast<Enum>(found - words.begin());
  // Appended piece by piece: g++ 12 warns of an overflow that is none in a chain of operator+.
  std::string message = "childwell: ";
  message.append(what).append(" is one of ");
  for (std::size_t i = 0; i < count; ++i) message.append(i > 0 ? ", " : "").append(words[i]);
  message.append("; not '").append(text).append("'");
  throw std::invalid_argument(message);
}

/// A value object in Python: read-only fields, a repr that names them, and `as_dict()`.
template <class T>
class ResultClass {
 public:
  ResultClass(py::module_& module, const char* name) : class_(module, name) {}
  ResultClass(const ResultClass&) = delete;
  ResultClass& operator=(const ResultClass&) = delete;

  template <class Member>
  ResultClass& field(const char* name, Member T::*member) {
    using Value = std::remove_cvref_t<Member>;
    // each kind has its own type of result, which stands in the signature and so in the stubs
    if constexpr (std::is_same_v<Value, childwell::Status>) {
      return property(name, [member](const T& made) { return std::string(childwell::word(made.*member)); });
    } else if constexpr (std::is_same_v<Value, std::string_view>) {
      return property(name, [member](const T& made) { return std::string(made.*member); });
    } else if constexpr (std::is_same_v<Value, std::vector<double>> || std::is_same_v<Value, std::vector<std::int64_t>> ||
                         std::is_same_v<Value, stats::Matrix>) {
      return property(name, [member](const T& made) { return array_of(made.*member); });
    } else {
      return property(name, [member](const T& made) -> Value { return made.*member; });
    }
  }

  template <class Get>
  ResultClass& property(const char* name, Get get) {
    class_.def_property_readonly(name, std::move(get));
    names_.emplace_back(name);
    return *this;
  }

  ~ResultClass() {
    const std::vector<std::string> names = std::move(names_);
    class_.attr("fields") = py::tuple(py::cast(names));
    class_.def("as_dict", [names](const py::object& self) {
      py::dict made;
      for (const std::string& name : names) made[name.c_str()] = self.attr(name.c_str());
      return made;
    });
    class_.def("__repr__", [names](const py::object& self) {
      std::string text = py::str(py::type::of(self).attr("__name__")).cast<std::string>() + "(";
      for (std::size_t i = 0; i < names.size(); ++i) {
        text += (i > 0 ? ", " : "") + names[i] + "=" + short_text(self.attr(names[i].c_str()));
      }
      return text + ")";
    });
  }

 private:
  py::class_<T> class_;
  std::vector<std::string> names_;
};
