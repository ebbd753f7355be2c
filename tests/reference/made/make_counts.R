# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Makes counts.json: Rscript make_counts.R > counts.json. Needs surveillance (Debian r-cran-surveillance) and MASS.
suppressMessages(library(surveillance))
suppressMessages(library(MASS))
number <- function(x) paste0("[", paste(ifelse(is.na(x), "null", formatC(as.numeric(x), digits = 17, format = "g")), collapse = ", "), "]")
out <- c()
put <- function(name, x) out <<- c(out, paste0('"', name, '": ', number(x)))

# The same limit with fits that go on to the end; glm's own stop when the deviance moves by less than 1e-8.
fit_exactly <- function(y, t, trend, reweight) {
  formula <- if (trend) y ~ 1 + t else y ~ 1
  fit <- function(w) glm(formula, family = quasipoisson, weights = w, control = glm.control(epsilon = 1e-15, maxit = 200),
    data = list(y = y, t = t, w = w))
  w <- rep(1, length(y))
  environment(formula) <- environment()
  model <- fit(w)
  if (reweight) {
    w <- algo.farrington.assign.weights(anscombe.residuals(model, max(summary(model)$dispersion, 1)))
    model <- fit(w)
  }
  model
}
limit_exactly <- function(counts, k, trend, reweight) {
  t <- unlist(lapply(5:1, function(i) k - 52 * i + -3:3))
  y <- counts[t]
  model <- fit_exactly(y, t, trend, reweight)
  if (trend) {
    kept <- summary(model)$coefficients["t", 4] < 0.05 && predict(model, data.frame(t = k), type = "response") <= max(y)
    if (!kept) model <- fit_exactly(y, t, FALSE, reweight)
  }
  phi <- max(summary(model)$dispersion, 1)
  foretold <- predict(model, data.frame(t = k), type = "response", se.fit = TRUE, dispersion = phi)
  algo.farrington.threshold(foretold, phi, alpha = 0.05, skewness.transform = "2/3", y = counts[k])[2]
}

set.seed(20261124)
weeks <- 1:416
season <- exp(1.1 + 0.0012 * weeks + 0.5 * cos(2 * pi * weeks / 52))
flat <- rnbinom(416, mu = 6, size = 4)
rising <- rnbinom(416, mu = season, size = 8)
rising[150:154] <- rising[150:154] + 25
rare <- rpois(416, 0.4)
range <- 300:416
for (name in c("flat", "rising", "rare")) {
  counts <- get(name)
  put(paste0(name, ".counts"), counts)
  for (reweight in c(TRUE, FALSE)) for (trend in c(TRUE, FALSE)) {
    made <- algo.farrington(create.disProg(week = weeks, observed = counts, state = rep(0, 416), freq = 52),
      control = list(range = range, b = 5, w = 3, reweight = reweight, trend = trend, alpha = 0.05, limit54 = c(0, 4), powertrans = "2/3"))
    put(paste(name, "upper", reweight, trend, sep = "."), made$upperbound)
    put(paste(name, "exact", reweight, trend, sep = "."), sapply(range, function(k) limit_exactly(counts, k, trend, reweight)))
    put(paste(name, "trend", reweight, trend, sep = "."), made$trend)
  }
}
put("range", range)

events <- c(12, 15, 23, 40, 31); trials <- c(120, 133, 127, 190, 104); scores <- c(1, 2, 3.5, 4, 6)
test <- prop.trend.test(events, trials, scores)
put("prop_trend", c(test$statistic, test$p.value))

cases <- cbind(c(0, 3, 17, 50, 480, 999), c(12, 14, 60, 50, 1000, 1000), c(0.1, 0.5, 0.2, 0.9, 0.5, 0.98))
put("binom_test", apply(cases, 1, function(v) binom.test(v[1], v[2], v[3])$p.value))
put("poisson_test", sapply(c(0, 3, 9, 40), function(k) poisson.test(k, 7.5, 1.1)$p.value))
tables <- list(c(3, 1, 1, 3), c(10, 2, 3, 15), c(40, 60, 25, 75), c(2, 998, 11, 989))
fisher <- lapply(tables, function(v) fisher.test(matrix(v, 2, byrow = TRUE), control = list()))
put("fisher_p", sapply(fisher, function(f) f$p.value))
put("fisher_odds", sapply(fisher, function(f) f$estimate))

days <- quine$Days
model <- glm.nb(days ~ 1, control = glm.control(epsilon = 1e-14, maxit = 200))
put("quine.days", days)
put("quine.fit", c(exp(coef(model)), 1 / model$theta, logLik(model)))
quasi <- glm(days ~ 1, family = quasipoisson, control = glm.control(epsilon = 1e-14))
put("quine.dispersion", summary(quasi)$dispersion)
cat("{\n", paste0('"made_by": "', R.version.string, "; surveillance ", packageVersion("surveillance"), "; MASS ", packageVersion("MASS"), '",\n'), paste(out, collapse = ",\n"), "\n}\n", sep = "")
