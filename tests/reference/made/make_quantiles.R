# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Makes quantiles.json: Rscript make_quantiles.R (base R; numbers to 17 digits). 500 small samples with ties.
set.seed(20240229)
probabilities <- c(0, 0.01, 0.1, 0.25, 1/3, 0.5, 0.625, 0.9, 0.99, 1)
number <- function(v) {
  short <- format(v, digits = 15)
  if (as.numeric(short) == v) short else format(v, digits = 17)
}
text <- function(x) paste0("[", paste(vapply(x, number, ""), collapse = ","), "]")
samples <- vapply(seq_len(500), function(i) {
  n <- sample(1:12, 1)
  x <- if (i %% 2) sample(0:6, n, TRUE) else round(rnorm(n), 2)
  types <- vapply(1:9, function(t) paste0('"type', t, '":', text(quantile(x, probabilities, type = t, names = FALSE))), "")
  paste0('{"x":', text(x), ",", paste(types, collapse = ","), "}")
}, "")
cat('{"made_by": "', R.version.string, ', quantile", "probabilities": ', text(probabilities), ', "samples": [\n',
    paste(samples, collapse = ",\n"), "]}\n", file = "quantiles.json", sep = "")
