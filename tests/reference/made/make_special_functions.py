# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Makes special_functions.json: 10,000 and more values of special functions, right to the last bit, in six regimes.

python tests/reference/made/make_special_functions.py   (mpmath 1.3; some minutes)

Arguments are short decimals, read as doubles; their values are those of the doubles. Incomplete beta and gamma
functions are summed as series of positive terms in whole-number arithmetic of 100 digits and more, so that no tail is
1 minus the other unless it is the larger one; test_the_series_agree_with_mpmath holds them to mpmath's own.
"""

import json
import random
import sys
from pathlib import Path

import mpmath as mp

mp.mp.dps = 60
SEED = 20240229


def fixed_sum(first_ratio, bits):
    """1 + r0 + r0 r1 + ... where first_ratio(i) gives r_i as a pair of whole numbers; all terms positive."""
    term = total = 1 << bits
    i = 0
    while term > 0:
        above, below = first_ratio(i)
        term = term * above // below
        total += term
        i += 1
    return mp.mpf(total) / mp.mpf(2) ** bits


def whole_ratio(*values):
    """Values of doubles (or mpf) as whole numbers over one power of two, with that power."""
    pairs = [mp.mpf(value).man_exp for value in values]
    low = min([exponent for _, exponent in pairs] + [0])
    return [int(man) << (exponent - low) for man, exponent in pairs], 1 << -low


def log_beta_exact(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def beta_small_side(x, y, a, b, bits):
    """I_x(a, b), y = 1 - x, for x at most about the mean: x^a y^b / (a B) * 2F1(a + b, 1; a + 1; x)."""
    scale = 1 << 1100
    numerator = int(mp.floor(mp.mpf(x) * scale))
    (aw, bw), one = whole_ratio(a, b)
    total = fixed_sum(lambda i: ((aw + bw + i * one) * numerator, (aw + (i + 1) * one) * scale), bits)
    return mp.exp(a * mp.log(x) + b * mp.log(y) - log_beta_exact(a, b)) / a * total


def beta_tails(x, a, b, y=None):
    """Lower and upper tail of the beta distribution; y = 1 - x may be given."""
    x, a, b = mp.mpf(x), mp.mpf(a), mp.mpf(b)
    with mp.workdps(430):
        y = 1 - x if y is None else mp.mpf(y)
    if x <= 0:
        return mp.mpf(0), mp.mpf(1)
    if y <= 0:
        return mp.mpf(1), mp.mpf(0)
    # The smaller tail is summed, but where its series would be very long: then 1 minus the other, in 430 digits.
    swap = min(x, y) * (a + b) < 2000 and max(x, y) > 0.99
    bits = 1400 if swap else 420
    with mp.workdps(430 if swap else 130):
        if (x < y) if swap else (x * (a + b) <= a):
            lower = beta_small_side(x, y, a, b, bits)
            upper = 1 - lower
        else:
            upper = beta_small_side(y, x, b, a, bits)
            lower = 1 - upper
        return +lower, +upper


def gamma_tails(x, a):
    """P(a, x) and Q(a, x); the series of P in 1,400 bits, so that Q keeps its digits down to 1e-300."""
    x, a = mp.mpf(x), mp.mpf(a)
    if x <= 0:
        return mp.mpf(0), mp.mpf(1)
    with mp.workdps(430):
        (xw, aw), one = whole_ratio(x, a)
        total = fixed_sum(lambda i: (xw, aw + (i + 1) * one), 1400)
        lower = mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * total
        return +lower, 1 - lower


def t_tails(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    if t == 0:
        return mp.mpf("0.5"), mp.mpf("0.5")
    with mp.workdps(430):
        square = t * t
        lower, _ = beta_tails(df / (df + square), df / 2, mp.mpf("0.5"), square / (df + square))
    return (lower / 2, 1 - lower / 2) if t < 0 else (1 - lower / 2, lower / 2)


def f_tails(x, d1, d2):
    x, d1, d2 = mp.mpf(x), mp.mpf(d1), mp.mpf(d2)
    with mp.workdps(430):
        return beta_tails(d1 * x / (d1 * x + d2), d1 / 2, d2 / 2, d2 / (d1 * x + d2))


def binomial_pmf(k, n, p):
    p = mp.mpf(p)
    return mp.binomial(int(k), 0) * mp.exp(
        mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1) + k * mp.log(p) + (n - k) * mp.log1p(-p))


def poisson_pmf(k, mean):
    return mp.exp(k * mp.log(mp.mpf(mean)) - mp.mpf(mean) - mp.loggamma(k + 1))


EXACT = {
    "normal_cdf": lambda x: mp.erfc(-mp.mpf(x) / mp.sqrt(2)) / 2,
    "normal_sf": lambda x: mp.erfc(mp.mpf(x) / mp.sqrt(2)) / 2,
    "beta_cdf": lambda x, a, b: beta_tails(x, a, b)[0],
    "beta_sf": lambda x, a, b: beta_tails(x, a, b)[1],
    "gamma_cdf": lambda x, a, r: gamma_tails(mp.mpf(x) * r, a)[0],
    "gamma_sf": lambda x, a, r: gamma_tails(mp.mpf(x) * r, a)[1],
    "chi_squared_cdf": lambda x, d: gamma_tails(mp.mpf(x) / 2, mp.mpf(d) / 2)[0],
    "chi_squared_sf": lambda x, d: gamma_tails(mp.mpf(x) / 2, mp.mpf(d) / 2)[1],
    "student_t_cdf": lambda t, d: t_tails(t, d)[0],
    "student_t_sf": lambda t, d: t_tails(t, d)[1],
    "f_cdf": lambda x, d1, d2: f_tails(x, d1, d2)[0],
    "f_sf": lambda x, d1, d2: f_tails(x, d1, d2)[1],
    "binomial_pmf": binomial_pmf,
    "binomial_cdf": lambda k, n, p: beta_tails(p, k + 1, n - k)[1] if k < n else mp.mpf(1),
    "binomial_sf": lambda k, n, p: beta_tails(p, k + 1, n - k)[0] if k < n else mp.mpf(0),
    "poisson_pmf": poisson_pmf,
    "poisson_cdf": lambda k, m: gamma_tails(m, k + 1)[1],
    "poisson_sf": lambda k, m: gamma_tails(m, k + 1)[0],
    "log_gamma": lambda x: mp.loggamma(mp.mpf(x)),
    "log_beta": lambda a, b: log_beta_exact(mp.mpf(a), mp.mpf(b)),
    "digamma": lambda x: mp.digamma(mp.mpf(x)),
    "trigamma": lambda x: mp.psi(1, mp.mpf(x)),
    "expit": lambda x: 1 / (1 + mp.exp(-mp.mpf(x))),
    "logit": lambda p: mp.log(mp.mpf(p)) - mp.log1p(-mp.mpf(p)),
    "log1p_exp": lambda x: mp.log1p(mp.exp(mp.mpf(x))),
}


def short(value, digits=6):
    return float(f"{value:.{digits}g}")


def log_uniform(draw, low, high):
    return short(low * (high / low) ** draw.random())


def posterior(draw, most, sigmas):
    """x, a, b of a rate's posterior: so many events among trials, x so many standard deviations from the mean."""
    trials = int(log_uniform(draw, 1, most))
    events = draw.choice([0, trials, draw.randint(0, trials), draw.randint(0, max(1, trials // 20))])
    prior = draw.choice([0.5, 1.0, 2.0, log_uniform(draw, 0.1, 30)])
    a, b = events + prior, trials - events + draw.choice([0.5, 1.0, 8.0, log_uniform(draw, 0.1, 30)])
    a, b = short(a, 9), short(b, 9)
    mean = a / (a + b)
    x = mean + draw.uniform(-sigmas, sigmas) * (mean * (1 - mean) / (a + b + 1)) ** 0.5
    return (short(x) if 0 < x < 1 else short(draw.uniform(0.001, 0.999))), a, b


def near_count(draw, shape, sigmas):
    x = shape + draw.uniform(-sigmas, sigmas) * shape**0.5
    return short(x if x > 0 else shape * draw.uniform(0.01, 1), 9)


def binomial_case(draw, most, sigmas):
    n = int(log_uniform(draw, 1, most))
    p = draw.choice([short(draw.uniform(0.001, 0.999)), log_uniform(draw, 1e-4, 0.2)])
    k = round(n * p + draw.uniform(-sigmas, sigmas) * (n * p * (1 - p)) ** 0.5)
    return min(max(k, 0), n), n, p


def points(draw):
    """Regime, function, arguments."""
    for _ in range(500):
        for name in ("beta_cdf", "beta_sf"):
            yield "rates", name, posterior(draw, 1e4, 6)
        for name in ("binomial_cdf", "binomial_sf", "binomial_pmf"):
            yield "rates", name, binomial_case(draw, 1e4, 5)
    for _ in range(300):
        for name in ("gamma_cdf", "gamma_sf"):
            shape = log_uniform(draw, 0.05, 1e4)
            yield "counts", name, (near_count(draw, shape, 6), shape, draw.choice([1.0, 0.5, 4.0]))
        for name in ("chi_squared_cdf", "chi_squared_sf"):
            df = draw.choice([float(draw.randint(1, 60)), log_uniform(draw, 0.5, 1e4)])
            yield "counts", name, (near_count(draw, df, 6), df)
        for name in ("poisson_cdf", "poisson_sf", "poisson_pmf"):
            mean = log_uniform(draw, 0.01, 1e4)
            yield "counts", name, (max(0, round(near_count(draw, mean, 5))), mean)
    for _ in range(500):
        df = draw.choice([float(draw.randint(1, 60)), log_uniform(draw, 1, 1e4)])
        yield "tests", "student_t_cdf", (short(draw.gauss(0, 3)), df)
        yield "tests", "student_t_sf", (short(draw.gauss(0, 3)), df)
        d1, d2 = float(draw.randint(1, 40)), draw.choice([float(draw.randint(1, 400)), log_uniform(draw, 1, 1e4)])
        yield "tests", "f_cdf", (log_uniform(draw, 0.01, 20), d1, d2)
        yield "tests", "f_sf", (log_uniform(draw, 0.01, 20), d1, d2)
    for _ in range(270):
        yield "likelihoods", "log_gamma", (draw.choice([log_uniform(draw, 1e-3, 1e4), short(draw.uniform(0.5, 3), 9)]),)
        yield "likelihoods", "digamma", (draw.choice([log_uniform(draw, 1e-3, 1e4), short(draw.uniform(1.4, 1.5), 9)]),)
        yield "likelihoods", "trigamma", (log_uniform(draw, 1e-3, 1e4),)
        yield "likelihoods", "log_beta", (log_uniform(draw, 0.01, 1e4), log_uniform(draw, 0.01, 1e4))
        yield "likelihoods", "expit", (short(draw.gauss(0, 1) * draw.choice([1, 30, 300])),)
        yield "likelihoods", "logit", (draw.choice([short(draw.random()), log_uniform(draw, 1e-12, 0.5)]),)
        yield "likelihoods", "log1p_exp", (short(draw.gauss(0, 1) * draw.choice([1, 30, 300])),)
    for _ in range(180):
        yield "tails", "normal_cdf", (short(draw.uniform(-37, 8)),)
        yield "tails", "normal_sf", (short(draw.uniform(-8, 37)),)
        yield "tails", "student_t_sf", (log_uniform(draw, 3, 60), log_uniform(draw, 2, 1000))
        x, a, b = posterior(draw, 1e3, 15)
        yield "tails", "beta_sf", (x, a, b)
        shape = log_uniform(draw, 0.5, 1e3)
        yield "tails", "gamma_sf", (near_count(draw, shape, 18), shape, 1.0)
        yield "tails", "f_sf", (log_uniform(draw, 2, 60), float(draw.randint(1, 40)), log_uniform(draw, 2, 1000))
    for _ in range(170):
        yield "large", "beta_cdf", posterior(draw, 1e6, 6)
        yield "large", "beta_sf", posterior(draw, 1e6, 6)
        yield "large", "binomial_cdf", binomial_case(draw, 1e6, 5)
        shape = log_uniform(draw, 1e4, 1e6)
        yield "large", "gamma_cdf", (near_count(draw, shape, 6), shape, 1.0)
        yield "large", "gamma_sf", (near_count(draw, shape, 6), shape, 1.0)
        mean = log_uniform(draw, 1e4, 1e6)
        yield "large", "poisson_cdf", (round(near_count(draw, mean, 5)), mean)
        yield "large", "student_t_cdf", (short(draw.gauss(0, 3)), log_uniform(draw, 1e4, 1e6))
        yield "large", "log_beta", (log_uniform(draw, 1e-2, 1e6), log_uniform(draw, 1e4, 1e6))
        yield "large", "binomial_pmf", binomial_case(draw, 1e6, 5)
        yield "large", "f_sf", (log_uniform(draw, 0.9, 1.1), log_uniform(draw, 1e3, 1e6), log_uniform(draw, 1e3, 1e6))


def make():
    draw = random.Random(SEED)
    made = {}
    for regime, name, given in points(draw):
        value = EXACT[name](*given)
        if regime != "likelihoods" and abs(value) < mp.mpf("1e-300"):
            continue  # near the smallest doubles, digits are lost by their spacing
        made.setdefault(regime, {}).setdefault(name, []).append([*given, float(value)])
    return made


if __name__ == "__main__":
    regimes = make()
    count = sum(len(rows) for functions in regimes.values() for rows in functions.values())
    head = {"made_by": f"make_special_functions.py; mpmath {mp.__version__}; Python {sys.version.split()[0]}; seed {SEED}",
            "rows": "arguments, then the value", "count": count}
    text = json.dumps(head)[:-1] + ', "regimes": {\n' + ",\n".join(
        f"{json.dumps(regime)}: {{\n" + ",\n".join(
            f"{json.dumps(name)}: {json.dumps(rows, separators=(',', ':'))}" for name, rows in functions.items()) + "}"
        for regime, functions in regimes.items()) + "}}\n"
    Path(__file__).with_name("special_functions.json").write_text(text, "utf-8")
    print(count, "points;", len(text), "bytes")
