// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// DeLong's sums over groups of equal score, in exact integers. Doubled places keep the halves of ties whole.
#pragma once

#include "exact_ratio.hpp"

#include <cstdint>

namespace childwell::inline v0_1::stats {

// Groups come from the lowest score up; up to 2^32 rows fit.
class DelongSums {
 public:
  DelongSums(std::int64_t events, std::int64_t others) noexcept
      : events_(static_cast<std::uint64_t>(events)), others_(static_cast<std::uint64_t>(others)), above_(2 * events_) {}

  void add(std::uint64_t events, std::uint64_t others) noexcept {
    const std::uint64_t event_place = below_ + others;   // of an event of this group: 2 (others below) + others equal
    const std::uint64_t other_place = above_ - events;   // of another: 2 (events above) + events equal
    if (((events_ | others_) >> 31) == 0) {  // then a place and a part fit 64 bits: one product each
      const std::uint64_t event_part = events * event_place;
      const std::uint64_t other_part = others * other_place;
      agreeing_ += event_part;
      event_squares_ += Wide{event_part} * event_place;
      other_squares_ += Wide{other_part} * other_place;
    } else {
      const Wide event_part = Wide{events} * event_place;
      agreeing_ += event_part;
      event_squares_ += event_part * event_place;
      other_squares_ += Wide{others} * other_place * other_place;
    }
    below_ += 2 * others;
    above_ -= 2 * events;
  }

  // Both classes must be there.
  [[nodiscard]] double auc() const { return exact_ratio(agreeing_, Wide{2} * events_ * others_); }

  [[nodiscard]] bool is_lowest() const noexcept { return agreeing_ == 0; }
  [[nodiscard]] bool is_highest() const noexcept { return agreeing_ == Wide{2} * events_ * others_; }

  // (1/m) S_event + (1/n) S_other; at least two of each class must be there.
  [[nodiscard]] double variance() const {
    return part(event_squares_, events_, others_) + part(other_squares_, others_, events_);
  }

 private:
  // The squared deviations of `size` places, as one integer over size: size sum(a^2) - (sum a)^2.
  [[nodiscard]] double part(Wide squares, std::uint64_t size, std::uint64_t facing) const {
    const double own = static_cast<double>(size);
    const double scale = 2.0 * own * static_cast<double>(facing);
    return exact_ratio(squares * size - agreeing_ * agreeing_, Wide{size - 1}) / scale / scale;
  }

  std::uint64_t events_, others_;
  std::uint64_t below_ = 0, above_;
  Wide agreeing_ = 0;  // twice the area, in pairs
  Wide event_squares_ = 0, other_squares_ = 0;
};

}  // namespace childwell::inline v0_1::stats
