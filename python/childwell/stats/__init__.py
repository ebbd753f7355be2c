# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Statistics that know nothing of children: value objects with a status, checked against R, NIST and simulation."""

from __future__ import annotations

from ._change_point import *
from ._control_chart import *
from ._moments import *
from ._outbreak import *
from ._pooling import *
from ._proportion import *
from ._special import *
from ._change_point import __all__ as _change_point_names
from ._control_chart import __all__ as _control_chart_names
from ._moments import __all__ as _moments_names
from ._outbreak import __all__ as _outbreak_names
from ._pooling import __all__ as _pooling_names
from ._proportion import __all__ as _proportion_names
from ._special import __all__ as _special_names

__all__ = sorted(
    _change_point_names
    + _control_chart_names
    + _moments_names
    + _outbreak_names
    + _pooling_names
    + _proportion_names
    + _special_names
)
