// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/pool.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

using childwell::Pool;
using namespace std::chrono_literals;

double uneven_sum(childwell::Executor& executor, std::size_t n) {
  return childwell::reduce_chunks(
      executor, n, 97, 0.0,
      [](std::size_t begin, std::size_t end) {
        double sum = 0;
        for (std::size_t i = begin; i < end; ++i) sum += 1.0 / static_cast<double>(3 * i + 1);
        return sum;
      },
      [](double earlier, double later) { return earlier + later; });
}

TEST(Pool, SumsHaveTheSameBitsForEveryNumberOfThreads) {
  childwell::SerialExecutor serial;
  for (const std::size_t n : {0u, 1u, 97u, 98u, 10000u}) {
    const auto expected = std::bit_cast<std::uint64_t>(uneven_sum(serial, n));
    for (const std::size_t threads : {1u, 2u, 7u}) {
      Pool pool(threads);
      EXPECT_EQ(std::bit_cast<std::uint64_t>(uneven_sum(pool, n)), expected) << n << " with " << threads;
    }
  }
}

TEST(Pool, TakesEveryItemOnce) {
  Pool pool(3);
  std::vector<int> seen(1001);
  for (int round = 0; round < 50; ++round) {
    childwell::for_chunks(pool, seen.size(), 10, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) ++seen[i];
    });
  }
  EXPECT_EQ(seen, std::vector<int>(1001, 50));
}

TEST(Pool, TheFirstFaultByChunkIsThrown) {
  for (const std::size_t threads : {1u, 2u, 7u}) {
    Pool pool(threads);
    for (int round = 0; round < 20; ++round) {
      try {
        pool.run(100, [](std::size_t chunk) {
          if (chunk % 10 == 3) throw std::runtime_error(std::to_string(chunk));
        });
        FAIL() << "no exception";
      } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "3");
      }
    }
    int after = 0;
    pool.run(1, [&](std::size_t) { ++after; });
    EXPECT_EQ(after, 1);
  }
}

TEST(Pool, ARunInsideARunGoesOn) {
  Pool pool(2);
  std::atomic<int> seen{0};
  pool.run(4, [&](std::size_t) { pool.run(5, [&](std::size_t) { ++seen; }); });
  EXPECT_EQ(seen.load(), 20);
}

TEST(Pool, CallersTakeTurns) {
  Pool pool(2);
  std::atomic<int> seen{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int round = 0; round < 20; ++round) pool.run(7, [&](std::size_t) { ++seen; });
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(seen.load(), 4 * 20 * 7);
}

TEST(Pool, StopsWithinTwoHundredMilliseconds) {
  for (const std::size_t threads : {1u, 2u}) {
    std::atomic<bool> asked{false};
    std::chrono::steady_clock::time_point when;
    Pool pool(threads, [&] { return asked.load(); });
    std::thread user([&] {
      std::this_thread::sleep_for(100ms);
      when = std::chrono::steady_clock::now();
      asked = true;
    });
    EXPECT_THROW(pool.run(100000, [](std::size_t) { std::this_thread::sleep_for(5ms); }), childwell::Interrupted);
    const auto stopped = std::chrono::steady_clock::now();
    user.join();
    EXPECT_LT(stopped - when, 200ms);
    pool.run(1, [](std::size_t) {});
  }
}

TEST(Pool, AFaultOfThePollComesThrough) {
  Pool pool(2, []() -> bool { throw std::domain_error("poll"); });
  EXPECT_THROW(pool.run(1000, [](std::size_t) { std::this_thread::sleep_for(5ms); }), std::domain_error);
}

#if defined(__linux__) && !defined(__SANITIZE_THREAD__)
TEST(Pool, WorksAfterFork) {
  Pool pool(2);
  pool.run(4, [](std::size_t) {});
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::atomic<int> seen{0};
    pool.run(10, [&](std::size_t) { ++seen; });
    _exit(seen.load() == 10 ? 0 : 1);
  }
  int status = 1;
  for (int waited = 0; waited < 100 && waitpid(child, &status, WNOHANG) == 0; ++waited) std::this_thread::sleep_for(50ms);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  pool.run(4, [](std::size_t) {});
}

TEST(Pool, ThreadsAreChosenByTheEnvironment) {
  const auto with = [](const char* name, const char* value) {
    setenv(name, value, 1);
    struct Restore {
      const char* name;
      ~Restore() { unsetenv(name); }
    } const restore{name};
    return childwell::default_threads();
  };
  EXPECT_GE(childwell::default_threads(), 1u);
  EXPECT_EQ(with("CHILDWELL_NUM_THREADS", "3"), 3u);
  EXPECT_EQ(with("SPARK_ENV_LOADED", "1"), 1u);
  for (const char* wrong : {"0", "-1", "two", "2x", "257"}) EXPECT_THROW(with("CHILDWELL_NUM_THREADS", wrong), std::invalid_argument);
}
#endif

TEST(Pool, WrongNumbersAreRefused) {
  EXPECT_THROW(Pool(0), std::invalid_argument);
  childwell::SerialExecutor serial;
  EXPECT_THROW(childwell::for_chunks(serial, 10, 0, [](std::size_t, std::size_t) {}), std::invalid_argument);
}

TEST(Pool, AStopPointEndsAChunkThatWouldNeverEnd) {
  for (const std::size_t threads : {1U, 3U}) {
    const auto start = std::chrono::steady_clock::now();
    Pool pool(threads, [&] { return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(30); });
    EXPECT_THROW(pool.run(threads, [](std::size_t) { for (std::size_t step = 0;; ++step) childwell::stop_point_at(step); }),
                 childwell::Interrupted);
    // and it reaches a run inside the run
    Pool outer(threads, [] { return true; });
    EXPECT_THROW(outer.run(1, [&](std::size_t) { outer.run(2, [](std::size_t) { for (;;) childwell::stop_point(); }); }),
                 childwell::Interrupted);
  }
}

TEST(Pool, AStopPointOutsideOfARunDoesNothing) {
  EXPECT_NO_THROW(childwell::stop_point());
  Pool pool(2, [] { return true; });
  EXPECT_NO_THROW(childwell::stop_point());
}

}  // namespace
