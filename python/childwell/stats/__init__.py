# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Statistics that know nothing of children: value objects with a status, checked against R, NIST and simulation."""

from __future__ import annotations

from . import (
    _agreement,
    _anova,
    _calibration,
    _change_point,
    _control_chart,
    _correlation,
    _count_spread,
    _discrimination,
    _elastic_net,
    _exact_test,
    _funnel,
    _generalised,
    _generalised_rounds,
    _group_standing,
    _linear,
    _moments,
    _multiplicity,
    _norm,
    _outbreak,
    _person_periods,
    _poisson_bootstrap,
    _pooling,
    _proportion,
    _quantile,
    _special,
    _survival,
    _survey,
    _trend,
    _two_groups,
)
from ._agreement import *
from ._anova import *
from ._calibration import *
from ._change_point import *
from ._control_chart import *
from ._correlation import *
from ._count_spread import *
from ._discrimination import *
from ._elastic_net import *
from ._exact_test import *
from ._funnel import *
from ._generalised import *
from ._generalised_rounds import *
from ._group_standing import *
from ._linear import *
from ._moments import *
from ._multiplicity import *
from ._norm import *
from ._outbreak import *
from ._person_periods import *
from ._poisson_bootstrap import *
from ._pooling import *
from ._proportion import *
from ._quantile import *
from ._special import *
from ._survival import *
from ._survey import *
from ._trend import *
from ._two_groups import *

__all__: list[str] = []
__all__ += _agreement.__all__
__all__ += _anova.__all__
__all__ += _calibration.__all__
__all__ += _change_point.__all__
__all__ += _control_chart.__all__
__all__ += _correlation.__all__
__all__ += _count_spread.__all__
__all__ += _discrimination.__all__
__all__ += _elastic_net.__all__
__all__ += _exact_test.__all__
__all__ += _funnel.__all__
__all__ += _generalised.__all__
__all__ += _generalised_rounds.__all__
__all__ += _group_standing.__all__
__all__ += _linear.__all__
__all__ += _moments.__all__
__all__ += _multiplicity.__all__
__all__ += _norm.__all__
__all__ += _outbreak.__all__
__all__ += _person_periods.__all__
__all__ += _poisson_bootstrap.__all__
__all__ += _pooling.__all__
__all__ += _proportion.__all__
__all__ += _quantile.__all__
__all__ += _special.__all__
__all__ += _survival.__all__
__all__ += _survey.__all__
__all__ += _trend.__all__
__all__ += _two_groups.__all__
