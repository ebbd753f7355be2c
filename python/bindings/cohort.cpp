// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core.hpp"

#include <childwell/cohort/assemble.hpp>
#include <childwell/cohort/state_counts.hpp>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <string>

namespace py = pybind11;
namespace cw = childwell;

py::dict ledger_of(const cw::Ledger& ledger);

void define_cohort(py::module_& module) {
  py::class_<cw::Cohort, std::shared_ptr<cw::Cohort>>(module, "Cohort", "Children through time.")
      .def("ledger", [](const cw::Cohort& cohort) { return ledger_of(cohort.ledger); })
      .def_property_readonly("lanes", [](const cw::Cohort& cohort) { return cohort.lanes.size(); })
      .def_property_readonly("papers", [](const cw::Cohort& cohort) { return cohort.papers.size(); })
      .def_property_readonly("children", [](const cw::Cohort& cohort) { return cohort.children.size(); })
      .def_property_readonly("assumptions", [](const cw::Cohort& cohort) { return cohort.assumptions; })
      .def_property_readonly("nbytes", [](const cw::Cohort& cohort) { return cohort.cells.size() + 2 * cohort.lags.size() + cohort.before.size(); })
      .def("schools_missing", [](const cw::Cohort& cohort) {
        py::list schools;
        for (const std::int32_t school : cohort.schools_register_unknown) {
          schools.append(py::make_tuple(cohort.records->place_name(school), "register_unknown"));
        }
        for (const std::int32_t school : cohort.schools_without_rows) {
          schools.append(py::make_tuple(cohort.records->place_name(school), "no_rows"));
        }
        return schools;
      });
  module.def("kernel_in_use", [] { return std::string(cw::kernel_in_use()); }, "Name of the kernel chosen at run time.");
  module.def("assemble", [](std::shared_ptr<cw::Records> records) {
    return interruptibly([&] { return std::make_shared<cw::Cohort>(cw::assemble(records)); });
  }, py::arg("records"), "Records in order of child and time.");
}
