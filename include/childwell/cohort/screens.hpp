// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/data/records.hpp>
#include <childwell/instruments/instrument.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace childwell::inline v0_1 {

/// What became of a child who belongs to a collection, in the order of the schema's words.
enum class Response : std::uint8_t { given, refused, absent, not_offered, outside_age };

/// How the children of a collection came into it, in the order of the schema's words.
enum class Design : std::uint8_t { census, sample, volunteer, unknown = 255 };

/// One form, or that there is none and why.
struct Screen {
  std::int32_t child = -1;
  std::uint32_t instrument = 0;  ///< position in Screens::instruments
  std::int32_t collection = -1;
  Date date;
  Date known_on;                 ///< of the last answer
  std::int32_t translation = -1;
  std::int32_t recall_days = 0;  ///< 0 where nobody said
  std::uint8_t informant = missing_word;
  Response response = Response::given;
  std::size_t first = 0;         ///< of its answers, where it was given and the instrument's key is known
};

struct ScreenInstrument {
  std::int32_t name = -1;
  const instruments::Instrument* rule = nullptr;  ///< null: there is no key, so nothing is scored
};

/// Questionnaires of all children, and how each collection was drawn.
struct Screens {
  std::vector<ScreenInstrument> instruments;  ///< by name
  std::vector<Screen> forms;                  ///< by child, then instrument, informant, date and collection
  std::vector<double> answers;                ///< NaN where not answered
  std::map<std::int32_t, Design> designs;     ///< of collections; volunteer where any of its waves is
};

}  // namespace childwell::inline v0_1
