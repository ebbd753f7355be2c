// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core.hpp"

#include <childwell/cohort/assemble.hpp>
#include <childwell/cohort/dense_ids.hpp>
#include <childwell/cohort/ingest.hpp>
#include <childwell/cohort/state_counts.hpp>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace py = pybind11;
namespace cw = childwell;

py::dict ledger_of(const cw::Ledger& ledger);

namespace {

template <class T>
using Column = py::array_t<T, py::array::c_style>;

template <class T>
std::span<const T> view(const Column<T>& column) {
  return {column.data(), static_cast<std::size_t>(column.size())};
}

/// Columns as they came from Python, kept while they are read.
struct GivenMarks {
  Column<std::int32_t> child;
  Column<std::int32_t> date;
  Column<std::int8_t> session;
  Column<std::int8_t> code;

  [[nodiscard]] cw::MarkColumns columns() const { return {view(child), view(date), view(session), view(code)}; }
};

cw::SessionTable session_table(const Column<std::int32_t>& dates, const Column<std::int8_t>& sessions) {
  if (dates.size() != sessions.size()) throw std::invalid_argument("childwell: sessions: one date a session");
  std::vector<cw::SessionName> names;
  for (py::ssize_t i = 0; i < dates.size(); ++i) names.push_back({cw::Date{dates.data()[i]}, sessions.data()[i]});
  return cw::SessionTable(names);
}

cw::CodeTable code_table(const Column<std::uint8_t>& cells) {
  std::array<cw::Cell, 16> made{};
  for (std::size_t code = 0; code < made.size(); ++code) made[code] = cw::Cell(cells.at(static_cast<py::ssize_t>(code)));
  return cw::CodeTable(made);
}

/// What is done in a few milliseconds is not worth the threads, not even the one that listens for Ctrl-C.
constexpr std::size_t few_rows = std::size_t{1} << 16;
constexpr std::size_t few_rows_on_one_thread = std::size_t{1} << 21;

template <class Work>
auto on_threads(std::size_t threads, std::size_t rows, Work work) {
  const py::gil_scoped_release released;
  const std::size_t wanted = threads == 0 ? cw::default_threads() : threads;
  if (rows < (wanted == 1 ? few_rows_on_one_thread : few_rows)) {
    cw::SerialExecutor serial;
    return work(serial);
  }
  cw::Pool pool(wanted, python_stops);
  return work(pool);
}

using Filled = std::shared_ptr<cw::Ingested>;

Filled ingest(const GivenMarks& marks, std::size_t children, const cw::SessionTable& sessions, const cw::CodeTable& codes,
              std::size_t threads) {
  return on_threads(threads, marks.columns().rows(), [&](cw::Executor& executor) {
    return std::make_shared<cw::Ingested>(cw::ingest(marks.columns(), children, sessions, codes, executor));
  });
}

py::array cells_of(const Filled& filled) {
  const cw::Panel& panel = filled->panel;
  const auto size = [](std::size_t n) { return static_cast<py::ssize_t>(n); };
  const py::array cells(py::dtype::of<std::uint8_t>(),
                        {size(panel.tiles()), size(panel.sessions().size()), size(cw::tile_lanes)},
                        panel.cells().data(), py::cast(filled));
  cells.attr("setflags")(py::arg("write") = false);
  return cells;
}

template <class T, class Rows, class Of>
py::array_t<T> column_of(const Rows& rows, Of of) {
  py::array_t<T> made(static_cast<py::ssize_t>(rows.size()));
  T* out = made.mutable_data();
  for (const auto& row : rows) *out++ = static_cast<T>(of(row));
  return made;
}

py::dict panel_quarantine(const cw::Ingested& filled) {
  const auto& rows = filled.ledger.quarantine;
  py::dict made;
  made["row"] = column_of<std::int64_t>(rows, [](const cw::QuarantinedRow& row) { return row.row; });
  made["reason"] = column_of<std::int8_t>(rows, [](const cw::QuarantinedRow& row) { return row.reason; });
  made["column"] = column_of<std::int8_t>(rows, [](const cw::QuarantinedRow& row) { return row.column; });
  return made;
}

py::dict panel_ledger(const cw::Ingested& filled) {
  cw::Ledger ledger;
  ledger.tables["attendance"] = filled.ledger;
  ledger.tables["attendance"].quarantine.clear();
  return ledger_of(ledger)["tables"]["attendance"];
}

template <class Work>
void number(std::size_t rows, Work work) {
  on_threads(1, rows, [&](cw::Executor& executor) {
    executor.run(1, [&](std::size_t) { work(); });
    return 0;
  });
}

Column<std::int32_t> encode_integers(cw::IntegerIds& ids, const py::array& given) {
  Column<std::int32_t> numbers(given.size());
  const std::span<std::int32_t> out(numbers.mutable_data(), static_cast<std::size_t>(given.size()));
  if (py::isinstance<Column<std::int32_t>>(given)) {
    const auto narrow = given.cast<Column<std::int32_t>>();
    number(out.size(), [&] { ids.encode(view(narrow), out); });
  } else {
    const auto wide = given.cast<Column<std::int64_t>>();
    number(out.size(), [&] { ids.encode(view(wide), out); });
  }
  return numbers;
}

Column<std::int32_t> encode_fixed(cw::StringIds& ids, const py::array& given) {
  Column<std::int32_t> numbers(given.size());
  const std::span<std::int32_t> out(numbers.mutable_data(), static_cast<std::size_t>(given.size()));
  const cw::FixedTextIds texts{static_cast<const char*>(given.data()), static_cast<std::size_t>(given.itemsize()),
                               static_cast<std::size_t>(given.size())};
  number(out.size(), [&] { ids.encode(texts, out); });
  return numbers;
}

Column<std::int32_t> encode_texts(cw::StringIds& ids, const Column<std::int64_t>& begins,
                                  const Column<std::uint8_t>& bytes) {
  const std::int64_t room = bytes.size();
  std::int64_t before = 0;
  for (const std::int64_t begin : view(begins)) {
    if (begin < before || begin > room) throw std::invalid_argument("childwell: ids: the texts lie outside their bytes");
    before = begin;
  }
  const cw::TextIds texts{reinterpret_cast<const char*>(bytes.data()), view(begins)};
  Column<std::int32_t> numbers(static_cast<py::ssize_t>(texts.size()));
  const std::span<std::int32_t> out(numbers.mutable_data(), texts.size());
  number(out.size(), [&] { ids.encode(texts, out); });
  return numbers;
}

void define_ingest(py::module_& module) {
  py::class_<GivenMarks>(module, "MarkColumns", "Columns of marks, read in place.")
      .def(py::init<Column<std::int32_t>, Column<std::int32_t>, Column<std::int8_t>, Column<std::int8_t>>(),
           py::arg("child").noconvert(), py::arg("date").noconvert(), py::arg("session").noconvert(),
           py::arg("code").noconvert())
      .def_property_readonly("rows", [](const GivenMarks& marks) { return marks.columns().rows(); })
      .def("sum", [](const GivenMarks& marks, bool by_hand) {
        const py::gil_scoped_release released;
        return cw::sum_of_columns(marks.columns(), by_hand);
      }, py::arg("by_hand"), "The probe of the benchmark.");
  py::class_<cw::SessionTable>(module, "SessionTable", "Slots of sessions.")
      .def(py::init(&session_table), py::arg("dates"), py::arg("sessions"))
      .def_property_readonly("size", &cw::SessionTable::size);
  py::class_<cw::CodeTable>(module, "CodeTable", "Cells by code.").def(py::init(&code_table), py::arg("cells"));
  py::class_<cw::Ingested, Filled>(module, "Panel", "Children x sessions.")
      .def_property_readonly("children", [](const Filled& filled) { return filled->panel.children(); })
      .def_property_readonly("sessions", [](const Filled& filled) { return filled->panel.sessions().size(); })
      .def("cells", &cells_of)
      .def("ledger", &panel_ledger)
      .def("quarantine", &panel_quarantine);
  py::class_<cw::Ingest>(module, "Ingest", "Fills a panel from batches.")
      .def(py::init([](std::size_t children, const cw::SessionTable& sessions, const cw::CodeTable& codes, bool spilled) {
             return cw::Ingest(children, sessions, codes, spilled ? cw::RowsAgain::spilled : cw::RowsAgain::reread);
           }),
           py::arg("children"), py::arg("sessions"), py::arg("codes"), py::arg("spilled"))
      .def("add", [](cw::Ingest& filling, const GivenMarks& marks, std::size_t threads) {
        on_threads(threads, marks.columns().rows(), [&](cw::Executor& executor) {
          filling.add(marks.columns(), executor);
          return 0;
        });
      }, py::arg("marks"), py::arg("threads"))
      .def("finish", [](cw::Ingest& filling) {
        return interruptibly([&] { return std::make_shared<cw::Ingested>(filling.finish()); });
      })
      .def("finish_again", [](cw::Ingest& filling, const py::iterable& again) {
        return std::make_shared<cw::Ingested>(filling.finish([&](const auto& add) {
          for (const py::handle batch : again) add(batch.cast<const GivenMarks&>().columns());
        }));
      }, py::arg("again"));
  module.def("ingest", &ingest, py::arg("marks"), py::arg("children"), py::arg("sessions"), py::arg("codes"),
             py::arg("threads"), "A panel from columns in memory.");
  py::class_<cw::IntegerIds>(module, "IntegerIds", "Numbers of whole-number ids.")
      .def(py::init<>())
      .def_property_readonly("size", &cw::IntegerIds::size)
      .def("encode", &encode_integers, py::arg("ids"));
  py::class_<cw::StringIds>(module, "StringIds", "Numbers of text ids.")
      .def(py::init<>())
      .def_property_readonly("size", &cw::StringIds::size)
      .def("encode_fixed", &encode_fixed, py::arg("ids"))
      .def("encode_texts", &encode_texts, py::arg("begins"), py::arg("bytes"));
}

}  // namespace

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
  define_ingest(module);
  module.def("kernel_in_use", [] { return std::string(cw::kernel_in_use()); }, "Name of the kernel chosen at run time.");
  module.def("assemble", [](std::shared_ptr<cw::Records> records) {
    return interruptibly([&] { return std::make_shared<cw::Cohort>(cw::assemble(records)); });
  }, py::arg("records"), "Records in order of child and time.");
}
