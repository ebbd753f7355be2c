// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "own_instruments.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>

namespace childwell::inline v0_1::detail {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t most_safety_items = 31;

/// Text to show: the name where it is one, and no more of anything else than can do harm to a page or a terminal.
std::string shown(std::string_view name) {
  std::string text;
  for (const char c : name.substr(0, longest_name)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == ' ';
    text.push_back(plain ? c : '?');
  }
  return "'" + text + "'";
}

bool is_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= longest_name && name.front() >= 'a' && name.front() <= 'z' && std::all_of(name.begin(), name.end(), fits);
}

[[noreturn]] void refuse(const std::string& instrument, const std::string& what) {
  throw std::invalid_argument("childwell: instruments: " + instrument + " " + what);
}

void check_names(const instruments::Instrument& one) {
  constexpr std::string_view form = "lower-case letters, digits and underscores, a letter first, and no more than 64 of them";
  if (!is_name(one.name)) refuse(shown(one.name), "is no name that an indicator can have; write " + std::string(form));
  for (const instruments::Scale& scale : one.scales) {
    if (!is_name(scale.name)) refuse(shown(one.name), "has the scale " + shown(scale.name) + ", which is no name; write " + std::string(form));
    // screening.<instrument>.days_since and screening.<instrument>.<scale>_change are indicators of their own
    if (scale.name == "days_since" || scale.name.ends_with("_change")) {
      refuse(shown(one.name), "has the scale " + shown(scale.name) + ", which is the name of another indicator; choose one that is not days_since and does not end in _change");
    }
  }
}

}  // namespace

std::shared_ptr<const std::vector<instruments::Instrument>> own_instruments(const std::vector<instruments::Instrument>& given) {
  if (given.empty()) return nullptr;
  auto made = std::make_shared<std::vector<instruments::Instrument>>();
  for (const instruments::Instrument& one : given) {
    check_names(one);
    const auto same = [&one](const instruments::Instrument& other) { return other.name == one.name; };
    const auto& shipped = instruments::instrument_rules();
    if (std::any_of(shipped.begin(), shipped.end(), same)) {
      refuse(shown(one.name), "has the name of an instrument that ships with childwell, whose scores it would be taken for; give yours another");
    }
    if (std::any_of(made->begin(), made->end(), same)) refuse(shown(one.name), "is given twice; give each a name of its own");
    if (one.safety.size() > most_safety_items) refuse(shown(one.name), "has more than 31 safety items");
    made->push_back(instruments::define_instrument(one));
  }
  return made;
}

}  // namespace childwell::inline v0_1::detail
