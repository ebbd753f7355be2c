// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/pool.hpp>
#include <childwell/stats/poisson_bootstrap.hpp>

#include "convert.hpp"

namespace {

using Outcomes = ArrayOf<std::uint8_t>;
using Keys = ArrayOf<std::uint64_t>;

stats::DiscriminationBootstrap bootstrapped(const Outcomes& outcomes, const Array& scores, const Keys& keys,
                                            std::int64_t replicates, std::uint64_t seed, double capacity, double level,
                                            std::size_t threads) {
  const auto y = span_of(outcomes);
  const auto s = span_of(scores);
  const auto k = span_of(keys);
  const stats::DiscriminationBootstrapOptions options{replicates, seed, capacity, level};
  try {
    const py::gil_scoped_release released;
    childwell::Pool pool(threads == 0 ? childwell::default_threads() : threads, [] {
      const py::gil_scoped_acquire acquired;
      return PyErr_CheckSignals() != 0;
    });
    return stats::bootstrap_discrimination(y, s, k, options, &pool);
  } catch (const childwell::Interrupted&) {
    throw py::error_already_set();
  }
}

}  // namespace

void define_stats_poisson_bootstrap(py::module_& module) {
  ResultClass<stats::BootstrapInterval>(module, "BootstrapInterval")
      .field("estimate", &stats::BootstrapInterval::estimate)
      .field("standard_error", &stats::BootstrapInterval::standard_error)
      .field("bias", &stats::BootstrapInterval::bias)
      .field("lower", &stats::BootstrapInterval::lower)
      .field("upper", &stats::BootstrapInterval::upper)
      .field("level", &stats::BootstrapInterval::level)
      .field("replicates", &stats::BootstrapInterval::replicates)
      .field("undefined", &stats::BootstrapInterval::undefined)
      .field("status", &stats::BootstrapInterval::status);
  using Both = stats::DiscriminationBootstrap;
  ResultClass<Both>(module, "DiscriminationBootstrap")
      .field("auc", &Both::auc)
      .field("precision", &Both::precision)
      .field("auc_replicates", &Both::auc_replicates)
      .field("precision_replicates", &Both::precision_replicates)
      .field("places", &Both::places)
      .field("clusters", &Both::clusters)
      .field("seed", &Both::seed)
      .field("count", &Both::count)
      .field("events", &Both::events)
      .field("missing", &Both::missing)
      .field("status", &Both::status);
  module.def(
      "bootstrap_interval",
      [](const Array& replicates, double estimate, double level) {
        return stats::bootstrap_interval(span_of(replicates), estimate, level);
      },
      py::arg("replicates"), py::arg("estimate"), py::kw_only(), py::arg("level"));
  module.def(
      "poisson_bootstrap_weights",
      [](const Keys& keys, std::uint64_t seed, std::uint64_t first_replicate, std::uint64_t replicates) {
        const auto given = span_of(keys);
        std::vector<std::uint8_t> weights;
        {
          const py::gil_scoped_release released;
          weights = stats::poisson_bootstrap_weights(given, seed, first_replicate, replicates);
        }
        return Outcomes({static_cast<py::ssize_t>(replicates), static_cast<py::ssize_t>(given.size())}, weights.data());
      },
      py::arg("keys"), py::kw_only(), py::arg("seed"), py::arg("first_replicate"), py::arg("replicates"));
  module.def("bootstrap_discrimination", bootstrapped, py::arg("outcomes"), py::arg("scores"), py::kw_only(),
             py::arg("keys"), py::arg("replicates"), py::arg("seed"), py::arg("capacity"), py::arg("level"),
             py::arg("threads"));
}
