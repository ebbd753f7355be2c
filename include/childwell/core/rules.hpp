// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace childwell::inline v0_1 {

/// One message in both languages; {name} marks a parameter.
struct MessageRule {
  std::string_view code;
  std::string_view en;
  std::string_view zh;
};

/// The text of an embedded rules file: schemas, policies, messages, calendar_cn or report.
///
/// Use to read rules where a TOML reader is at hand; C++ has them as tables.
/// @param name   the file's name without its ending
/// @return TOML text, empty when there is no such file
/// @throws never
/// @source src/rules
std::string_view rules_text(std::string_view name);

/// Every message of the catalogue.
///
/// Use through describe; directly only to check that a translation is complete.
/// @return all messages, in the order of the file
/// @throws never
/// @source src/rules/messages.toml
std::span<const MessageRule> message_rules();

}  // namespace childwell::inline v0_1
