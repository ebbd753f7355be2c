// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/instruments/instrument.hpp>

#include <memory>
#include <vector>

namespace childwell::inline v0_1::detail {

/// A study's own instruments, checked once more, where their names can be parts of indicators' and are nobody else's.
std::shared_ptr<const std::vector<instruments::Instrument>> own_instruments(const std::vector<instruments::Instrument>& given);

}  // namespace childwell::inline v0_1::detail
