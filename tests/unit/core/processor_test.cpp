// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/processor.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace cw = childwell;

TEST(Processor, ALimitLowersTheLevelAndGoesAway) {
  const int level = cw::processor_level();
  EXPECT_TRUE(level == 0 || level == 2 || level == 3 || level == 4);
  for (const int limit : {0, 2, 3, 4}) {
    cw::limit_processor_level(limit);
    EXPECT_EQ(cw::processor_level(), std::min(level, limit));
  }
  cw::limit_processor_level(-1);
  EXPECT_EQ(cw::processor_level(), level);
}
