# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The composite index step by step: scores of one direction, weights, means up a tree, and how sure one can be."""

from __future__ import annotations

from . import _composite, _definition, _normalise, _weights
from ._composite import *
from ._definition import *
from ._normalise import *
from ._weights import *

__all__: list[str] = []
__all__ += _composite.__all__
__all__ += _definition.__all__
__all__ += _normalise.__all__
__all__ += _weights.__all__
