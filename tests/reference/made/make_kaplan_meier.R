# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Survival curves by R survival: Rscript make_kaplan_meier.R > kaplan_meier.json
library(survival)

number <- function(x) ifelse(is.na(x), "null", formatC(x, digits = 17, format = "g"))
list_of <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")

set.seed(20)
cases <- list(
  list(name = "ties", time = c(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35),
       event = c(1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)),
  list(name = "nobody_left", time = c(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23),
       event = rep(1, 21)),
  list(name = "on_a_half", time = c(1, 2, 3, 4), event = c(1, 1, 0, 1)),
  list(name = "half_of_all", time = c(0, 0, 5, 5), event = c(1, 1, 1, 1)),
  list(name = "none", time = c(3, 1, 2), event = c(0, 0, 0)),
  list(name = "one", time = 3, event = 1)
)
for (i in 1:8) {
  n <- c(5, 12, 25, 60)[(i - 1) %% 4 + 1]
  cases <- c(cases, list(list(name = paste0("drawn_", i), time = round(rexp(n, 0.1), i %% 3), event = rbinom(n, 1, 0.3 + 0.07 * i))))
}
rows <- character()
for (case in cases) for (scale in c("log_log", "log", "plain")) for (level in c(0.95, 0.8)) {
  kind <- c(log_log = "log-log", log = "log", plain = "plain")[[scale]]
  fit <- survfit(Surv(case$time, case$event) ~ 1, conf.type = kind, conf.int = level)
  at <- fit$n.event > 0
  half <- quantile(fit, 0.5)
  rows <- c(rows, sprintf(paste0('    {"name": "%s", "scale": "%s", "level": %s, "durations": %s, "happened": %s,\n     "time": %s, ',
    '"at_risk": %s, "events": %s, "survival": %s,\n     "standard_error": %s, "lower": %s, "upper": %s, "median": %s}'),
    case$name, scale, number(level), list_of(case$time), list_of(case$event), list_of(fit$time[at]), list_of(fit$n.risk[at]),
    list_of(fit$n.event[at]), list_of(fit$surv[at]), list_of(ifelse(fit$surv[at] > 0, fit$std.err[at] * fit$surv[at], NA)),
    list_of(fit$lower[at]), list_of(fit$upper[at]), list_of(c(half$quantile, half$lower, half$upper))))
}
made_by <- sprintf("R %s, survival %s", paste(R.version$major, R.version$minor, sep = "."), packageVersion("survival"))
cat("{\n", sprintf('  "made_by": "%s",\n', made_by), '  "rows": [\n', paste(rows, collapse = ",\n"), "\n  ]\n}\n", sep = "")
