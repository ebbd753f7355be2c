// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/estimate.hpp>
#include <childwell/core/messages.hpp>
#include <childwell/core/processor.hpp>
#include <childwell/core/rules.hpp>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace py = pybind11;

namespace {

std::string rules(const std::string& name) {
  const std::string_view text = childwell::rules_text(name);
  if (text.empty()) throw std::invalid_argument("childwell: there is no rules file '" + name + "'");
  return std::string(text);
}

std::string worded(const std::string& code, const std::string& language,
                   const std::map<std::string, std::string>& parameters) {
  if (language != "zh" && language != "en") throw std::invalid_argument("childwell: language is 'zh' or 'en'");
  return childwell::describe(code, language == "zh" ? childwell::Language::zh : childwell::Language::en, parameters);
}

// What compiled this, for reports of faults. GCC and Clang say __VERSION__; Clang's has its name in front.
std::map<std::string, std::string> built_with() {
#if defined(__clang__)
  const std::string compiler = __VERSION__;
#elif defined(__GNUC__)
  const std::string compiler = std::string("GCC ") + __VERSION__;
#elif defined(_MSC_VER)
  const std::string compiler = "MSVC " + std::to_string(_MSC_VER);
#else
  const std::string compiler = "unknown";
#endif
  return {{"compiler", compiler},
          {"pybind11", std::to_string(PYBIND11_VERSION_MAJOR) + "." + std::to_string(PYBIND11_VERSION_MINOR) + "." +
                           PYBIND11_TOSTRING(PYBIND11_VERSION_PATCH)}};
}

}  // namespace

void define_core(py::module_& module) {
  module.def("rules", rules, py::arg("name"), "The TOML text of an embedded rules file.");
  module.def("describe", worded, py::arg("code"), py::arg("language"),
             py::arg("parameters") = std::map<std::string, std::string>{}, "The sentence of a message code.");
  module.def("built_with", built_with, "Compiler and pybind11 that made this module.");
  module.def("status_words", [] { return std::vector<std::string>(childwell::status_words.begin(), childwell::status_words.end()); },
             "Every status, in order.");
  module.def("processor_level", childwell::processor_level, "The widest level of kernels that runs.");
  module.def("limit_processor_level", childwell::limit_processor_level, py::arg("level"),
             "Lets no kernel above a level run; below 0 takes the limit away.");
}
