# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Statistics that know nothing of children: value objects with a status, checked against R, NIST and simulation."""

from __future__ import annotations

from ._elastic_net import *
from ._generalised import *
from ._generalised_rounds import *
from ._moments import *
from ._person_periods import *
from ._pooling import *
from ._proportion import *
from ._special import *
from ._elastic_net import __all__ as _elastic_net_names
from ._generalised import __all__ as _generalised_names
from ._generalised_rounds import __all__ as _generalised_rounds_names
from ._moments import __all__ as _moments_names
from ._person_periods import __all__ as _person_periods_names
from ._pooling import __all__ as _pooling_names
from ._proportion import __all__ as _proportion_names
from ._special import __all__ as _special_names

__all__ = sorted(
    _elastic_net_names + _generalised_names + _generalised_rounds_names + _moments_names + _person_periods_names
    + _pooling_names + _proportion_names + _special_names
)
