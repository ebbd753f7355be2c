# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Statistics that know nothing of children: value objects with a status, checked against R, NIST and simulation."""

from __future__ import annotations

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
from ._generalised import *
from ._generalised_rounds import *
from ._linear import *
from ._moments import *
from ._multiplicity import *
from ._person_periods import *
from ._poisson_bootstrap import *
from ._pooling import *
from ._proportion import *
from ._quantile import *
from ._special import *
from ._trend import *
from ._two_groups import *
from ._agreement import __all__ as _agreement_names
from ._anova import __all__ as _anova_names
from ._calibration import __all__ as _calibration_names
from ._change_point import __all__ as _change_point_names
from ._control_chart import __all__ as _control_chart_names
from ._correlation import __all__ as _correlation_names
from ._count_spread import __all__ as _count_spread_names
from ._discrimination import __all__ as _discrimination_names
from ._elastic_net import __all__ as _elastic_net_names
from ._exact_test import __all__ as _exact_test_names
from ._generalised import __all__ as _generalised_names
from ._generalised_rounds import __all__ as _generalised_rounds_names
from ._linear import __all__ as _linear_names
from ._moments import __all__ as _moments_names
from ._multiplicity import __all__ as _multiplicity_names
from ._person_periods import __all__ as _person_periods_names
from ._poisson_bootstrap import __all__ as _poisson_bootstrap_names
from ._pooling import __all__ as _pooling_names
from ._proportion import __all__ as _proportion_names
from ._quantile import __all__ as _quantile_names
from ._special import __all__ as _special_names
from ._trend import __all__ as _trend_names
from ._two_groups import __all__ as _two_groups_names

__all__ = sorted(_agreement_names + _anova_names + _calibration_names + _change_point_names + _control_chart_names + _correlation_names + _count_spread_names + _discrimination_names + _elastic_net_names + _exact_test_names + _generalised_names + _generalised_rounds_names + _linear_names + _moments_names + _multiplicity_names + _person_periods_names + _poisson_bootstrap_names + _pooling_names + _proportion_names + _quantile_names + _special_names + _trend_names + _two_groups_names)
