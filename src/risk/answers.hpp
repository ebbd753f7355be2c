// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/risk/flag.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
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
struct Stretch {
  std::vector<Answer> answers;
  std::vector<std::uint8_t> in_care;  ///< by child: 1 where the policy of help says so
};

/// Answers to the rules of a plan.
class Answers {
 public:
  /// Checks that everything the rules ask for was measured or given.
  Answers(const Indicators& indicators, const FlagPlan& plan);

  [[nodiscard]] Stretch of(std::size_t first_child, std::size_t last_child) const;

  /// Whether counselling and services were measured with a policy that says for how long they count.
  [[nodiscard]] bool knows_care() const noexcept { return help_ != nullptr; }

 private:
  /// The last form of a child that has a score, where its band is one of the rule's and where it is not.
  struct LastForm {
    Date date;
    double score = std::numeric_limits<double>::quiet_NaN();
    bool holds = false;
    bool contradicted = false;  ///< by another one of the same day
  };
  struct Asked {
    const Policy* line = nullptr;
    std::vector<LastForm> last_forms;  ///< by child, of questionnaires
  };

  void ask(const FlagRule& rule);
  void need_family(const FlagRule& rule) const;
  void read_forms(const FlagRule& rule, Asked& asked) const;
  bool read_given(const FlagRule& rule, const std::string& instrument, const std::string& scale, Asked& asked) const;
  void read_screens(const FlagRule& rule, const std::string& instrument, const std::string& scale, Asked& asked) const;
  void take(std::int32_t child, const LastForm& form, Asked& asked) const;
  /// The estimates are the rule's own, and for courses those of the courses and core courses failed.
  void answer(const FlagRule& rule, const Asked& asked, const std::optional<Estimate>* estimates, std::size_t child, Answer& out) const;
  void answer_papers(const FlagRule& rule, const Asked& asked, std::size_t child, Answer& out) const;
  void answer_share(const FlagRule& rule, const Estimate& estimate, std::size_t child, FlagReason& reason) const;
  void number_absence(const FlagRule& rule, const Asked& asked, std::size_t child, FlagReason& reason) const;
  void number_outlook(const FlagRule& rule, const Asked& asked, std::size_t child, FlagReason& reason) const;
  void number_chart(const FlagRule& rule, std::size_t child, FlagReason& reason) const;

  const Indicators& indicators_;
  const FlagPlan& plan_;
  const Snapshot& snapshot_;
  const Policy* not_seen_ = nullptr;
  const Policy* help_ = nullptr;
  std::vector<Asked> asked_;
};

}  // namespace childwell::inline v0_1::detail
