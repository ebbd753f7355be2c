# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Run lengths and limits of CUSUM and EWMA charts by R spc: Rscript make_run_length.R > run_length.json
library(spc)

number <- function(x) formatC(x, digits = 17, format = "g")
row <- function(...) {
  given <- list(...)
  parts <- sapply(names(given), function(key) {
    value <- given[[key]]
    sprintf('"%s": %s', key, if (is.character(value)) sprintf('"%s"', value) else number(value))
  })
  paste0("    {", paste(parts, collapse = ", "), "}")
}

rows <- character()
for (k in c(0.25, 0.5, 1)) for (h in c(1, 4, 5)) for (shift in c(0, 0.5, 1, 2)) {
  rows <- c(rows, row(chart = "cusum", allowance = k, limit = h, shift = shift,
    one = xcusum.arl(k, h, shift, sided = "one", r = 120), two = xcusum.arl(k, h, shift, sided = "two", r = 120),
    steady = xcusum.ad(k, h, shift, r = 120)))
}
for (weight in c(0.05, 0.1, 0.2, 0.5)) for (limit in c(2, 2.7, 3)) for (shift in c(0, 0.5, 1, 2)) {
  rows <- c(rows, row(chart = "ewma", weight = weight, limit = limit, shift = shift,
    asymptotic = xewma.arl(weight, limit, shift, sided = "two", limits = "fix", r = 100),
    exact = xewma.arl(weight, limit, shift, sided = "two", limits = "vacl", r = 100),
    steady = xewma.ad(weight, limit, shift, sided = "two", r = 100)))
}
for (k in c(0.25, 0.5, 1)) for (average in c(100, 370, 5000)) {
  rows <- c(rows, row(chart = "cusum_limit", allowance = k, average = average, one = xcusum.crit(k, average, sided = "one", r = 100),
    two = xcusum.crit(k, average, sided = "two", r = 100)))
}
for (weight in c(0.1, 0.2, 0.5)) for (average in c(100, 370, 5000)) {
  rows <- c(rows, row(chart = "ewma_limit", weight = weight, average = average,
    asymptotic = xewma.crit(weight, average, sided = "two", limits = "fix", r = 100),
    exact = xewma.crit(weight, average, sided = "two", limits = "vacl", r = 100)))
}
made_by <- sprintf("R %s, spc %s", paste(R.version$major, R.version$minor, sep = "."), packageVersion("spc"))
cat("{\n", sprintf('  "made_by": "%s",\n', made_by), '  "rows": [\n', paste(rows, collapse = ",\n"), "\n  ]\n}\n", sep = "")
