# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Distributions and special functions, elementwise over numbers or arrays."""

from __future__ import annotations

from typing import Any

from .. import _core

__all__ = [
    "beta_binomial_cdf",
    "beta_binomial_pmf",
    "beta_binomial_quantile",
    "beta_binomial_sf",
    "beta_cdf",
    "beta_quantile",
    "beta_sf",
    "binomial_cdf",
    "binomial_pmf",
    "binomial_sf",
    "chi_squared_cdf",
    "chi_squared_quantile",
    "chi_squared_sf",
    "digamma",
    "expit",
    "f_cdf",
    "f_quantile",
    "f_sf",
    "gamma_cdf",
    "gamma_quantile",
    "gamma_sf",
    "hypergeometric_cdf",
    "hypergeometric_pmf",
    "hypergeometric_sf",
    "log1p_exp",
    "log_beta",
    "log_gamma",
    "logit",
    "negative_binomial_cdf",
    "negative_binomial_pmf",
    "negative_binomial_sf",
    "noncentral_t_cdf",
    "normal_cdf",
    "normal_quantile",
    "normal_sf",
    "poisson_cdf",
    "poisson_pmf",
    "poisson_sf",
    "student_t_cdf",
    "student_t_quantile",
    "student_t_sf",
    "trigamma",
]


def normal_cdf(x: Any) -> Any:
    """Cumulative distribution function of the standard normal.

    Use for tail areas of statistics on the normal scale; not for small samples, which need student_t_cdf.

    Parameters
    ----------
    x : array_like
        Any real number; NaN is missing.

    Returns
    -------
    float or ndarray
        Probability of a value at most x, in [0, 1]; NaN for NaN.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math erfc, beyond 5 Mills's ratio; mpmath to 500 eps.
    """
    return _core.stats.normal_cdf(x)


def normal_quantile(p: Any) -> Any:
    """Quantile of the standard normal.

    Use for normal scores and intervals of large samples.

    Parameters
    ----------
    p : array_like
        Probability in [0, 1]; NaN is missing.

    Returns
    -------
    float or ndarray
        The value below which the share p lies; minus and plus infinity at 0 and 1; NaN outside.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math erfc_inv; gives back its probability to 1e-12, or to the spacing of doubles.
    """
    return _core.stats.normal_quantile(p)


def beta_cdf(x: Any, a: Any, b: Any) -> Any:
    """Cumulative distribution function of the beta distribution: the regularised incomplete beta function.

    Use for posterior probabilities of a proportion and exact binomial tails.

    Parameters
    ----------
    x : array_like
        In [0, 1]; NaN is missing.
    a, b : array_like
        Shape parameters, above 0, whole or not.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps.
    """
    return _core.stats.beta_cdf(x, a, b)


def beta_quantile(p: Any, a: Any, b: Any) -> Any:
    """Quantile of the beta distribution.

    Use for exact and Bayesian intervals of a proportion.

    Parameters
    ----------
    p : array_like
        Probability in [0, 1]; NaN is missing.
    a, b : array_like
        Shape parameters, above 0 and up to 1e9, whole or not.

    Returns
    -------
    float or ndarray
        A value in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Newton's steps from Boost.Math ibeta_inv; gives back its probability to 1e-12, or to the spacing of doubles.
    """
    return _core.stats.beta_quantile(p, a, b)


def student_t_cdf(x: Any, degrees_of_freedom: Any) -> Any:
    """Cumulative distribution function of Student's t.

    Use for tail areas when the variance was estimated from few clusters.

    Parameters
    ----------
    x : array_like
        Any real number; NaN is missing.
    degrees_of_freedom : array_like
        Above 0, whole or not.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Beta tail (few degrees of freedom: Boost.Math students_t); mpmath to 500 eps.
    """
    return _core.stats.student_t_cdf(x, degrees_of_freedom)


def student_t_quantile(p: Any, degrees_of_freedom: Any) -> Any:
    """Quantile of Student's t.

    Use for intervals when the variance was estimated from few clusters.

    Parameters
    ----------
    p : array_like
        Probability in (0, 1); NaN is missing.
    degrees_of_freedom : array_like
        Above 0, whole or not.

    Returns
    -------
    float or ndarray
        A real number; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math students_t; gives back its probability to 1e-12, or to the spacing of doubles.
    """
    return _core.stats.student_t_quantile(p, degrees_of_freedom)


def normal_sf(x: Any) -> Any:
    """Upper tail of the standard normal: 1 - normal_cdf, without the loss of digits.

    Use for small p values.

    Parameters
    ----------
    x : array_like
        Any real number; NaN is missing.

    Returns
    -------
    float or ndarray
        Probability of a value above x, in [0, 1]; NaN for NaN.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math erfc, beyond 5 Mills's ratio; mpmath to 500 eps.
    """
    return _core.stats.normal_sf(x)


def student_t_sf(x: Any, degrees_of_freedom: Any) -> Any:
    """Upper tail of Student's t.

    Use for small p values when the variance was estimated.

    Parameters
    ----------
    x : array_like
        Any real number; NaN is missing.
    degrees_of_freedom : array_like
        Above 0, whole or not.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Beta tail (few degrees of freedom: Boost.Math students_t); mpmath to 500 eps.
    """
    return _core.stats.student_t_sf(x, degrees_of_freedom)


def beta_sf(x: Any, a: Any, b: Any) -> Any:
    """Upper tail of the beta distribution.

    Use for P(rate > x) of a posterior, where 1 - beta_cdf would lose digits.

    Parameters
    ----------
    x : array_like
        In [0, 1]; NaN is missing.
    a, b : array_like
        Shape parameters, above 0, whole or not.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps.
    """
    return _core.stats.beta_sf(x, a, b)


def chi_squared_cdf(x: Any, degrees_of_freedom: Any) -> Any:
    """Cumulative distribution function of the chi-squared distribution.

    Use for sums of squares and likelihood-ratio tests.

    Parameters
    ----------
    x : array_like
        At least 0; NaN is missing.
    degrees_of_freedom : array_like
        Above 0, whole or not.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math gamma_p, far tails by series and fraction; mpmath to 500 eps.
    """
    return _core.stats.chi_squared_cdf(x, degrees_of_freedom)


def chi_squared_sf(x: Any, degrees_of_freedom: Any) -> Any:
    """Upper tail of the chi-squared distribution.

    Use for p values.

    Parameters
    ----------
    x : array_like
        At least 0; NaN is missing.
    degrees_of_freedom : array_like
        Above 0, whole or not.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math gamma_q, far tails by series and fraction; mpmath to 500 eps.
    """
    return _core.stats.chi_squared_sf(x, degrees_of_freedom)


def chi_squared_quantile(p: Any, degrees_of_freedom: Any) -> Any:
    """Quantile of the chi-squared distribution.

    Use for intervals of a variance and for limits.

    Parameters
    ----------
    p : array_like
        Probability in [0, 1]; NaN is missing.
    degrees_of_freedom : array_like
        Above 0, whole or not.

    Returns
    -------
    float or ndarray
        At least 0, infinity at 1; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math gamma_p_inv; gives back its probability to 1e-12, or to the spacing of doubles.
    """
    return _core.stats.chi_squared_quantile(p, degrees_of_freedom)


def f_cdf(x: Any, numerator: Any, denominator: Any) -> Any:
    """Cumulative distribution function of Fisher's F.

    Use for ratios of mean squares.

    Parameters
    ----------
    x : array_like
        At least 0; NaN is missing.
    numerator, denominator : array_like
        Degrees of freedom, above 0, whole or not.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps.
    """
    return _core.stats.f_cdf(x, numerator, denominator)


def f_sf(x: Any, numerator: Any, denominator: Any) -> Any:
    """Upper tail of Fisher's F.

    Use for p values of analyses of variance.

    Parameters
    ----------
    x : array_like
        At least 0; NaN is missing.
    numerator, denominator : array_like
        Degrees of freedom, above 0, whole or not.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps.
    """
    return _core.stats.f_sf(x, numerator, denominator)


def f_quantile(p: Any, numerator: Any, denominator: Any) -> Any:
    """Quantile of Fisher's F.

    Use for intervals of ratios of variances, such as of an intraclass correlation.

    Parameters
    ----------
    p : array_like
        Probability in [0, 1]; NaN is missing.
    numerator, denominator : array_like
        Degrees of freedom, above 0 and up to 2e9, whole or not.

    Returns
    -------
    float or ndarray
        At least 0, infinity at 1; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Newton's steps from Boost.Math ibeta_inv; gives back its probability to 1e-12, or to the spacing of doubles.
    """
    return _core.stats.f_quantile(p, numerator, denominator)


def gamma_cdf(x: Any, shape: Any, rate: Any) -> Any:
    """Cumulative distribution function of the gamma distribution.

    Use for the rate behind a count and waiting times.

    Parameters
    ----------
    x : array_like
        At least 0; NaN is missing.
    shape, rate : array_like
        Above 0; the mean is shape / rate.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math gamma_p, far tails by series and fraction; mpmath to 500 eps.
    """
    return _core.stats.gamma_cdf(x, shape, rate)


def gamma_sf(x: Any, shape: Any, rate: Any) -> Any:
    """Upper tail of the gamma distribution.

    Use for P(rate > x) of a count's posterior.

    Parameters
    ----------
    x : array_like
        At least 0; NaN is missing.
    shape, rate : array_like
        Above 0; the mean is shape / rate.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math gamma_q, far tails by series and fraction; mpmath to 500 eps.
    """
    return _core.stats.gamma_sf(x, shape, rate)


def gamma_quantile(p: Any, shape: Any, rate: Any) -> Any:
    """Quantile of the gamma distribution.

    Use for intervals of a rate behind a count.

    Parameters
    ----------
    p : array_like
        Probability in [0, 1]; NaN is missing.
    shape, rate : array_like
        Above 0; the mean is shape / rate.

    Returns
    -------
    float or ndarray
        At least 0, infinity at 1; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math gamma_p_inv; gives back its probability to 1e-12, or to the spacing of doubles.
    """
    return _core.stats.gamma_quantile(p, shape, rate)


def binomial_pmf(events: Any, trials: Any, probability: Any) -> Any:
    """Probability of exactly so many events in independent trials.

    Use for exact binomial tests.

    Parameters
    ----------
    events : array_like
        Whole; NaN is missing.
    trials : array_like
        Whole, at least 0.
    probability : array_like
        In [0, 1].

    Returns
    -------
    float or ndarray
        In [0, 1], 0 for events that cannot be; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Saddle-point form, Loader 2000; mpmath to 500 eps.
    """
    return _core.stats.binomial_pmf(events, trials, probability)


def binomial_cdf(events: Any, trials: Any, probability: Any) -> Any:
    """Probability of at most so many events in independent trials.

    Use for exact tests and limits of a proportion.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    trials : array_like
        Whole, at least 0.
    probability : array_like
        In [0, 1].

    Returns
    -------
    float or ndarray
        In [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps.
    """
    return _core.stats.binomial_cdf(events, trials, probability)


def binomial_sf(events: Any, trials: Any, probability: Any) -> Any:
    """Probability of more than so many events in independent trials.

    Use for the upper tail, where 1 - binomial_cdf would lose digits.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    trials : array_like
        Whole, at least 0.
    probability : array_like
        In [0, 1].

    Returns
    -------
    float or ndarray
        In [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps.
    """
    return _core.stats.binomial_sf(events, trials, probability)


def poisson_pmf(events: Any, mean: Any) -> Any:
    """Probability of exactly so many events where `mean` are expected.

    Use for rare events counted over time.

    Parameters
    ----------
    events : array_like
        Whole; NaN is missing.
    mean : array_like
        At least 0.

    Returns
    -------
    float or ndarray
        In [0, 1], 0 for events that cannot be; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Saddle-point form, Loader 2000; mpmath to 500 eps.
    """
    return _core.stats.poisson_pmf(events, mean)


def poisson_cdf(events: Any, mean: Any) -> Any:
    """Probability of at most so many events where `mean` are expected.

    Use for exact tests and limits of a rate.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    mean : array_like
        At least 0.

    Returns
    -------
    float or ndarray
        In [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math gamma_q, far tails by series and fraction; mpmath to 500 eps.
    """
    return _core.stats.poisson_cdf(events, mean)


def poisson_sf(events: Any, mean: Any) -> Any:
    """Probability of more than so many events where `mean` are expected.

    Use for the upper tail, where 1 - poisson_cdf would lose digits.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    mean : array_like
        At least 0.

    Returns
    -------
    float or ndarray
        In [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math gamma_p, far tails by series and fraction; mpmath to 500 eps.
    """
    return _core.stats.poisson_sf(events, mean)


def log_gamma(x: Any) -> Any:
    """Logarithm of the gamma function.

    Use in likelihoods of counts.

    Parameters
    ----------
    x : array_like
        Above 0; NaN is missing.

    Returns
    -------
    float or ndarray
        A real number; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math lgamma; mpmath to 2 eps.
    """
    return _core.stats.log_gamma(x)


def log_beta(a: Any, b: Any) -> Any:
    """Logarithm of the beta function, without the cancellation of three log-gammas.

    Use in likelihoods of rates with a beta prior.

    Parameters
    ----------
    a, b : array_like
        Above 0; NaN is missing.

    Returns
    -------
    float or ndarray
        A real number; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Stirling corrections for large arguments, DiDonato and Morris 1992; mpmath to 100 eps.
    """
    return _core.stats.log_beta(a, b)


def digamma(x: Any) -> Any:
    """First derivative of log_gamma.

    Use in the scores of likelihoods of counts.

    Parameters
    ----------
    x : array_like
        Above 0; NaN is missing.

    Returns
    -------
    float or ndarray
        A real number; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math digamma; mpmath to 2 eps.
    """
    return _core.stats.digamma(x)


def trigamma(x: Any) -> Any:
    """Second derivative of log_gamma.

    Use in the information of likelihoods of counts.

    Parameters
    ----------
    x : array_like
        Above 0; NaN is missing.

    Returns
    -------
    float or ndarray
        Above 0; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math trigamma; mpmath to 2 eps.
    """
    return _core.stats.trigamma(x)


def expit(x: Any) -> Any:
    """Logistic function 1 / (1 + exp(-x)).

    Use to turn log-odds into a probability.

    Parameters
    ----------
    x : array_like
        Log-odds, any real number; NaN is missing.

    Returns
    -------
    float or ndarray
        In [0, 1]; NaN for NaN.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Definition; mpmath to 2 eps.
    """
    return _core.stats.expit(x)


def logit(p: Any) -> Any:
    """Log-odds log(p / (1 - p)).

    Use to put a probability on a scale without edges.

    Parameters
    ----------
    p : array_like
        In [0, 1]; NaN is missing.

    Returns
    -------
    float or ndarray
        A real number, infinite at 0 and 1; NaN outside.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Definition; mpmath to 2 eps.
    """
    return _core.stats.logit(p)


def log1p_exp(x: Any) -> Any:
    """log(1 + exp(x)), without overflow.

    Use in binomial likelihoods.

    Parameters
    ----------
    x : array_like
        Any real number; NaN is missing.

    Returns
    -------
    float or ndarray
        At least 0; NaN for NaN.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Definition; mpmath to 2 eps.
    """
    return _core.stats.log1p_exp(x)


def noncentral_t_cdf(x: Any, degrees_of_freedom: Any, noncentrality: Any) -> Any:
    """Cumulative distribution function of the noncentral t distribution.

    Use for the power of t tests and for intervals of standardised differences.

    Parameters
    ----------
    x : array_like
        Any real number; NaN is missing.
    degrees_of_freedom : array_like
        Above 0, whole or not.
    noncentrality : array_like
        Any real number: the mean of the normal variable above.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Boost.Math non_central_t; checked against mpmath quadrature to 1e-10.
    """
    return _core.stats.noncentral_t_cdf(x, degrees_of_freedom, noncentrality)


def negative_binomial_pmf(events: Any, mean: Any, dispersion: Any) -> Any:
    """Probability of exactly so many events when the mean varies between units by a gamma distribution.

    Use for counts that vary more than Poisson's; dispersion 0 is the Poisson distribution.

    Parameters
    ----------
    events : array_like
        Whole, at least 0; NaN is missing.
    mean : array_like
        At least 0.
    dispersion : array_like
        At least 0: the variance is mean + dispersion mean^2.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; 0 for events that cannot be; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Saddle-point expansion, Loader 2000; mpmath to 1e-12.
    """
    return _core.stats.negative_binomial_pmf(events, mean, dispersion)


def negative_binomial_cdf(events: Any, mean: Any, dispersion: Any) -> Any:
    """Probability of at most so many events when the mean varies between units by a gamma distribution.

    Use for lower tails of overdispersed counts.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    mean : array_like
        At least 0.
    dispersion : array_like
        At least 0: the variance is mean + dispersion mean^2.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    As beta_cdf; mpmath to 1e-12.
    """
    return _core.stats.negative_binomial_cdf(events, mean, dispersion)


def negative_binomial_sf(events: Any, mean: Any, dispersion: Any) -> Any:
    """Probability of more than so many events when the mean varies between units by a gamma distribution.

    Use for upper tails, where 1 - negative_binomial_cdf would lose digits.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    mean : array_like
        At least 0.
    dispersion : array_like
        At least 0: the variance is mean + dispersion mean^2.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    As beta_cdf; mpmath to 1e-12.
    """
    return _core.stats.negative_binomial_sf(events, mean, dispersion)


def beta_binomial_pmf(events: Any, trials: Any, alpha: Any, beta: Any) -> Any:
    """Probability of exactly so many events when the rate varies between units by a beta distribution.

    Use to predict a unit's next count from a posterior beta; it is wider than the binomial at the posterior mean.

    Parameters
    ----------
    events : array_like
        Whole, 0 to trials; NaN is missing.
    trials : array_like
        Whole, 0 to 10,000,000; beyond, the answer is NaN.
    alpha : array_like
        Shape parameters of the rate, above 0.
    beta : array_like
        Shape parameters of the rate, above 0.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; 0 for events that cannot be; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers. Cost: independent of trials.

    References
    ----------
    Quotient of negative binomial probabilities by saddle-point expansion, Loader 2000; mpmath to 1e-12.
    """
    return _core.stats.beta_binomial_pmf(events, trials, alpha, beta)


def beta_binomial_cdf(events: Any, trials: Any, alpha: Any, beta: Any) -> Any:
    """Probability of at most so many events when the rate varies between units by a beta distribution.

    Use for predictive lower tails.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    trials : array_like
        Whole, 0 to 10,000,000; beyond, the answer is NaN.
    alpha : array_like
        Shape parameters of the rate, above 0.
    beta : array_like
        Shape parameters of the rate, above 0.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers. Cost: up to trials terms.

    References
    ----------
    Sum over the tail; mpmath to 1e-12 up to 300 trials, exact fractions to 1e-10 at 10,000,000.
    """
    return _core.stats.beta_binomial_cdf(events, trials, alpha, beta)


def beta_binomial_sf(events: Any, trials: Any, alpha: Any, beta: Any) -> Any:
    """Probability of more than so many events when the rate varies between units by a beta distribution.

    Use for predictive upper tails, where 1 - beta_binomial_cdf would lose digits.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    trials : array_like
        Whole, 0 to 10,000,000; beyond, the answer is NaN.
    alpha : array_like
        Shape parameters of the rate, above 0.
    beta : array_like
        Shape parameters of the rate, above 0.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers. Cost: up to trials terms.

    References
    ----------
    Sum over the tail; mpmath to 1e-12 up to 300 trials, exact fractions to 1e-10 at 10,000,000.
    """
    return _core.stats.beta_binomial_sf(events, trials, alpha, beta)


def beta_binomial_quantile(p: Any, trials: Any, alpha: Any, beta: Any) -> Any:
    """Smallest number of events whose beta_binomial_cdf reaches p.

    Use for the ends of a predictive interval. A probability within 1e-14 of p counts as reaching it.

    Parameters
    ----------
    p : array_like
        Probability in [0, 1]; NaN is missing.
    trials : array_like
        Whole, 0 to 10,000,000; beyond, the answer is NaN.
    alpha : array_like
        Shape parameters of the rate, above 0.
    beta : array_like
        Shape parameters of the rate, above 0.

    Returns
    -------
    float or ndarray
        Whole, 0 to trials; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers. Cost: log2(trials) calls of beta_binomial_cdf.

    References
    ----------
    Bisection; sums in mpmath, exactly.
    """
    return _core.stats.beta_binomial_quantile(p, trials, alpha, beta)


def hypergeometric_pmf(events: Any, population: Any, marked: Any, draws: Any) -> Any:
    """Probability of exactly so many marked units in draws without replacement.

    Use for how many of a child's absences fall on given days, or for a 2 x 2 table with fixed margins.

    Parameters
    ----------
    events : array_like
        Whole; NaN is missing.
    population : array_like
        Whole, at least 0.
    marked : array_like
        Marked units of the population, whole, 0 to population.
    draws : array_like
        Whole, 0 to population.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; 0 for events that cannot be; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers.

    References
    ----------
    Quotient of binomial probabilities, Loader 2000; exact fractions to 1e-12.
    """
    return _core.stats.hypergeometric_pmf(events, population, marked, draws)


def hypergeometric_cdf(events: Any, population: Any, marked: Any, draws: Any) -> Any:
    """Probability of at most so many marked units in draws without replacement.

    Use for lower tails of a 2 x 2 table with fixed margins.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    population : array_like
        Whole, at least 0.
    marked : array_like
        Marked units of the population, whole, 0 to population.
    draws : array_like
        Whole, 0 to population.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers. Cost: terms of the shorter tail.

    References
    ----------
    Sum over the tail; exact fractions to 1e-12.
    """
    return _core.stats.hypergeometric_cdf(events, population, marked, draws)


def hypergeometric_sf(events: Any, population: Any, marked: Any, draws: Any) -> Any:
    """Probability of more than so many marked units in draws without replacement.

    Use for upper tails of a 2 x 2 table with fixed margins, where 1 - hypergeometric_cdf would lose digits.

    Parameters
    ----------
    events : array_like
        Any number, rounded down; NaN is missing.
    population : array_like
        Whole, at least 0.
    marked : array_like
        Marked units of the population, whole, 0 to population.
    draws : array_like
        Whole, 0 to population.

    Returns
    -------
    float or ndarray
        Probability in [0, 1]; NaN outside the domain.

    Raises
    ------
    ValueError
        When an argument does not hold numbers. Cost: terms of the shorter tail.

    References
    ----------
    Sum over the tail; exact fractions to 1e-12.
    """
    return _core.stats.hypergeometric_sf(events, population, marked, draws)
