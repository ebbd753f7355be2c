# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A large city is laid over one map in layers, each made alone, so that memory stays flat and threads do not matter.

A layer has its own villages, schools, classes and children; counties and townships are the same in all. Nothing that a
layer holds depends on another one, and every layer has random numbers of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LARGEST = 30_000  # children of a layer; what is drawn depends on it, so it never changes


@dataclass(frozen=True)
class Layer:
    """One part of a city: how many children, and where their numbers begin."""

    number: int
    children: int
    first_child: int  # children of the layers before it
    seed: int  # of what is the layer's own
    city_seed: int  # of what all layers share
    is_one_of_many: bool


def layers(children: int, seed: int) -> list[Layer]:
    """The layers of a city of so many children, as equal as whole numbers allow."""
    count = -(-children // LARGEST)
    shares = np.full(count, children // count)
    shares[: children % count] += 1
    before = np.cumsum(shares) - shares
    return [
        Layer(number, int(share), int(first), _seed_of(seed, number), seed, count > 1)
        for number, (share, first) in enumerate(zip(shares, before, strict=True))
    ]


def _seed_of(seed: int, number: int) -> int:
    """The city's own seed for the first layer, then one that Philox draws: a small city is a layer like any other."""
    if number == 0:
        return seed
    return int(np.random.Philox(key=np.array([seed, 0], dtype=np.uint64), counter=number).random_raw())
