# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Outbreak limits by R: Rscript make_outbreak.R > outbreak.json
# "glm": each moment recomputed with glm(), fitted until nothing moves. "surveillance": the package's own functions, whose
# fits stop at a relative change of the deviance of 1e-8 and whose one-sided level is 1 - alpha / 2 (algo.farrington) or
# 1 - alpha (farringtonFlexible). The latter's test of the trend puts the prior weights in place of the working weights, so
# its trend is not tested here (pThresholdTrend = 1). The counts are drawn here.
suppressMessages(library(surveillance))

number <- function(x) ifelse(is.na(x), "null", formatC(x, digits = 17, format = "g"))
list_of <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
control <- glm.control(epsilon = 1e-14, maxit = 200)

fitted_once <- function(data, trend, weights) {
  data$w <- weights
  form <- if (trend) count ~ week + offset(log(exposure)) else count ~ 1 + offset(log(exposure))
  model <- suppressWarnings(glm(form, family = quasipoisson(), data = data, weights = w, control = control))
  # Once more from the answer: glm's weights, and so its dispersion and hat values, are those of the step before the last.
  suppressWarnings(glm(form, family = quasipoisson(), data = data, weights = w, control = control, start = coef(model)))
}
fit <- function(data, trend, reweight, threshold) {
  model <- fitted_once(data, trend, rep(1, nrow(data)))
  if (!reweight) return(model)
  phi <- max(1, summary(model)$dispersion)
  mu <- fitted(model)
  s <- 1.5 * (data$count^(2 / 3) * mu^(-1 / 6) - sqrt(mu)) / sqrt(phi * (1 - hatvalues(model)))
  omega <- ifelse(s > threshold, s^-2, 1)
  fitted_once(data, trend, omega * length(omega) / sum(omega))
}
moment <- function(counts, exposures, k, period, b, w, level, trend, reweight, threshold) {
  weeks <- unlist(lapply(b:1, function(i) k - period * i + (-w:w)))
  data <- data.frame(week = weeks - k, count = counts[weeks], exposure = exposures[weeks])
  model <- fit(data, trend, reweight, threshold)
  kept <- FALSE
  if (trend) {
    p <- summary(model)$coefficients["week", 4]
    kept <- b >= 3 && p < 0.05 && exp(coef(model)[[1]]) * exposures[k] <= max(data$count)
    if (!kept) model <- fit(data, FALSE, reweight, threshold)
  }
  phi <- max(1, summary(model)$dispersion)
  now <- predict(model, data.frame(week = 0, exposure = exposures[k]), se.fit = TRUE, dispersion = phi)
  mu <- exp(now$fit[[1]])
  spread <- phi + mu * now$se.fit[[1]]^2
  c(expected = mu, overdispersion = phi, trend = if (kept) coef(model)[["week"]] * period else 0,
    power = (mu^(2 / 3) + qnorm(level) * sqrt(4 / 9 * mu^(1 / 3) * spread))^1.5,
    binomial = if (phi > 1) qnbinom(level, size = mu / (phi - 1), prob = 1 / phi) else qpois(level, mu))
}
recomputed <- function(name, counts, exposures, at, period, b, w, level, trend, reweight, threshold) {
  rows <- sapply(at, function(k) moment(counts, exposures, k, period, b, w, level, trend, reweight, threshold))
  parts <- paste(sprintf('"%s": %s', rownames(rows), apply(rows, 1, list_of)), collapse = ",\n     ")
  sprintf('    {"name": "%s", "period": %d, "years": %d, "half_window": %d, "level": %s, "trend_tried": %s, "reweight": %s, "residual_threshold": %s,\n     "counts": %s,\n     "exposures": %s,\n     "at": %s,\n     %s}',
    name, period, b, w, number(level), tolower(trend), tolower(reweight), number(threshold), list_of(counts), list_of(exposures), list_of(at - 1), parts)
}

set.seed(20261124)
season <- function(t) exp(0.6 * cos(2 * pi * t / 52))
autumn <- rnbinom(320, mu = 4 * season(1:320 - 40) * exp(-0.002 * 1:320), size = 3)
winter <- rnbinom(420, mu = 12 * season(1:420) * exp(0.0025 * 1:420), size = 8)
winter[c(60, 61, 62, 113, 170)] <- winter[c(60, 61, 62, 113, 170)] + 90
pupils <- round(400 + 120 * sin(1:420 / 70))
rare <- rpois(420, 0.8)
ones <- function(x) rep(1, length(x))
rows <- c(
  recomputed("autumn", autumn, ones(autumn), 280:312, 52L, 5L, 3L, 0.975, TRUE, TRUE, 1),
  recomputed("autumn, no trend", autumn, ones(autumn), 280:312, 52L, 5L, 3L, 0.995, FALSE, TRUE, 2.58),
  recomputed("winter", winter, ones(winter), seq(300, 420, 4), 52L, 5L, 3L, 0.995, TRUE, TRUE, 2.58),
  recomputed("winter, as it is", winter, ones(winter), seq(300, 420, 4), 52L, 5L, 3L, 0.995, TRUE, FALSE, 2.58),
  recomputed("winter, two years", winter, ones(winter), seq(300, 420, 4), 52L, 2L, 6L, 0.99, TRUE, TRUE, 2.58),
  recomputed("winter among pupils", winter, pupils, seq(300, 420, 4), 52L, 5L, 3L, 0.995, TRUE, TRUE, 2.58),
  recomputed("rare", rare, ones(rare), seq(300, 420, 4), 52L, 5L, 3L, 0.995, TRUE, TRUE, 2.58))

at <- 280:312
kept <- create.disProg(week = 1:320, observed = autumn, state = rep(0, 320), freq = 52)
classic <- algo.farrington(kept, control = list(range = at, b = 5, w = 3, reweight = TRUE, alpha = 0.05, trend = TRUE,
  limit54 = c(0, 4), powertrans = "2/3"))
flexible <- suppressWarnings(farringtonFlexible(disProg2sts(kept), control = list(range = at, b = 5, w = 3, reweight = TRUE,
  weightsThreshold = 2.58, alpha = 0.005, trend = TRUE, pThresholdTrend = 1, limit54 = c(0, 4), thresholdMethod = "nbPlugin")))
made_by <- sprintf("R %s.%s, surveillance %s", R.version$major, R.version$minor, packageVersion("surveillance"))
cat("{\n", sprintf('  "made_by": "%s",\n', made_by), '  "glm": [\n', paste(rows, collapse = ",\n"), "\n  ],\n",
  '  "surveillance": {\n', sprintf('    "counts": %s,\n    "at": %s,\n', list_of(autumn), list_of(at - 1)),
  sprintf('    "classic_limit": %s,\n    "classic_alarm": %s,\n', list_of(classic$upperbound[, 1]), list_of(classic$alarm[, 1])),
  sprintf('    "flexible_limit": %s,\n    "flexible_overdispersion": %s,\n    "flexible_expected": %s\n', list_of(flexible@upperbound[, 1]),
    list_of(flexible@control$phiVector[, 1]), list_of(flexible@control$mu0Vector[, 1])), "  }\n}\n", sep = "")
