// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "mark_spill.hpp"

#include <cerrno>
#include <system_error>

namespace childwell::inline v0_1::detail {
namespace {

constexpr std::uint32_t along_slots = std::uint32_t{1} << 31;
constexpr std::size_t stretches_a_write = std::size_t{1} << 14;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

MarkSpill::MarkSpill() : file_(std::tmpfile()) {
  if (!file_) fail("childwell: no temporary file for the rows of a batch; make room, or let the rows be read again");
}

void MarkSpill::add(const MarkColumns& batch, std::size_t children, const SessionTable& sessions,
                    const CodeTable& codes) {
  Stretch open;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    stop_point_at(row);
    const auto child = static_cast<std::uint32_t>(batch.child[row]);
    const std::int32_t found = sessions.slot(batch.date[row], batch.session[row]);
    if (child >= children || found < 0 || codes.cell(batch.code[row]).byte == 0) continue;
    const auto slot = static_cast<std::uint32_t>(found);
    if (open.length != 0 && open.row + open.length == row) {
      const bool along = (open.slot & along_slots) != 0;
      const bool across_next = open.slot == slot && child == open.child + open.length;
      const bool along_next = child == open.child && slot == (open.slot & ~along_slots) + open.length;
      if ((across_next && !along) || (along_next && (along || open.length == 1))) {
        if (along_next) open.slot |= along_slots;
        ++open.length;
        continue;
      }
    }
    if (open.length != 0) put(open);
    open = {static_cast<std::uint32_t>(row), child, slot, 1};
  }
  if (open.length != 0) put(open);
  put({static_cast<std::uint32_t>(batch.rows()), 0, 0, 0});
}

void MarkSpill::put(const Stretch& stretch) {
  waiting_.push_back(stretch);
  if (waiting_.size() == stretches_a_write) flush();
}

void MarkSpill::flush() {
  if (std::fwrite(waiting_.data(), sizeof(Stretch), waiting_.size(), file_.get()) != waiting_.size()) {
    fail("childwell: the temporary file for the rows of a batch is full; make room, or let the rows be read again");
  }
  waiting_.clear();
}

void MarkSpill::read(const std::function<void(std::int64_t, std::uint32_t, std::uint32_t)>& give) {
  flush();
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) fail("childwell: the temporary file for the rows cannot be read");
  std::vector<Stretch> some(stretches_a_write);
  std::int64_t base = 0;
  for (;;) {
    const std::size_t got = std::fread(some.data(), sizeof(Stretch), some.size(), file_.get());
    if (got == 0) break;
    for (std::size_t i = 0; i < got; ++i) {
      stop_point_at(i);
      const Stretch& one = some[i];
      const std::uint32_t along = (one.slot & along_slots) != 0 ? 1 : 0;
      for (std::uint32_t k = 0; k < one.length; ++k) {
        give(base + one.row + k, one.child + (along != 0 ? 0 : k), (one.slot & ~along_slots) + (along != 0 ? k : 0));
      }
      if (one.length == 0) base += one.row;
    }
  }
  if (std::ferror(file_.get()) != 0) fail("childwell: the temporary file for the rows cannot be read");
}

}  // namespace childwell::inline v0_1::detail
