# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Questionnaires: published keys as data, scoring by their own rules, reliability and reliable change; no item text."""

from __future__ import annotations

from . import _change, _registry, _reliability, _score
from ._change import *
from ._registry import *
from ._reliability import *
from ._score import *

__all__: list[str] = []
__all__ += _change.__all__
__all__ += _registry.__all__
__all__ += _reliability.__all__
__all__ += _score.__all__
