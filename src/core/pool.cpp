// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/pool.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif

namespace childwell::inline v0_1 {
namespace {

constexpr std::size_t most_threads = 256;
constexpr auto poll_every = std::chrono::milliseconds(20);

thread_local bool inside_run = false;

long process_id() noexcept {
#if defined(__unix__) || defined(__APPLE__)
  return static_cast<long>(getpid());
#else
  return 0;
#endif
}

std::size_t usable_processors() noexcept {
#if defined(__linux__)
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return static_cast<std::size_t>(std::max(1, CPU_COUNT(&allowed)));
#endif
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

// One call of run: which chunk comes next, and the first thing that went wrong.
struct Job;

thread_local const Job* current_job = nullptr;  // whose chunk this thread works on

struct Job {
  Job(std::size_t count, const Executor::Task& work) : chunks(count), task(work), outer(current_job) {}

  void take_one(std::size_t chunk) noexcept {
    const Job* const before = std::exchange(current_job, this);
    try {
      task(chunk);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error || chunk < error_chunk) {
        error = std::current_exception();
        error_chunk = chunk;
      }
      failed.store(true);
    }
    current_job = before;
  }

  // After a failure lower chunks have begun already, so the lowest failing chunk is still found.
  bool work_once() noexcept {
    if (stop.load() || failed.load()) return false;
    const std::size_t chunk = next.fetch_add(1);
    if (chunk >= chunks) return false;
    take_one(chunk);
    return true;
  }

  void rethrow() {
    if (error) std::rethrow_exception(error);
    if (stop.load()) throw Interrupted{};
  }

  const std::size_t chunks;
  const Executor::Task& task;
  const Job* const outer;  ///< a run inside a run stops with it
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::exception_ptr error;
  std::size_t error_chunk = 0;
};

class InsideRun {
 public:
  InsideRun() noexcept : before_(std::exchange(inside_run, true)) {}
  ~InsideRun() { inside_run = before_; }
  InsideRun(const InsideRun&) = delete;
  InsideRun& operator=(const InsideRun&) = delete;

 private:
  bool before_;
};

}  // namespace

void stop_point() {
  for (const Job* job = current_job; job != nullptr; job = job->outer) {
    if (job->stop.load(std::memory_order_relaxed)) throw Interrupted{};
  }
}

// The workers do all the work, so that the calling thread is free to poll however long a chunk takes.
struct Pool::Crew {
  explicit Crew(std::size_t threads) : owner(process_id()) {
    try {
      for (std::size_t i = 0; i < threads; ++i) workers.emplace_back([this] { live(); });
    } catch (...) {
      dismiss();
      throw;
    }
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() { dismiss(); }

  void dismiss() {
    {
      const std::lock_guard lock(mutex);
      leaving = true;
    }
    wake.notify_all();
    for (std::thread& worker : workers) worker.join();
    workers.clear();
  }

  void live() {
    const InsideRun mark;
    std::size_t seen = 0;
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return leaving || generation != seen; });
      if (leaving) return;
      seen = generation;
      Job* const mine = job;
      if (mine == nullptr) continue;
      ++busy;
      lock.unlock();
      while (mine->work_once()) {
      }
      lock.lock();
      if (--busy == 0) done.notify_all();
    }
  }

  void run(Job& work, const Poll& poll) {
    const std::lock_guard turn(one_at_a_time);
    std::unique_lock lock(mutex);
    job = &work;
    ++generation;
    wake.notify_all();
    std::exception_ptr poll_error;
    const auto finished = [&] {
      return busy == 0 && (work.stop.load() || work.failed.load() || work.next.load() >= work.chunks);
    };
    while (!done.wait_for(lock, poll_every, finished)) {
      if (!poll || work.stop.load()) continue;
      lock.unlock();
      const InsideRun mark;  // a run from within the poll would wait for this one
      try {
        if (poll()) work.stop.store(true);
      } catch (...) {
        poll_error = std::current_exception();
        work.stop.store(true);
      }
      lock.lock();
    }
    job = nullptr;  // a worker that wakes late finds no job, not one that is gone
    lock.unlock();
    if (poll_error) std::rethrow_exception(poll_error);
  }

  const long owner;
  std::mutex one_at_a_time;
  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable done;
  Job* job = nullptr;
  std::size_t generation = 0;
  std::size_t busy = 0;
  bool leaving = false;
  std::vector<std::thread> workers;
};

std::size_t default_threads() {
  if (const char* asked = std::getenv("CHILDWELL_NUM_THREADS"); asked != nullptr && *asked != '\0') {
    const std::string_view text(asked);
    std::size_t threads = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), threads);
    if (problem != std::errc{} || end != text.data() + text.size() || threads < 1 || threads > most_threads) {
      throw std::invalid_argument("childwell: CHILDWELL_NUM_THREADS is a whole number from 1 to 256");
    }
    return threads;
  }
  if (std::getenv("SPARK_ENV_LOADED") != nullptr || std::getenv("PYTHON_WORKER_FACTORY_SECRET") != nullptr) return 1;
  return std::min(most_threads, usable_processors());
}

Pool::Pool(std::size_t threads, Poll poll) : threads_(threads), poll_(std::move(poll)) {
  if (threads < 1 || threads > most_threads) throw std::invalid_argument("childwell: a pool has 1 to 256 threads");
}

// After fork the threads are the parent's and can be neither joined nor waited for: that crew is left where it lies.
Pool::~Pool() {
  Crew* const crew = crew_.load();
  if (crew != nullptr && crew->owner == process_id()) delete crew;
}

// No lock: one that another thread held at the moment of fork would stay held in the child.
Pool::Crew& Pool::crew() {
  Crew* present = crew_.load();
  if (present != nullptr && present->owner == process_id()) return *present;
  auto fresh = std::make_unique<Crew>(threads_);
  if (crew_.compare_exchange_strong(present, fresh.get())) return *fresh.release();
  return *present;
}

void Pool::run(std::size_t chunks, const Task& task) {
  if (chunks == 0) return;
  Job job(chunks, task);
  if (inside_run || (threads_ == 1 && !poll_)) {
    const InsideRun mark;
    while (job.work_once()) {
    }
  } else {
    crew().run(job, poll_);
  }
  job.rethrow();
}

}  // namespace childwell::inline v0_1
