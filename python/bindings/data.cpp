// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core.hpp"

#include <childwell/data/admit.hpp>
#include <childwell/data/arrow_export.hpp>

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;
namespace cw = childwell;

namespace {

constexpr const char* capsule_name = "arrow_array_stream";

cw::ArrowOwner<ArrowArrayStream> take_stream(const py::object& given) {
  const py::capsule capsule = given.attr("__arrow_c_stream__")();
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), capsule_name));
  if (stream == nullptr) throw py::error_already_set();
  cw::ArrowOwner<ArrowArrayStream> owner;
  *owner.get() = *stream;
  stream->release = nullptr;  // the capsule's destructor sees that the stream was moved out
  return owner;
}

void release_capsule(PyObject* capsule) {
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, capsule_name));
  if (stream->release != nullptr) stream->release(stream);
  delete stream;
}

py::object give_stream(cw::ArrowOwner<ArrowArrayStream> owner) {
  auto* stream = new ArrowArrayStream(*owner.get());
  owner.get()->release = nullptr;
  return py::reinterpret_steal<py::object>(PyCapsule_New(stream, capsule_name, release_capsule));
}

std::string format_of(const py::dtype& type) {
  const char kind = type.kind();
  const auto size = type.itemsize();
  if (kind == 'b') return "b";
  if (kind == 'f' && size == 8) return "g";
  if (kind == 'M') return "tdD";
  if (kind == 'i') return size == 1 ? "c" : size == 2 ? "s" : size == 4 ? "i" : "l";
  throw std::invalid_argument("childwell: a column of this NumPy type has no place in a Table");
}

using Bits = std::shared_ptr<std::vector<std::uint8_t>>;

/// NumPy holds truths and masks in bytes, Arrow in bits: those of count values, as holds(place) says.
template <class Holds>
Bits packed(std::size_t count, Holds holds) {
  auto bits = std::make_shared<std::vector<std::uint8_t>>(count / 8 + 1, std::uint8_t{0});
  for (std::size_t i = 0; i < count; ++i) {
    (*bits)[i / 8] = static_cast<std::uint8_t>((*bits)[i / 8] | (holds(i) ? 1U << (i % 8) : 0U));
  }
  return bits;
}

/// The same, or nothing where all of them hold: then Arrow needs no bits.
template <class Holds>
Bits packed_unless_all(std::size_t count, Holds holds) {
  bool all = true;
  for (std::size_t i = 0; i < count; ++i) all = all & holds(i);
  return all ? nullptr : packed(count, holds);
}

std::shared_ptr<void> holding(std::vector<py::object> objects, std::vector<std::shared_ptr<void>> buffers) {
  auto* kept = new std::pair(std::move(objects), std::move(buffers));
  return {kept, [](void* held) {
            const py::gil_scoped_acquire acquired;  // a consumer may let go of the table in any thread
            delete static_cast<std::pair<std::vector<py::object>, std::vector<std::shared_ptr<void>>>*>(held);
          }};
}

cw::ExportColumn export_column(const std::string& name, const py::object& given, const py::object& mask) {
  cw::ExportColumn column;
  column.name = name;
  std::vector<py::object> objects;
  std::vector<std::shared_ptr<void>> buffers;
  const py::module_ numpy = py::module_::import("numpy");
  const bool text = py::isinstance<py::tuple>(given);
  py::array values;
  Bits valid;
  if (text) {
    const auto pair = given.cast<py::tuple>();
    values = numpy.attr("ascontiguousarray")(pair[0], py::arg("dtype") = "int32");
    column.texts = pair[1].cast<std::vector<std::string>>();
    column.text = true;
    column.format = "i";
    const auto* codes = static_cast<const std::int32_t*>(values.data());
    valid = packed_unless_all(static_cast<std::size_t>(values.size()), [codes](std::size_t i) { return codes[i] >= 0; });
  } else {
    values = numpy.attr("ascontiguousarray")(given);
    column.format = format_of(values.dtype());
    const auto count = static_cast<std::size_t>(values.size());
    if (column.format == "tdD") {
      constexpr std::int64_t not_a_time = std::numeric_limits<std::int64_t>::min();
      const py::array in_days = values.attr("astype")("datetime64[D]", py::arg("copy") = false);
      const auto* days = static_cast<const std::int64_t*>(in_days.data());
      auto dates = std::make_shared<std::vector<std::int32_t>>(count);
      for (std::size_t i = 0; i < count; ++i) (*dates)[i] = days[i] == not_a_time ? 0 : static_cast<std::int32_t>(days[i]);
      valid = packed_unless_all(count, [days](std::size_t i) { return days[i] != not_a_time; });
      column.values = dates->data();
      buffers.push_back(dates);
    } else if (column.format == "g") {
      const auto* numbers = static_cast<const double*>(values.data());
      valid = packed_unless_all(count, [numbers](std::size_t i) { return numbers[i] == numbers[i]; });
    } else if (!mask.is_none()) {
      const py::array_t<bool, py::array::c_style | py::array::forcecast> masked(mask);
      const bool* missing = masked.data();
      valid = packed_unless_all(static_cast<std::size_t>(masked.size()), [missing](std::size_t i) { return !missing[i]; });
    }
  }
  if (valid != nullptr) {
    column.validity = valid->data();
    buffers.push_back(valid);
  }
  if (column.format == "b") {
    const auto* truths = static_cast<const bool*>(values.data());
    const Bits bits = packed(static_cast<std::size_t>(values.size()), [truths](std::size_t i) { return truths[i]; });
    column.values = bits->data();
    buffers.push_back(bits);
  } else if (column.values == nullptr) {
    column.values = values.data();
    objects.push_back(values);
  }
  column.keep = holding(std::move(objects), std::move(buffers));
  return column;
}

py::object export_stream(const std::vector<std::string>& names, const py::list& arrays, const py::list& masks,
                         const std::map<std::string, std::string>& metadata) {
  std::vector<cw::ExportColumn> columns;
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const py::object given = arrays[i];
    rows = static_cast<std::int64_t>(py::len(py::isinstance<py::tuple>(given) ? py::object(given.cast<py::tuple>()[0]) : given));
    columns.push_back(export_column(names[i], given, masks[i]));
  }
  return give_stream(cw::export_stream(std::move(columns), rows, metadata));
}

cw::DateFormat date_format(const std::string& word) {
  if (word == "compact") return cw::DateFormat::compact;
  if (word == "separated") return cw::DateFormat::separated;
  if (word == "chinese") return cw::DateFormat::chinese;
  if (word == "excel_1900") return cw::DateFormat::excel_1900;
  if (word == "excel_1904") return cw::DateFormat::excel_1904;
  throw std::invalid_argument("childwell: date_formats: '" + word + "' is not one of compact, separated, chinese, excel_1900, excel_1904");
}

cw::IdFormat id_format(const std::string& word, std::int32_t width) {
  using Kind = cw::IdFormat::Kind;
  if (word.empty()) return {};
  if (word == "citizen") return {Kind::citizen, 0};
  if (word == "student_number") return {Kind::student_number, 0};
  if (word == "width") return {Kind::width, width};
  throw std::invalid_argument("childwell: id_format is citizen, student_number or a width");
}

cw::AdmitOptions options_of(const py::dict& given) {
  cw::AdmitOptions options;
  options.purpose = given["purpose"].cast<std::string>();
  options.recipients = given["recipients"].cast<std::vector<std::string>>();
  for (const auto& [table, days] : given["lag_days"].cast<std::map<std::string, std::int32_t>>()) options.lag_days[table] = days;
  options.registers = given["registers"].cast<std::string>();
  for (const auto& [column, map] : given["codes"].cast<std::map<std::string, std::map<std::string, std::string>>>()) {
    options.codes[column].insert(map.begin(), map.end());
  }
  const auto received = given["received_on"].cast<std::string>();
  if (!received.empty()) {
    const auto date = cw::parse_iso_date(received);
    if (!date) throw std::invalid_argument("childwell: received_on: write YYYY-MM-DD");
    options.received_on = *date;
  }
  const auto asked = given["parents_asked_from"].cast<std::string>();
  if (!asked.empty()) {
    const auto date = cw::parse_iso_date(asked);
    if (!date) throw std::invalid_argument("childwell: parents_asked_from: write YYYY-MM-DD");
    options.parents_asked_from = *date;
  }
  options.utc_offset_minutes = given["utc_offset_minutes"].cast<std::int32_t>();
  options.id_format = id_format(given["id_format"].cast<std::string>(), given["id_width"].cast<std::int32_t>());
  for (const std::string& word : given["date_formats"].cast<std::vector<std::string>>()) options.date_formats.push_back(date_format(word));
  options.strict = given["strict"].cast<bool>();
  options.made_up = given["made_up"].cast<bool>();
  options.instruments = given["instruments"].cast<std::vector<cw::instruments::Instrument>>();
  for (const auto& [table, lines] : given["refused_lines"].cast<std::map<std::string, std::vector<std::pair<std::int64_t, int>>>>()) {
    for (const auto& [line, code] : lines) options.refused_lines[table].emplace_back(line, static_cast<cw::Reason>(code));
  }
  return options;
}

py::list faults_of(const std::vector<cw::Fault>& faults) {
  py::list list;
  for (const cw::Fault& fault : faults) {
    py::dict entry;
    entry["code"] = fault.code;
    entry["table"] = fault.table;
    entry["column"] = fault.column;
    entry["rows"] = fault.rows;
    list.append(entry);
  }
  return list;
}

py::object admit(const py::dict& tables, const py::object& pseudonym, const std::string& key_id, const py::dict& given) {
  std::vector<cw::RawTable> raw;
  for (const auto& [name, table] : tables) {
    auto stream = take_stream(py::reinterpret_borrow<py::object>(table));
    const std::string known_as = name.cast<std::string>();
    const py::gil_scoped_release released;
    raw.push_back(cw::RawTable::read(known_as, std::move(stream)));
  }
  const cw::Pseudonymise pseudonymise = [&pseudonym](std::string_view kind, std::string_view id) {
    const py::gil_scoped_acquire acquired;
    // bytes that are not UTF-8 stay apart from each other and do no harm
    PyObject* text = PyUnicode_DecodeUTF8(id.data(), static_cast<Py_ssize_t>(id.size()), "backslashreplace");
    if (text == nullptr) throw py::error_already_set();
    return pseudonym(py::str(kind.data(), kind.size()), py::reinterpret_steal<py::str>(text)).cast<std::string>();
  };
  const cw::AdmitOptions options = options_of(given);
  auto result = interruptibly([&] {
    const py::gil_scoped_acquire acquired;  // one state of this thread for all identifiers, not one for each
    const py::gil_scoped_release released;
    return cw::admit(std::move(raw), pseudonymise, key_id, options);
  });
  if (!result) return faults_of(result.error());
  return py::cast(std::make_shared<cw::Records>(std::move(result).value()));
}

}  // namespace

py::dict ledger_of(const cw::Ledger& ledger) {
  py::dict tables;
  for (const auto& [name, table] : ledger.tables) {
    py::dict reasons;
    py::dict apart;
    for (const auto& [reason, count] : table.reasons) reasons[cw::code_of(reason).data()] = count;
    for (const auto& [reason, count] : table.kept_apart) {
      apart[cw::code_of(reason).data()] = count;
      const auto code = cw::code_of(reason);
      reasons[code.data()] = (reasons.contains(code.data()) ? reasons[code.data()].cast<std::int64_t>() : 0) + count;
    }
    py::dict entry;
    entry["read"] = table.read;
    entry["accepted"] = table.accepted;
    entry["corrected"] = table.corrected;
    entry["quarantined"] = table.quarantined;
    entry["reasons"] = reasons;
    entry["kept_apart"] = apart;
    entry["ignored_columns"] = table.ignored_columns;
    entry["unmapped_codes"] = table.unmapped_codes;
    entry["known_on_assumed"] = table.known_on_assumed;
    tables[py::str(name)] = entry;
  }
  py::dict made;
  made["tables"] = tables;
  py::dict children;
  children["read"] = ledger.children_read;
  children["lost_all_rows"] = ledger.children_lost;
  py::dict groups;
  for (const auto& [group, counted] : ledger.children_by_group) {
    if (!groups.contains(group.first.c_str())) groups[group.first.c_str()] = py::dict();
    py::dict entry;
    entry["read"] = counted.read;
    entry["with_rows_quarantined"] = counted.with_rows_quarantined;
    entry["lost_all_rows"] = counted.lost_all_rows;
    entry["refused"] = counted.refused;
    groups[group.first.c_str()][group.second.c_str()] = entry;
  }
  children["by_group"] = groups;
  made["children"] = children;
  made["faults"] = faults_of(ledger.faults);
  made["missing_tables"] = ledger.missing_tables;
  return made;
}

py::dict quarantine_of(const cw::Ledger& ledger) {
  std::vector<std::string> tables;
  std::vector<std::string> codes;
  std::vector<std::string> columns;
  std::vector<std::int64_t> rows;
  for (const auto& [name, table] : ledger.tables) {
    const cw::TableRule* rule = cw::find_table_rule(name);
    for (const cw::QuarantinedRow& entry : table.quarantine) {
      tables.push_back(name);
      codes.emplace_back(cw::code_of(entry.reason).data());
      columns.emplace_back(entry.column < 0 ? "" : rule->columns[static_cast<std::size_t>(entry.column)].name);
      rows.push_back(entry.row);
    }
  }
  py::dict made;
  made["table"] = tables;
  made["row"] = py::array_t<std::int64_t>(static_cast<py::ssize_t>(rows.size()), rows.data());
  made["reason"] = codes;
  made["column"] = columns;
  return made;
}

namespace {

py::list safety_of(const cw::Records& records, const std::string& as_of) {
  const auto date = cw::parse_iso_date(as_of);
  if (!date) throw std::invalid_argument("childwell: as_of: '" + as_of + "' is not a date; write YYYY-MM-DD");
  py::list made;
  for (const cw::SafetyCount& count : cw::safety_counts(records, *date)) {
    py::dict row;
    row["instrument"] = count.instrument;
    row["forms"] = count.forms;
    row["children"] = count.children;
    row["oldest_hours"] = count.oldest_hours;
    row["newest_hours"] = count.newest_hours;
    row["undated"] = count.undated;
    row["later"] = count.later;
    row["asked"] = count.asked;
    row["unanswered"] = count.unanswered;
    made.append(row);
  }
  return made;
}

py::list safety_queue_of(const cw::Records& records, const std::string& as_of) {
  const auto date = cw::parse_iso_date(as_of);
  if (!date) throw std::invalid_argument("childwell: as_of: '" + as_of + "' is not a date; write YYYY-MM-DD");
  py::list made;
  for (const cw::SafetyEntry& entry : cw::safety_queue(records, *date)) {
    const std::string child = entry.child < 0 ? std::string() : records.children[static_cast<std::size_t>(entry.child)];
    made.append(py::make_tuple(child, std::string(records.names.text(entry.instrument)), entry.hours));
  }
  return made;
}

}  // namespace

void define_data(py::module_& module) {
  py::class_<cw::Records, std::shared_ptr<cw::Records>>(module, "Records", "Typed, checked tables.")
      .def("ledger", [](const cw::Records& records) { return ledger_of(records.ledger); })
      .def("quarantine", [](const cw::Records& records) { return quarantine_of(records.ledger); })
      .def("safety", safety_of, py::arg("as_of"))
      .def("safety_queue", safety_queue_of, py::arg("as_of"))
      .def_property_readonly("children", [](const cw::Records& records) { return records.children.size(); })
      .def_readonly("key_id", &cw::Records::key_id)
      .def_readonly("purpose", &cw::Records::purpose)
      .def_readonly("made_up", &cw::Records::made_up);
  module.def("admit", admit, py::arg("tables"), py::arg("pseudonym"), py::arg("key_id"), py::arg("options"),
             "Records, or a list of faults.");
  module.def("export_stream", export_stream, py::arg("names"), py::arg("arrays"), py::arg("masks"), py::arg("metadata"),
             "A capsule of an Arrow stream.");
  module.def("schema_version", cw::schema_version, "Version of the schemas.");
}
