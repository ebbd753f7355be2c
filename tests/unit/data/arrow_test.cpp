// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The reader of the Arrow interface believes no producer.
#include <childwell/data/arrow_export.hpp>
#include <childwell/data/raw_table.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <vector>

namespace {

using childwell::ArrowOwner;
using childwell::ExportColumn;
using childwell::RawCell;
using childwell::RawTable;

ArrowOwner<ArrowArrayStream> exported() {
  static const std::array<std::int32_t, 4> numbers{1, 2, 3, 4};
  static const std::array<std::int32_t, 4> codes{0, 1, 0, 1};
  static const std::array<std::uint8_t, 1> valid{0b1011};
  ExportColumn number{"number", "i", numbers.data(), valid.data(), false, {}, nullptr};
  ExportColumn text{"text", "i", codes.data(), nullptr, true, {"am", "pm"}, nullptr};
  return childwell::export_stream({number, text}, 4, {{"childwell.made_up", "true"}});
}

TEST(RawTable, ReadsWhatWasExported) {
  const RawTable table = RawTable::read("t", exported());
  ASSERT_EQ(table.rows(), 4);
  EXPECT_EQ(table.columns()[0].chunks[0].cell(0).integer, 1);
  EXPECT_EQ(table.columns()[0].chunks[0].cell(2).kind, RawCell::Kind::missing);
  EXPECT_EQ(table.columns()[1].chunks[0].cell(3).text, "pm");
}

TEST(RawTable, AStreamIsReadOnce) { EXPECT_THROW(RawTable::read("t", {}), std::invalid_argument); }

/// A producer that is wrong in one way. It points into itself, so it must not move.
struct Liar {
  Liar() = default;
  Liar(const Liar&) = delete;
  Liar& operator=(const Liar&) = delete;

  const char* format = "i";
  std::function<void(ArrowArray&)> lie = [](ArrowArray&) {};
  std::array<std::int64_t, 64> values{};
  std::array<std::int32_t, 8> offsets{0, 1, 2, 3, 4, 4, 4, 4};
  std::array<const void*, 4> buffers{nullptr, nullptr, nullptr, nullptr};
  std::array<const void*, 1> none{nullptr};
  ArrowSchema column{};
  ArrowArray array{};
  ArrowSchema* columns[1] = {&column};
  ArrowArray* arrays[1] = {&array};
  bool done = false;
};

void keep_schema(ArrowSchema* schema) { schema->release = nullptr; }
void keep_array(ArrowArray* array) { array->release = nullptr; }

ArrowOwner<ArrowArrayStream> stream_of(Liar& liar) {
  ArrowOwner<ArrowArrayStream> owner;
  *owner.get() = {
      [](ArrowArrayStream* stream, ArrowSchema* out) {
        auto& self = *static_cast<Liar*>(stream->private_data);
        self.column = {self.format, "c", nullptr, 2, 0, nullptr, nullptr, keep_schema, nullptr};
        *out = {"+s", "", nullptr, 0, 1, self.columns, nullptr, keep_schema, nullptr};
        return 0;
      },
      [](ArrowArrayStream* stream, ArrowArray* out) {
        auto& self = *static_cast<Liar*>(stream->private_data);
        *out = {};
        if (self.done) return 0;
        self.done = true;
        self.buffers = {nullptr, self.format[0] == 'u' ? static_cast<const void*>(self.offsets.data()) : self.values.data(),
                        self.values.data(), self.values.data()};
        self.array = {4, 0, 0, 3, 0, self.buffers.data(), nullptr, nullptr, keep_array, nullptr};
        self.lie(self.array);
        *out = {4, 0, 0, 1, 1, self.none.data(), self.arrays, nullptr, keep_array, nullptr};
        return 0;
      },
      [](ArrowArrayStream*) -> const char* { return nullptr; }, [](ArrowArrayStream* stream) { stream->release = nullptr; }, &liar};
  return owner;
}

void expect_refused(Liar& liar) { EXPECT_THROW(RawTable::read("t", stream_of(liar)), std::invalid_argument); }

TEST(RawTable, AnHonestProducerIsRead) {
  Liar honest;
  EXPECT_EQ(RawTable::read("t", stream_of(honest)).rows(), 4);
  Liar text;
  text.format = "u";
  EXPECT_EQ(RawTable::read("t", stream_of(text)).rows(), 4);
}

TEST(RawTable, NegativeLengthsAreRefused) { Liar liar; liar.lie = [](ArrowArray& a) { a.length = -1; }; expect_refused(liar); }
TEST(RawTable, NegativeOffsetsAreRefused) { Liar liar; liar.lie = [](ArrowArray& a) { a.offset = -4; }; expect_refused(liar); }
TEST(RawTable, ShortColumnsAreRefused) { Liar liar; liar.lie = [](ArrowArray& a) { a.length = 3; }; expect_refused(liar); }
TEST(RawTable, MissingBuffersAreRefused) { Liar liar; liar.lie = [](ArrowArray& a) { a.n_buffers = 1; }; expect_refused(liar); }
TEST(RawTable, NullValuesAreRefused) { Liar liar; liar.lie = [](ArrowArray& a) { a.buffers[1] = nullptr; }; expect_refused(liar); }
TEST(RawTable, UnknownTypesAreRefused) { Liar liar; liar.format = "+l"; expect_refused(liar); }
TEST(RawTable, BackwardStringOffsetsAreRefused) { Liar liar; liar.format = "u"; liar.offsets = {0, 3, 2, 3, 4}; expect_refused(liar); }
TEST(RawTable, NegativeStringOffsetsAreRefused) { Liar liar; liar.format = "u"; liar.offsets = {-1, 0, 1, 2, 3}; expect_refused(liar); }

}  // namespace
