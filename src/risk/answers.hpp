// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/risk/flag.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace childwell::inline v0_1::detail {

/// A rule's answer, with what is needed to check it. Soft: there is too little to say yet, and nothing to be checked.
struct Answer {
  FlagReason reason;
  bool soft = false;
};

/// The answers of a stretch of children, row by row: not seen first, then the rules in order.
class Answers {
 public:
  /// Checks that everything the rules ask for was measured or given.
  Answers(const Indicators& indicators, const FlagPlan& plan);

  /// Rules and one more answers for each child.
  [[nodiscard]] std::vector<Answer> of(std::size_t first_child, std::size_t last_child) const;

 private:
  /// The last form of a child that has a score.
  struct LastForm {
    Date date;
    std::int32_t forms = -1;
    std::int32_t row = -1;
    bool contradicted = false;
  };
  struct Asked {
    std::string indicator;
    std::string policy;
    const Policy* line = nullptr;
    std::vector<LastForm> last_forms;  ///< by child, of questionnaires
  };

  void ask(const FlagRule& rule);
  void need_family(const FlagRule& rule) const;
  void read_forms(const FlagRule& rule, Asked& asked) const;
  void answer(const FlagRule& rule, const Asked& asked, const std::optional<Estimate>& estimate, std::size_t child, Answer& out) const;
  void answer_share(const FlagRule& rule, const Estimate& estimate, std::size_t child, FlagReason& reason) const;
  void answer_band(const FlagRule& rule, const Asked& asked, std::size_t child, Answer& out) const;
  void answer_papers(const FlagRule& rule, const Asked& asked, std::size_t child, Answer& out) const;
  void number_absence(const FlagRule& rule, const Asked& asked, std::size_t child, FlagReason& reason) const;
  void number_outlook(const FlagRule& rule, const Asked& asked, std::size_t child, FlagReason& reason) const;
  void number_chart(const FlagRule& rule, std::size_t child, FlagReason& reason) const;

  const Indicators& indicators_;
  const FlagPlan& plan_;
  const Snapshot& snapshot_;
  const Policy* not_seen_ = nullptr;
  std::vector<Asked> asked_;
};

}  // namespace childwell::inline v0_1::detail
