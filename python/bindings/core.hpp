// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/pool.hpp>

#include <pybind11/pybind11.h>

#include <cstddef>
#include <optional>
#include <utility>

/// Asked by a pool on Python's own thread: a signal such as Ctrl-C ends the run with Python's own exception.
inline bool python_stops() {
  const pybind11::gil_scoped_acquire acquired;
  if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
  return false;
}

/// Runs work on threads of a pool without the interpreter's lock, while this thread listens for signals.
template <class Work>
auto interruptibly_with_pool(Work work) {
  const pybind11::gil_scoped_release released;
  childwell::Pool pool(childwell::default_threads(), python_stops);
  return work(pool);
}

/// The same for work that is one piece and passes stop points.
template <class Work>
auto interruptibly(Work work) {
  return interruptibly_with_pool([&work](childwell::Pool& pool) {
    std::optional<decltype(work())> result;
    pool.run(1, [&](std::size_t) { result.emplace(work()); });
    return std::move(*result);
  });
}
