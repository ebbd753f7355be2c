// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/rules.hpp>

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace childwell::inline v0_1 {

enum class Language { zh, en };

/// Words a message of the catalogue.
///
/// Use wherever a code meets a person; code and parameters are what is stored.
/// @param code         a code of the catalogue
/// @param language     zh or en
/// @param parameters   values of the {names} in the text; a name without a value stays as it is
/// @return one sentence or two
/// @throws std::invalid_argument when the catalogue has no such code
/// @source src/rules/messages.toml
inline std::string describe(std::string_view code, Language language,
                            const std::map<std::string, std::string>& parameters = {}) {
  for (const MessageRule& rule : message_rules()) {
    if (rule.code != code) continue;
    std::string text(language == Language::zh ? rule.zh : rule.en);
    for (const auto& [name, value] : parameters) {
      const std::string field = "{" + name + "}";
      for (auto at = text.find(field); at != std::string::npos; at = text.find(field, at + value.size())) {
        text.replace(at, field.size(), value);
      }
    }
    return text;
  }
  throw std::invalid_argument("childwell: there is no message '" + std::string(code) + "' in the catalogue");
}

}  // namespace childwell::inline v0_1
